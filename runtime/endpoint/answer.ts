import { WholeNumber } from '../java/value.js';
import { charsetWithin } from '../message/charset.js';
import { DOING_REST, mediaTypeOf } from '../message/content-type.js';
import { readHeaders, type TransportHeaders } from '../message/headers.js';
import type { Message } from '../message/message.js';
import { Payload } from '../message/payload.js';
import type { TransportResponse } from '../transport/transport.js';
import { anonymous } from './destination.js';

/** Statuses whose Location is relayed as it came (message-model 1.5). */
const relayedLocation = new Set([201, 301, 302, 303, 307]);

/**
 * Turns a message into the answer to its call or send: properties, variables, operation scope and client options stay,
 * axis2 properties, headers and body become the response's, and it has a message id of its own (message-model 1.5).
 * @param request what was sent: its type and REST flag are taken over where the response says nothing
 */
export function becomeAnswer(message: Message, response: TransportResponse, request: Message): void {
  const { headers, excess } = readHeaders(response.headers);
  const axis2 = new Map<string, unknown>();
  const { status, reason } = response;
  axis2.set('HTTP_SC', WholeNumber.integer(status));
  axis2.set('HTTP_SC_DESC', reason);
  axis2.set('ORIGINAL_STATUS_CODE', WholeNumber.integer(status));
  axis2.set('HTTP_REASON_PHRASE', reason);
  const rest = request.axis2.get(DOING_REST);
  if (typeof rest === 'boolean') {
    axis2.set(DOING_REST, rest);
    axis2.set('invokedREST', rest);
  }
  if (status >= 400) axis2.set('FAULT_MESSAGE', 'TRUE');
  if (status === 202) {
    axis2.set('SC_ACCEPTED', true);
    axis2.set('message.builder.invoked', false);
  }
  if (excess) axis2.set('EXCESS_TRANSPORT_HEADERS', excess);
  const correlation = message.axis2.get('correlation_id');
  if (correlation !== undefined) axis2.set('correlation_id', correlation);
  const prefix = message.axis2Text('SERVICE_PREFIX');
  if (prefix !== undefined) axis2.set('SERVICE_PREFIX', prefix);
  setType(axis2, headers, response, request);
  setLocation(axis2, headers, status, prefix);
  message.axis2 = axis2;
  message.headers = headers;
  message.payload = Payload.unread(response.body ?? new Uint8Array());
  message.definitions = undefined;
  message.addressing = { to: anonymous, action: '', soapAction: '' };
  message.renewId();
}

/** The type that names the builder, and what the response is written as later (message-model 1.5, 5.9 last line). */
function setType(
  axis2: Map<string, unknown>,
  headers: TransportHeaders,
  response: TransportResponse,
  request: Message,
): void {
  if (response.body === undefined) {
    axis2.set('NO_ENTITY_BODY', true);
    const before = request.axis2Text('messageType');
    if (before !== undefined && before !== 'application/x-www-form-urlencoded') axis2.set('messageType', before);
    return;
  }
  const type = headers.text('Content-Type') ?? 'application/octet-stream';
  axis2.set('ContentType', type);
  axis2.set('messageType', mediaTypeOf(type).trim());
  const charset = charsetWithin(type);
  if (charset !== undefined) axis2.set('CHARACTER_SET_ENCODING', charset);
}

/** A relative Location becomes absolute with the gateway's own address, except where clients resolve it themselves. */
function setLocation(
  axis2: Map<string, unknown>,
  headers: TransportHeaders,
  status: number,
  prefix: string | undefined,
): void {
  const location = headers.text('Location');
  if (location === undefined) return;
  axis2.set('PRE_LOCATION_HEADER', location);
  if (prefix === undefined || relayedLocation.has(status) || !location.startsWith('/') || location.startsWith('//'))
    return;
  const origin = /^[a-z]+:\/\/[^/]+/i.exec(prefix)?.[0];
  if (origin !== undefined) headers.set('Location', origin + location);
}
