import { WholeNumber } from '../java/value.js';
import { buildBody } from '../message/build.js';
import { DOING_REST, isDoingRest, mediaTypeOf } from '../message/content-type.js';
import { errorCode, Fault } from '../message/fault.js';
import { formatBody } from '../message/formatters/format-body.js';
import { readHeaders } from '../message/headers.js';
import { Message } from '../message/message.js';
import { Payload } from '../message/payload.js';
import { parseTarget, withoutSecrets } from '../transport/target.js';
import {
  type Transport,
  TransportError,
  type TransportRequest,
  type TransportResponse,
} from '../transport/transport.js';
import { wholeBody } from '../transport/whole-body.js';
import { timeoutOf } from './definition.js';
import { isTokenFailure } from './failure.js';
import { applyFormat } from './format.js';
import type { Authentication, LeafParts, Send } from './leaf-parts.js';
import { credentialsFor, exchangeByNtlm } from './ntlm.js';
import { outgoingCopy, setSoapAction } from './outgoing.js';
import { exchangeRecorded } from './record.js';
import { followRedirects } from './redirect.js';
import { redirected } from './redirected.js';
import { renewableOf } from './repetition.js';
import { filterHeaders, removedHeaders, requestHeaders } from './request-headers.js';

/** axis2 properties that a blocking call takes along (message-model 1.5 "Blocking call"). */
const taken = [
  'JSON_OBJECT',
  'JSON_STRING',
  'FOLLOW_REDIRECT',
  'DISABLE_COOKIE',
  'setCharacterEncoding',
  'DECODE_MULTIPART_DATA',
  'CHARACTER_SET_ENCODING',
  'distributedTx',
  'distributedTxMgr',
  'enableREST',
  'HTTP_METHOD',
  'messageType',
  'ContentType',
  'REST_URL_POSTFIX',
  'REQUEST_HOST_HEADER',
  'non.error.http.status.codes',
  'error.http.status.codes',
  'DISABLE_CHUNKING',
  'NO_KEEPALIVE',
  'NoDefaultContentType',
  'SEND_TIMEOUT',
  'EXCESS_TRANSPORT_HEADERS',
];

/** Methods that the blocking sender knows; everything else is sent as POST (artifacts 3.5). */
const knownMethods = new Set(['GET', 'DELETE', 'PUT', 'PATCH']);
const readableErrors = new Set([400, 409, 500]);

/**
 * `call blocking="true"` (message-model 1.5, 2.8, 6.4 rule 5): the message stays the request, with its headers and
 * properties; the body becomes the answer's, built, and axis2 HTTP_SC its status as a string. With OUT_ONLY the body
 * stays too.
 * @throws Fault with the HTTP status as code, or 401002; the ERROR_* properties are set then
 */
export async function sendBlocking(message: Message, parts: LeafParts, transport: Transport): Promise<void> {
  try {
    const { response, request } = await callOut(message, parts, transport);
    message.setProperty('blocking.sender.error', 'false');
    if (message.properties.get('OUT_ONLY') !== 'true') await takeAnswer(message, response, request);
    message.axis2.set('HTTP_SC', String(response.status));
  } catch (error) {
    throw failed(message, error);
  }
}

async function callOut(message: Message, parts: LeafParts, transport: Transport) {
  const { destination, properties, authentication } = parts;
  const expanded = destination.expand?.(message) ?? '';
  await properties.apply(message);
  if (!message.payload.built) await buildBody(message);
  await destination.prepare?.(message.environment);
  const { url: resolved, method } = destination.resolveBlocking(message, expanded);
  const url = redirected(message, parts.name, resolved);
  refuseIllegalUrl(url);
  const request = outgoingCopy(message);
  // The sender names the type itself: the header is gone from the message, whatever comes of the call.
  message.headers.delete('Content-Type');
  request.headers = message.headers.clone();
  request.axis2 = new Map(taken.flatMap((name) => (message.axis2.has(name) ? [[name, message.axis2.get(name)]] : [])));
  request.axis2.set(DOING_REST, isDoingRest(message));
  const wanted = (method ?? message.axis2Text('HTTP_METHOD') ?? 'POST').toUpperCase();
  request.axis2.set('HTTP_METHOD', knownMethods.has(wanted) ? wanted : 'POST');
  if (authentication) await authentication.apply(request);
  const renewable = renewableOf(request, authentication);
  const send = async () => {
    const built = await blockingRequest(request, url, parts);
    const response = await followRedirects(built, {
      follow: built.method === 'GET' && String(message.axis2Property('FOLLOW_REDIRECT')).toLowerCase() !== 'false',
      credentialHeader: renewable?.header ?? authentication?.header,
      exchange: (hop) =>
        exchangeHop({ message, request, hop, transport }, authenticationAt(hop, built, authentication)),
    });
    return { ...response, body: await wholeBody(response.body) };
  };
  let response = await send();
  if (response.status === 401 && renewable) {
    await renewable.renew(request);
    response = await send();
  }
  const errors = codesOf(message, 'error.http.status.codes');
  const allowed = codesOf(message, 'non.error.http.status.codes');
  if (authentication?.renewable) allowed.add(401);
  if (!isSuccess(response.status, errors, allowed)) throw new RefusedStatus(response.status, response.reason);
  return { response, request };
}

/** The credentials are for the server of the endpoint, not for one that it redirects to. */
function authenticationAt(
  hop: TransportRequest,
  first: TransportRequest,
  authentication: Authentication | undefined,
): Authentication | undefined {
  return parseTarget(hop.url).key === parseTarget(first.url).key ? authentication : undefined;
}

interface Hop {
  readonly message: Message;
  /** The message as it goes out. */
  readonly request: Message;
  readonly hop: TransportRequest;
  readonly transport: Transport;
}

/** One exchange, or those that its authentication needs for it. */
function exchangeHop(
  { message, request: outgoing, hop, transport }: Hop,
  authentication: Authentication | undefined,
): Promise<TransportResponse> {
  const send: Send = (request) => exchangeRecorded(message, transport, request);
  const credentials = credentialsFor(message, hop.url);
  const exchange: Send = (request) => (credentials ? exchangeByNtlm(request, credentials, send) : send(request));
  const answer = authentication?.exchange?.(outgoing, hop, exchange) ?? exchange(hop);
  return answer.catch(inBlockingWords(hop.url));
}

/**
 * The blocking client takes URIs only (artifacts 3.6 rule 3): a brace is a placeholder that nothing has filled.
 * @throws Error that names the character, without the query, which may hold secrets
 */
function refuseIllegalUrl(url: string): void {
  const at = url.search(/[\s"<>\\^`{|}]/);
  if (at < 0) return;
  throw new Error(`The character ${url.charAt(at)} at index ${at} is not legal in a URL: ${withoutSecrets(url)}`);
}

async function blockingRequest(request: Message, url: string, { definition }: LeafParts): Promise<TransportRequest> {
  await applyFormat(request, definition);
  const removed = removedHeaders(request.environment);
  filterHeaders(request, removed);
  setSoapAction(request);
  const method = request.axis2Text('HTTP_METHOD') ?? 'POST';
  // The type is the formatter's own, for a GET too; that is what it reports for a POST without a header.
  request.headers.delete('Content-Type');
  request.axis2.set('HTTP_METHOD', 'POST');
  const { body, contentType } = await formatBody(request, { direction: 'request' });
  request.axis2.set('HTTP_METHOD', method);
  if (contentType !== undefined) request.headers.set('Content-Type', contentType);
  const hasBody = method !== 'GET' && method !== 'DELETE';
  const { limit, own } = timeoutOf(definition, request);
  const socketTimeout = Number(String(request.axis2Property('SEND_TIMEOUT') ?? ''));
  return {
    method,
    url,
    headers: requestHeaders(request, parseTarget(url).authority, removed),
    body: hasBody ? (body ?? new Uint8Array()) : undefined,
    chunked: request.axis2Property('DISABLE_CHUNKING') !== 'true',
    keepAlive: request.axis2Property('NO_KEEPALIVE') !== 'true',
    ...(socketTimeout > 0 ? { socketTimeout } : {}),
    ...(own ? { deadline: limit } : {}),
  };
}

/** Which statuses do not fail the call (message-model 6.4 rule 5). */
function isSuccess(status: number, errors: ReadonlySet<number>, allowed: ReadonlySet<number>): boolean {
  if (status >= 200 && status < 300) return true;
  return allowed.has(status) || (readableErrors.has(status) && !errors.has(status));
}

/** A comma list; an entry with a blank before it is not understood, as in the reference engine. */
function codesOf(message: Message, property: string): Set<number> {
  const list = message.axis2Text(property)?.split(',') ?? [];
  return new Set(list.filter((code) => /^\d+$/.test(code)).map(Number));
}

class RefusedStatus extends Error {
  constructor(
    readonly status: number,
    reason: string,
  ) {
    super(`Transport error: ${status} Error: ${reason}`);
  }
}

/** The body of the answer, built by its own type, takes the place of the request's. */
async function takeAnswer(
  message: Message,
  response: TransportResponse & { body: Buffer | undefined },
  request: Message,
): Promise<void> {
  const { headers, excess } = readHeaders(response.headers);
  const type = headers.text('Content-Type');
  const { body } = response;
  if (body === undefined) {
    message.payload = Payload.empty(message.payload.soapVersion);
  } else {
    if (type === undefined && body.length === 0) throw new Error('The input stream for an incoming message is null.');
    message.payload = await builtPayload(message, request, { headers, type, body });
  }
  if (message.properties.get('BLOCKING_SENDER_PRESERVE_REQ_HEADERS') !== 'false') return;
  message.headers = headers;
  message.axis2.delete('EXCESS_TRANSPORT_HEADERS');
  if (excess) message.axis2.set('EXCESS_TRANSPORT_HEADERS', excess);
  if (type === undefined) return;
  message.axis2.set('ContentType', type);
  message.axis2.set('messageType', mediaTypeOf(type).trim());
}

async function builtPayload(
  message: Message,
  request: Message,
  { headers, type, body }: { headers: Message['headers']; type: string | undefined; body: Buffer },
): Promise<Payload> {
  const { environment, exchange, properties } = message;
  const answer = new Message({ environment, exchange, headers, payload: Payload.unread(body) });
  answer.properties = properties;
  answer.answers = 1;
  answer.axis2.set(DOING_REST, isDoingRest(request));
  answer.axis2.set('ContentType', type ?? 'application/octet-stream');
  await buildBody(answer);
  return answer.payload;
}

function failed(message: Message, error: unknown): Fault {
  const refused = error instanceof RefusedStatus ? error : undefined;
  const inherent = error instanceof Fault && isTokenFailure(error) ? error.code : undefined;
  const code = refused?.status ?? inherent ?? errorCode.blockingSender;
  const text = error instanceof Error ? error.message : String(error);
  message.setProperty('blocking.sender.error', 'true');
  message.setProperty('ERROR_CODE', WholeNumber.integer(code));
  message.setProperty('ERROR_MESSAGE', text);
  message.setProperty('ERROR_DETAIL', text);
  message.setProperty('ERROR_EXCEPTION', error);
  if (refused) message.setProperty('HTTP_SC', String(refused.status));
  message.axis2.set('HTTP_SC', refused ? String(refused.status) : '');
  return new Fault(text, { code, detail: text, cause: error });
}

/** A failed exchange in the words of the reference's blocking client. */
function inBlockingWords(url: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof TransportError)) throw error;
    const code = (error.cause as NodeJS.ErrnoException | undefined)?.code;
    let text = error.message;
    if (error.kind === 'connect' && code === 'ECONNREFUSED') text = 'Connection refused';
    else if (error.kind === 'closed') text = `The server ${parseTarget(url).host} failed to respond`;
    else if (error.kind === 'timeout' || error.kind === 'deadline') text = 'Read timed out';
    throw new Error(text, { cause: error });
  };
}
