import type { Message } from './message.js';
import { remembered } from './remembered.js';

/**
 * axis2 property: the Content-Type header of a backend's answer, kept while the flow has not chosen a type of its own
 * (message-model 5.9, response). Whoever sets `messageType` or `ContentType` for the flow removes it.
 */
export const RECEIVED_TYPE = 'received.ContentType';

/** axis2 property: whether the message is REST; absent, the client's request decides (message-model 5.1). */
export const DOING_REST = 'doingREST';

/** The media type of a content type: up to `;`, else up to `,`, as it is written (message-model 5.1 step 2). */
export function mediaTypeOf(contentType: string): string {
  const end = contentType.indexOf(';');
  if (end !== -1) return contentType.slice(0, end);
  const comma = contentType.indexOf(',');
  return comma === -1 ? contentType : contentType.slice(0, comma);
}

/** {@link mediaTypeOf} in lower case, without the blanks around it. */
export const plainMediaType = remembered((contentType) => mediaTypeOf(contentType).trim().toLowerCase());

/**
 * "Doing REST": true for everything except SOAP requests, their answers, and what an endpoint of format soap11 or
 * soap12 has switched (message-model 5.1).
 */
export function isDoingRest(message: Message): boolean {
  const chosen = message.axis2Property(DOING_REST);
  if (typeof chosen === 'boolean') return chosen;
  const client = message.properties.get('IsClientDoingREST');
  if (typeof client === 'boolean') return client;
  const media = mediaTypeOf(message.axis2Text('ContentType') ?? '').toLowerCase();
  return media !== 'application/soap+xml' && !(media === 'text/xml' && message.headers.has('SOAPAction'));
}

/** The output encoding: `CHARACTER_SET_ENCODING`, by default UTF-8 (message-model 2.6). */
export function encodingOf(message: Message): string {
  return message.axis2Text('CHARACTER_SET_ENCODING') || 'UTF-8';
}

/** Adds `; charset=…` unless the flow switched it off or one is there (message-model 5.9). */
export function withCharset(message: Message, contentType: string): string {
  if (message.axis2Property('setCharacterEncoding') === 'false' || contentType.includes('charset')) return contentType;
  return `${contentType}; charset=${encodingOf(message)}`;
}

/** Whether the type is one of those that the formatter alone can name, because of the boundary. */
export function isMultipart(contentType: string): boolean {
  return /^\s*multipart\//i.test(contentType);
}
