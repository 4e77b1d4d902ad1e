import { serializeElement } from '../../xml/serialize.js';
import { encodingOf } from '../content-type.js';
import type { Message } from '../message.js';
import { verbatimOf } from '../pending.js';
import type { Written } from './formatter.js';

/** application/xml: the first child of Body, without a declaration unless the flow asks for one (message-model 5.3). */
export function formatXml(message: Message): Written {
  const { payload } = message;
  const scan = payload.scannedElement;
  const verbatim = scan && verbatimOf({ scan, isEnvelope: false });
  if (verbatim !== undefined) return { content: before(message) + verbatim, contentType: xmlType(message) };
  const root = payload.firstElement();
  const contentType = xmlType(message);
  if (!root) return { content: undefined, contentType };
  return { content: before(message) + serializeElement(root), contentType };
}

const before = (message: Message): string => declaration(message) + message.payload.instructions.join('');

function declaration(message: Message): string {
  if (message.axis2Text('WRITE_XML_DECLARATION')?.toLowerCase() !== 'true') return '';
  const encoding = message.axis2Text('XML_DECLARATION_ENCODING') ?? encodingOf(message);
  const standalone = message.axis2Text('XML_DECLARATION_STANDALONE');
  const suffix = standalone === undefined ? '' : ` standalone="${standalone}"`;
  return `<?xml version="1.0" encoding="${encoding}"${suffix} ?>`;
}

/** `ContentType`, or application/xml in place of none and of a SOAP 1.2 type; the charset is always added. */
function xmlType(message: Message): string {
  const type = message.axis2Text('ContentType') || 'application/xml';
  const base = /^(?:application\/soap\+xml|multipart\/)/i.test(type) ? 'application/xml' : type;
  const suppressed = message.axis2Property('setCharacterEncoding') === 'false';
  return suppressed ? base : `${base}; charset=${encodingOf(message)}`;
}
