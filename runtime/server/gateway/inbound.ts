import type { IncomingMessage } from 'node:http';
import { charsetWithin } from '../../message/charset.js';
import { mediaTypeOf, plainMediaType } from '../../message/content-type.js';
import type { SoapVersion } from '../../message/envelope.js';
import { readHeaders, type TransportHeaders } from '../../message/headers.js';
import type { Environment, Exchange } from '../../message/message.js';
import { Message } from '../../message/message.js';
import { Payload } from '../../message/payload.js';
import type { Recorder } from '../../message/recorder.js';
import { remembered } from '../../message/remembered.js';

/** What the transport knows about a client request. */
export interface InboundRequest {
  readonly method: string;
  /** Target of the request line, as received. */
  readonly target: string;
  /** Names and values in turn, as received. */
  readonly rawHeaders: readonly string[];
  readonly transport: 'http' | 'https';
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  /** The unread body; undefined when the request has none. */
  readonly body: IncomingMessage | Uint8Array | undefined;
  /** text/xml is SOAP 1.1 also without a SOAPAction header: for a message that no client sent. */
  readonly textXmlIsSoap?: boolean;
}

/** Reads what {@link createMessage} needs from a request of node:http. */
export function inboundRequest(request: IncomingMessage, transport: 'http' | 'https'): InboundRequest {
  const { socket } = request;
  return {
    method: request.method ?? 'GET',
    target: request.url ?? '/',
    rawHeaders: request.rawHeaders,
    transport,
    localAddress: plainAddress(socket.localAddress),
    localPort: socket.localPort ?? 0,
    remoteAddress: plainAddress(socket.remoteAddress),
    body: hasBody(request) ? request : undefined,
  };
}

/** Methods whose requests have no body for flows and backends, whatever the client sent (message-model 5.10). */
const ignoresBody = new Set(['GET', 'HEAD', 'OPTIONS']);

function hasBody(request: IncomingMessage): boolean {
  return !ignoresBody.has(request.method ?? 'GET') && sendsBody(request);
}

/** Whether the client sends a body, whatever its method. */
export function sendsBody(request: IncomingMessage): boolean {
  if (request.headers['transfer-encoding'] !== undefined) return true;
  const length = request.headers['content-length'];
  return length !== undefined && length !== '0';
}

/** Makes the message of a client request with the properties of message-model 2.1 and 5.10. */
export function createMessage(
  request: InboundRequest,
  context: { environment: Environment; exchange: Exchange; recorder?: Recorder<Message> },
): Message {
  const { headers, excess } = readHeaders(request.rawHeaders);
  const soap = soapRequest(headers, request.textXmlIsSoap === true);
  const payload = Payload.unread(request.body ?? new Uint8Array(), soap);
  const { environment, exchange, recorder } = context;
  const message = new Message({ environment, exchange, headers, payload, recorder });
  const { axis2 } = message;
  axis2.set('HTTP_METHOD', request.method);
  axis2.set('TransportInURL', request.target);
  axis2.set('SERVICE_PREFIX', `${request.transport}://${request.localAddress}:${request.localPort}`);
  axis2.set('REMOTE_ADDR', request.remoteAddress);
  axis2.set('REMOTE_HOST', request.remoteAddress);
  if (excess) axis2.set('EXCESS_TRANSPORT_HEADERS', excess);
  message.addressing.to = request.target;
  message.setProperty('TRANSPORT_IN_NAME', request.transport);
  setContentType(message, request, soap);
  return message;
}

/** Methods whose requests have no body of their own and so get defaults for its type (message-model 5.10). */
const bodyless = new Set(['GET', 'DELETE', 'HEAD', 'OPTIONS']);

function setContentType(message: Message, request: InboundRequest, soap: SoapVersion | undefined): void {
  const { axis2 } = message;
  const header = message.headers.text('Content-Type');
  message.setProperty('IsClientDoingREST', soap === undefined);
  message.setProperty('IsClientDoingSOAP11', soap !== '1.2');
  const charset = header === undefined ? undefined : charsetWithin(header);
  if (charset !== undefined) axis2.set('CHARACTER_SET_ENCODING', charset);
  if (bodyless.has(request.method) && request.body === undefined) {
    if (request.method !== 'DELETE') axis2.set('NO_ENTITY_BODY', true);
    if (header !== undefined && request.method === 'GET') return;
  }
  const fallback =
    request.method === 'GET' || request.method === 'DELETE'
      ? 'application/x-www-form-urlencoded'
      : 'application/octet-stream';
  const type = header ?? fallback;
  const messageType = messageTypeOf(type);
  axis2.set('ContentType', type);
  axis2.set('messageType', messageType);
  if (charset === undefined) axis2.set('CHARACTER_SET_ENCODING', 'UTF-8');
  if (soap === undefined) axis2.set('synapse.internal.rest.contentType', messageType);
  const action = soapAction(message, soap, header);
  if (action !== undefined) {
    message.addressing.action = action;
    message.addressing.soapAction = action;
  }
}

/** The formatter's type at arrival: the media type, but POX for forms and untyped bodies (message-model 5.9, 5.10). */
function messageTypeOf(contentType: string): string {
  const lower = plainMediaType(contentType);
  return lower === 'application/x-www-form-urlencoded' || lower === 'application/octet-stream'
    ? 'application/xml'
    : mediaTypeOf(contentType);
}

/** The type up to a semicolon; behind a comma it goes on, and is none of SOAP. */
const soapMedia = remembered((contentType) => (contentType.split(';')[0] ?? '').trim().toLowerCase());

/** The SOAP version a client speaks: text/xml with a SOAPAction, or application/soap+xml; else it is doing REST. */
function soapRequest(headers: TransportHeaders, textXmlIsSoap: boolean): SoapVersion | undefined {
  const media = soapMedia(headers.text('Content-Type') ?? '');
  if (media === 'application/soap+xml') return '1.2';
  return media === 'text/xml' && (textXmlIsSoap || headers.has('SOAPAction')) ? '1.1' : undefined;
}

function soapAction(message: Message, soap: SoapVersion | undefined, contentType = ''): string | undefined {
  if (soap === '1.1') {
    const action = message.headers.text('SOAPAction');
    return action?.length !== 1 && action?.startsWith('"') && action.endsWith('"') ? action.slice(1, -1) : action;
  }
  if (soap === '1.2') return /action\s*=\s*"?([^";]+)/i.exec(contentType)?.[1];
  return undefined;
}

/** An address of the network without the prefix that IPv6 sockets give to IPv4. */
export function plainAddress(address: string | undefined): string {
  const text = address ?? '127.0.0.1';
  return text.startsWith('::ffff:') ? text.slice('::ffff:'.length) : text;
}
