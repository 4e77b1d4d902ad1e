import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { OutboundDenied } from '../transport/outbound-rules.js';
import { type Transport, TransportError, type TransportResponse } from '../transport/transport.js';
import { readTokenAnswer, refusalCode, type TokenAnswer } from './token-answer.js';
import { TokenError, type TokenFailure } from './token-error.js';
import { tokenForm } from './token-form.js';
import type { TokenRequest } from './token-request.js';
import type { TokenSettings } from './token-settings.js';

/** Bytes of an answer that are read; a token with all its claims is a hundredth of it. */
const answerLimit = 1_048_576;
const firstDelay = 100;

export interface FetchOptions {
  readonly transport: Transport;
  readonly settings: TokenSettings;
  /** When to give up, in milliseconds since 1970. */
  readonly end: number;
  /** Told about each call to the endpoint. */
  readonly called?: (succeeded: boolean) => void;
}

/**
 * Asks the token endpoint, again where the failure may pass: network, 429 and 5xx. A redirect is a refusal, for the
 * credentials are meant for this address only (api-management 3.11 rules 2 and 8).
 * @throws TokenError
 */
export async function fetchToken(request: TokenRequest, options: FetchOptions): Promise<TokenAnswer> {
  const { settings, end, called } = options;
  for (let attempt = 0; ; attempt++) {
    try {
      const answer = await ask(request, options);
      called?.(true);
      return answer;
    } catch (error) {
      called?.(false);
      const failure = error as TokenError;
      if (!failure.passing || attempt >= settings.retries) throw failure;
      const delay = failure.retryAfter ?? firstDelay * 2 ** attempt * (1 + Math.random() / 2);
      if (Date.now() + delay >= end) throw failure;
      await sleep(delay);
    }
  }
}

async function ask(request: TokenRequest, { transport, settings, end }: FetchOptions): Promise<TokenAnswer> {
  const { tokenUrl } = request;
  const { connectTimeout, socketTimeout, route } = settings;
  const limit = Math.max(1, Math.min(connectTimeout + socketTimeout, end - Date.now()));
  const over = Date.now() + limit;
  let response: TransportResponse;
  let body: string;
  try {
    const form = await tokenForm(request);
    response = await transport.exchange({
      method: 'POST',
      url: tokenUrl,
      headers: form.headers,
      body: Buffer.from(form.body, 'utf8'),
      connectTimeout: Math.min(connectTimeout, limit),
      socketTimeout,
      deadline: limit,
      route,
    });
    body = await readBody(response.body, over);
  } catch (error) {
    throw new TokenError(failureOf(error), tokenUrl, { cause: error });
  }
  const { status, reason, headers } = response;
  if (status === 200) return readTokenAnswer(body, tokenUrl, settings.fields);
  throw new TokenError('status', tokenUrl, {
    status,
    reason,
    oauthError: refusalCode(body),
    retryAfter: retryAfter(headers),
  });
}

/** Reads to the end, but no longer than the limit of bytes and the time. */
async function readBody(body: Uint8Array | Readable | undefined, over: number): Promise<string> {
  if (body === undefined) return '';
  if (body instanceof Uint8Array) return Buffer.from(body).toString('utf8');
  const late = setTimeout(
    () => body.destroy(new TransportError('deadline', 'The answer took too long')),
    Math.max(1, over - Date.now()),
  );
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > answerLimit) throw new TransportError('protocol', 'The answer of the token endpoint is too long');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  } finally {
    clearTimeout(late);
  }
}

function failureOf(error: unknown): TokenFailure {
  if (!(error instanceof TransportError)) return 'request';
  if (error.kind === 'timeout' || error.kind === 'deadline') return 'timeout';
  if (error.kind === 'connect-timeout') return 'connect-timeout';
  if (error.kind === 'request' || error.cause instanceof OutboundDenied) return 'request';
  const code = (error.cause as NodeJS.ErrnoException | undefined)?.code ?? '';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'unknown-host';
  if (/^(ERR_(TLS|SSL|OSSL)|EPROTO|CERT_|DEPTH_|SELF_|UNABLE_)/.test(code)) return 'tls';
  return 'connection';
}

/** `Retry-After` in milliseconds: seconds, or a date (RFC 9110 10.2.3). */
function retryAfter(pairs: readonly string[]): number | undefined {
  const index = pairs.findIndex((text, at) => at % 2 === 0 && text.toLowerCase() === 'retry-after');
  const value = index < 0 ? '' : (pairs[index + 1] ?? '').trim();
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
