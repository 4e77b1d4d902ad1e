import { Readable } from 'node:stream';
import { protocolState, type Transport, TransportError, type TransportRequest } from '../transport/transport.js';
import { Fields } from './fields.js';
import { ApigeeMessage } from './message.js';

export interface SendOptions {
  /** Milliseconds until the head of the answer must be there, connecting included. */
  timeout?: number | undefined;
  /** Milliseconds without any traffic. */
  socketTimeout?: number | undefined;
  /** Milliseconds until the connection must be there. */
  connectTimeout?: number | undefined;
  /** Leaves the body of the answer a stream; else it is read to its end, within `timeout` too. */
  stream?: boolean;
}

/** Headers of the connection that a message came over; each connection has its own. */
const hopByHop = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Sends a request message to a URL and gives the answer as a message, whatever its status: targets, callouts and
 * scripts call out by this, through the transport and its outbound rules.
 * @param url whole URL with its query; the message's own path and query are not looked at
 * @throws TransportError when there is no answer
 */
export async function sendRequest(
  transport: Transport,
  url: string,
  request: ApigeeMessage,
  options: SendOptions = {},
): Promise<ApigeeMessage> {
  const begun = performance.now();
  await request.settle();
  const body = request.takeBody() ?? (mayHaveBody.has(request.verb) ? new Uint8Array() : undefined);
  const length = body instanceof Readable ? request.headers.get('Content-Length') : undefined;
  const exchange: TransportRequest = {
    method: request.verb,
    url,
    headers: ['Host', hostOf(url), ...forwardedHeaders(request.headers)],
    body,
    contentLength: length !== undefined && /^\d+$/.test(length) ? Number(length) : undefined,
    deadline: options.timeout,
    socketTimeout: options.socketTimeout,
    connectTimeout: options.connectTimeout,
  };
  const answer = await transport.exchange(exchange);
  const response = ApigeeMessage.response({
    status: answer.status,
    reason: answer.reason,
    headers: Fields.headers(forwardedHeaders(Fields.headers(answer.headers))),
    body: answer.body,
  });
  if (!options.stream) await buildWithin(response, answer.body, options.timeout, begun);
  return response;
}

/** Methods that say `Content-Length: 0` when there is no body: servers ask for it. */
const mayHaveBody = new Set(['POST', 'PUT', 'PATCH']);

/** @throws TransportError `deadline` when the body is not there in time */
async function buildWithin(
  response: ApigeeMessage,
  body: Uint8Array | Readable | undefined,
  timeout: number | undefined,
  begun: number,
): Promise<void> {
  if (!(body instanceof Readable) || timeout === undefined) return response.build();
  const left = Math.max(0, timeout - (performance.now() - begun));
  const timer = setTimeout(() => {
    body.destroy(new TransportError('deadline', `No whole answer within ${timeout} ms`, protocolState.responseBody));
  }, left);
  try {
    await response.build();
  } finally {
    clearTimeout(timer);
  }
}

/** Headers that belong to the message itself, in turn with their values. */
export function forwardedHeaders(headers: Fields): string[] {
  const named = new Set([...hopByHop, ...connectionOptions(headers)]);
  return [...headers].flatMap(([name, value]) => (named.has(name.toLowerCase()) ? [] : [name, value]));
}

/** Headers that `Connection` names are of that connection, too (RFC 9110 7.6.1). */
function connectionOptions(headers: Fields): string[] {
  return headers.all('Connection').flatMap((value) => value.toLowerCase().split(/\s*,\s*/));
}

function hostOf(url: string): string {
  return /^[a-z]+:\/\/(?:[^/?#@]*@)?([^/?#]*)/i.exec(url)?.[1] ?? '';
}
