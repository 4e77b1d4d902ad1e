import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { ClientAnswer } from './client-answer.js';
import { endAsHttp10 } from './http10.js';

/** Writes an answer to the client; resolves when its body is on its way, or relayed to its end. */
export async function writeAnswer(response: ServerResponse, answer: ClientAnswer): Promise<void> {
  if (response.destroyed) return discard(answer);
  if (answer.close) response.shouldKeepAlive = false;
  writeHead(response, answer);
  if (answer.http10 && !(answer.body instanceof Readable)) return endAsHttp10(response, answer.body);
  if (!(answer.body instanceof Readable)) {
    response.end(answer.body);
    return;
  }
  await relay(answer.body, response);
}

/**
 * Streams a body to the client with back-pressure. One that breaks off before anything was sent becomes a 502; later the
 * connection is closed, so that the answer does not look complete (message-model 6.8).
 */
function relay(body: Readable, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const broken = (): void => {
      if (response.headersSent) response.destroy();
      else {
        for (const name of response.getHeaderNames()) response.removeHeader(name);
        response.writeHead(502, 'Bad Gateway', { 'Content-Length': '0' }).end();
      }
      resolve();
    };
    if (body.errored) return broken();
    body.once('error', broken);
    response.once('close', () => {
      body.destroy();
      resolve();
    });
    body.pipe(response);
  });
}

function discard(answer: ClientAnswer): void {
  if (answer.body instanceof Readable) answer.body.destroy();
}

function writeHead(response: ServerResponse, answer: ClientAnswer): void {
  const grouped = new Map<string, { name: string; values: string[] }>();
  for (const [name, value] of answer.headers) {
    const known = grouped.get(name.toLowerCase());
    if (known) known.values.push(value);
    else grouped.set(name.toLowerCase(), { name, values: [value] });
  }
  for (const { name, values } of grouped.values()) {
    if (isSendable(name, values)) response.setHeader(name, values.length === 1 ? (values[0] as string) : values);
  }
  if (!response.hasHeader('Server')) response.setHeader('Server', 'Mediant');
  if (answer.body instanceof Uint8Array) response.setHeader('Content-Length', answer.body.byteLength);
  if (response.hasHeader('Trailer')) announceTrailer(response, answer);
  response.statusCode = answer.status;
  if (answer.reason !== undefined) response.statusMessage = answer.reason.replace(/[^\t\x20-\x7e\x80-\xff]/g, ' ');
  if (answer.reason === '' && !answer.http10) keepEmptyReason(response, answer);
}

/** A `Trailer` header passes (message-model 2.4), but node:http refuses it unless the body is chunked. */
function announceTrailer(response: ServerResponse, { status, http10 }: ClientAnswer): void {
  const { method, httpVersion } = response.req;
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304 || http10 || httpVersion === '1.0') {
    response.removeHeader('Trailer');
    return;
  }
  response.removeHeader('Content-Length');
  response.setHeader('Transfer-Encoding', 'chunked');
}

/** node:http writes the standard phrase in place of an empty one, unless it is told to write the head. */
function keepEmptyReason(response: ServerResponse, { status, body }: ClientAnswer): void {
  if (body instanceof Readable) body.once('data', () => response.writeHead(status, ''));
  else response.writeHead(status, '');
}

/** Names and values that HTTP forbids are left out rather than failing the whole answer. */
function isSendable(name: string, values: readonly string[]): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && values.every((value) => !/[^\t\x20-\x7e\x80-\xff]/.test(value));
}
