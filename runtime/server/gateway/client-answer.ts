import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { isTrueExplicitly } from '../../java/boolean.js';
import { WholeNumber } from '../../java/value.js';
import { type FormattedBody, formatBody } from '../../message/formatters/format-body.js';
import type { Message } from '../../message/message.js';
import { isSentCredential } from '../../message/sent-credentials.js';
import { restoreProtocol } from '../../message/soap/restore-protocol.js';

/** An answer as it goes to a client. */
export interface ClientAnswer {
  readonly status: number;
  /** Reason phrase; undefined: the standard one. */
  readonly reason: string | undefined;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** A stream is relayed once; undefined: no body. */
  readonly body: Uint8Array | Readable | undefined;
  /** Close the connection after this answer. */
  readonly close: boolean;
  /** The status line says HTTP/1.0. */
  readonly http10: boolean;
}

/** Headers of this connection's own, never copied from a message (message-model 2.4, 2.5). */
const connectionHeaders = new Set([
  'transfer-encoding',
  'connection',
  'keep-alive',
  'content-length',
  'date',
  'user-agent',
]);

/** What the client of a request needs to be known for its answer. */
export interface ClientRequest {
  readonly method: string;
  readonly ifNoneMatch: string | undefined;
  /** The client's own credentials, which may be echoed to it. */
  readonly authorization?: string | undefined;
}

/**
 * Makes the answer of a message as it stands (message-model 2.5, 5.9).
 * @returns a promise when its body has to be read, converted or compressed first
 * @throws Fault when the body cannot be written; nothing has been sent then
 */
export function clientAnswer(message: Message, request: ClientRequest): ClientAnswer | Promise<ClientAnswer> {
  const restored = restoreProtocol(message);
  return restored ? restored.then(() => withBody(message, request)) : withBody(message, request);
}

function withBody(message: Message, request: ClientRequest): ClientAnswer | Promise<ClientAnswer> {
  const status = statusOf(message);
  const complete = ({ body, contentType }: FormattedBody): ClientAnswer | Promise<ClientAnswer> => {
    if (contentType !== undefined) message.headers.set('Content-Type', contentType);
    if (bodyless(request.method, status)) return answerOf(message, request, status, undefined);
    if (!(body instanceof Readable) || !isCounted(message)) return answerOf(message, request, status, body);
    return buffer(body).then((bytes) => answerOf(message, request, status, bytes));
  };
  if (isTrue(message, 'NO_ENTITY_BODY')) return answerOf(message, request, status, undefined);
  const formatted = formatBody(message, { direction: 'response' });
  return formatted instanceof Promise ? formatted.then(complete) : complete(formatted);
}

function answerOf(message: Message, request: ClientRequest, status: number, body: ClientAnswer['body']): ClientAnswer {
  const http10 = isHttp10(message);
  const answer: ClientAnswer = {
    status,
    reason: reasonOf(message, status),
    headers: answerHeaders(message, request),
    body,
    close: http10 || message.axis2.has('ERROR_CODE') || message.axis2Property('NO_KEEPALIVE') === 'true',
    http10,
  };
  return isTrue(message, 'HTTP_ETAG') ? withEntityTag(answer, request) : answer;
}

const isHttp10 = (message: Message): boolean => message.axis2Property('FORCE_HTTP_1.0') === 'true';

/** Whether the body must have a Content-Length, and so is collected; others stream through, chunked (message-model 2.5). */
function isCounted(message: Message): boolean {
  return (
    isHttp10(message) ||
    isTrue(message, 'DISABLE_CHUNKING') ||
    (isTrue(message, 'FORCE_HTTP_CONTENT_LENGTH') && isTrue(message, 'COPY_CONTENT_LENGTH_FROM_INCOMING'))
  );
}

function isTrue(message: Message, name: string): boolean {
  return isTrueExplicitly(message.axis2Property(name));
}

function bodyless(method: string, status: number): boolean {
  return method === 'HEAD' || status < 200 || status === 204 || status === 205 || status === 304;
}

function statusOf(message: Message): number {
  if (message.axis2.has('ERROR_CODE')) return 502;
  if (isTrue(message, 'SC_ACCEPTED')) return 202;
  const chosen = message.axis2Property('HTTP_SC');
  if (chosen !== undefined && chosen !== '') return readStatus(message, chosen);
  const faultsAre200 = String(message.axis2Property('FAULTS_AS_HTTP_200')).toLowerCase() === 'true';
  return isFault(message) && !faultsAre200 ? 500 : 200;
}

function isFault(message: Message): boolean {
  return message.payload.isFault || message.axis2.get('processingFault') === true;
}

/** A number of three digits; anything else is an error of the flow, told in the log (docs/differences.md). */
function readStatus(message: Message, value: unknown): number {
  const text = value instanceof WholeNumber && value.type === 'Integer' ? value.toString() : value;
  const status = typeof text === 'string' && /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (status >= 100 && status <= 999) return status;
  message.environment.logger.log('ERROR', 'PassThroughHttpSender', `HTTP_SC is not a status code: ${String(value)}`);
  return 500;
}

function reasonOf(message: Message, status: number): string | undefined {
  const reason = message.axis2Text('HTTP_SC_DESC');
  const original = message.axis2Property('ORIGINAL_STATUS_CODE');
  if (reason !== undefined && original !== undefined && Number(String(original)) !== status) {
    return reason === message.axis2Text('HTTP_REASON_PHRASE') ? undefined : reason;
  }
  return reason;
}

function answerHeaders(message: Message, request: ClientRequest): [string, string][] {
  const excess = message.excessHeaders;
  const headers: [string, string][] = [];
  const add = (name: string, value: unknown, key: string): void => {
    if (typeof value !== 'string' || connectionHeaders.has(key)) return;
    if (!isSentCredential(message, key, value, request.authorization)) headers.push([name, oneLine(value)]);
  };
  message.headers.each((name, value, key) => {
    add(name, value, key);
    // Further values of a backend's header come out in reverse (message-model 1.4).
    if (excess) for (const more of excess.get(key)?.values.toReversed() ?? []) add(name, more, key);
  });
  if (excess) {
    for (const [key, { name, values }] of excess)
      if (!message.headers.has(key)) for (const value of values) add(name, value, key);
  }
  return headers;
}

/** A line break in a value would end the header; the reference engine writes a blank there too. */
function oneLine(value: string): string {
  return /[\r\n\0]/.test(value) ? value.replace(/[\r\n\0]+/g, ' ') : value;
}

function withEntityTag(answer: ClientAnswer, request: ClientRequest): ClientAnswer {
  if (!(answer.body instanceof Uint8Array)) return answer;
  const tag = `"${createHash('sha1').update(answer.body).digest('hex')}"`;
  const headers = [...answer.headers, ['ETag', tag] as const];
  const unchanged = request.ifNoneMatch?.split(',').some((one) => one.trim() === tag);
  return unchanged ? { ...answer, status: 304, reason: undefined, headers, body: undefined } : { ...answer, headers };
}
