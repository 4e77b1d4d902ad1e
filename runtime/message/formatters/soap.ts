import { encodingOf } from '../content-type.js';
import { serializeEnvelope } from '../envelope.js';
import type { Message } from '../message.js';
import { verbatimOf } from '../pending.js';
import type { Written } from './formatter.js';

/** text/xml and application/soap+xml: the whole envelope, with a declaration unless switched off (message-model 5.3). */
export function formatSoap(message: Message): Written {
  const { scanned } = message.payload;
  const verbatim = scanned?.isEnvelope ? verbatimOf(scanned) : undefined;
  const envelope = verbatim ?? serializeEnvelope(message.payload.envelope());
  return { content: soapDeclaration(message) + envelope, contentType: soapType(message) };
}

/** The XML declaration of an envelope; empty when it is switched off. */
export function soapDeclaration(message: Message): string {
  const plain = message.axis2Text('WRITE_XML_DECLARATION')?.toLowerCase() === 'false';
  return plain ? '' : `<?xml version='1.0' encoding='${encodingOf(message)}'?>`;
}

/** The type of the envelope's own version (message-model 5.9). */
function soapType(message: Message): string {
  const encoding = encodingOf(message);
  if (message.payload.soapVersion === '1.1') return `text/xml; charset=${encoding}`;
  const action = message.addressing.soapAction;
  return `application/soap+xml; charset=${encoding}${action ? `; action="${action}"` : ''}`;
}
