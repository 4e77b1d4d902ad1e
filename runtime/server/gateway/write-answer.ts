import { type ServerResponse, STATUS_CODES } from 'node:http';
import { Readable } from 'node:stream';
import { streamedMemory } from '../../transport/streamed-memory.js';
import { atTurnEnd } from '../../transport/turn-end.js';
import type { ClientAnswer } from './client-answer.js';
import { endAsHttp10 } from './http10.js';

/** Writes an answer to its client; resolves when a streamed body has gone out or was given up. */
export function writeAnswer(response: ServerResponse, answer: ClientAnswer): Promise<void> | void {
  if (response.destroyed) return discard(answer);
  if (answer.close) response.shouldKeepAlive = false;
  const { body } = answer;
  if (!(body instanceof Readable)) return writeWhole(response, answer, body);
  // Sent with the first part of the body: until then it can become another answer.
  setHead(response, answer);
  return relay(body, response);
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
    const handedOn = streamedMemory();
    body.on('data', (part: Buffer | string) => handedOn(part.length));
    body.pipe(response);
  });
}

/** Lets go of an answer that nobody takes any more. */
function discard(answer: ClientAnswer): void {
  if (answer.body instanceof Readable) answer.body.destroy();
}

/** A whole answer, in one write where it is small. */
function writeWhole(response: ServerResponse, answer: ClientAnswer, body: Uint8Array | undefined): void {
  // Headers that were set before, by a listener of the server, have to be kept; a Trailer asks for chunks.
  const plain = response.getHeaderNames().length === 0 && !answer.headers.some(([name]) => isTrailer(name));
  if (!plain || answer.http10) {
    setHead(response, answer);
    if (answer.http10) endAsHttp10(response, body);
    else response.end(body);
    return;
  }
  response.writeHead(
    answer.status,
    reasonOf(answer) ?? STATUS_CODES[answer.status] ?? 'unknown',
    headerLines(response, answer),
  );
  atTurnEnd(() => {
    if (body === undefined || body.length > maximumCopied) response.end(body);
    // Head and body as one text leave in one piece; latin1 carries bytes as they are.
    else response.end(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1'), 'latin1');
  });
}

/** Bytes of a body up to which copying it costs less than a second piece in the write. */
const maximumCopied = 16 * 1024;

/** Names and values in turn, as they go out; those that HTTP forbids are left out rather than failing the whole answer. */
function headerLines(response: ServerResponse, { status, headers, body }: ClientAnswer): string[] {
  const lines: string[] = [];
  let server = false;
  for (const [name, value] of headers) {
    if (!isSendable(name, value)) continue;
    lines.push(name, value);
    server ||= name.length === 6 && name.toLowerCase() === 'server';
  }
  if (!server) lines.push('Server', 'Mediant');
  const bodyless = response.req.method === 'HEAD' || status < 200 || status === 204 || status === 304;
  if (body instanceof Uint8Array) lines.push('Content-Length', String(body.byteLength));
  else if (body === undefined && !bodyless) lines.push('Content-Length', '0');
  return lines;
}

/** Sets status and headers without sending them yet. */
function setHead(response: ServerResponse, answer: ClientAnswer): void {
  for (const [name, value] of answer.headers) if (isSendable(name, value)) response.appendHeader(name, value);
  if (!response.hasHeader('Server')) response.setHeader('Server', 'Mediant');
  if (answer.body instanceof Uint8Array) response.setHeader('Content-Length', answer.body.byteLength);
  if (response.hasHeader('Trailer')) announceTrailer(response, answer);
  response.statusCode = answer.status;
  const reason = reasonOf(answer);
  if (reason !== undefined) response.statusMessage = reason;
  if (reason === '' && !answer.http10) keepEmptyReason(response, answer);
}

const reasonOf = ({ reason }: ClientAnswer): string | undefined => reason?.replace(/[^\t\x20-\x7e\x80-\xff]/g, ' ');
const isTrailer = (name: string): boolean => name.length === 7 && name.toLowerCase() === 'trailer';

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

function isSendable(name: string, value: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && !/[^\t\x20-\x7e\x80-\xff]/.test(value);
}
