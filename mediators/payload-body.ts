import { RECEIVED_TYPE } from '../runtime/message/content-type.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { parseElement } from '../runtime/xml/parse.js';
import { firstChildElement } from '../runtime/xml/walk.js';
import { soapNamespaces } from './fault-parts.js';
import type { PayloadMedia } from './payload-conversion.js';

const xmlTypes = ['application/xml', 'text/xml', 'application/soap+xml'];

/**
 * Makes the filled template the body and sets the content type (mediators 6.1 "Writing the body").
 * @throws Fault for a text that is no XML or no JSON.
 */
export function writePayload(message: Message, media: PayloadMedia, text: string): void {
  const trimmed = text.trim();
  switch (media) {
    case 'xml':
      writeXml(message, trimmed);
      if (!xmlTypes.includes(message.axis2Text('messageType') ?? '')) setContentType(message, 'application/xml');
      break;
    case 'json':
      message.payload.setJsonText(trimmed === '' ? '{}' : trimmed);
      setContentType(message, 'application/json');
      break;
    case 'text':
      message.payload.setText(trimmed);
      setContentType(message, 'text/plain');
      break;
    default:
      return;
  }
  message.axis2.delete('NO_ENTITY_BODY');
}

function writeXml(message: Message, text: string): void {
  let root: ReturnType<typeof firstChildElement>;
  try {
    // Padded, so that of several roots the first one counts, as in the reference.
    const padding = parseElement(`<pfPadding>${text.replace(/^<\?xml\s[^?]*\?>/, '')}</pfPadding>`);
    root = firstChildElement(padding);
    if (root) padding.removeChild(root);
  } catch (error) {
    throw new Fault(`The payload is not well-formed XML: ${(error as Error).message}`, { cause: error });
  }
  if (!root) throw new Fault('The payload of media-type="xml" holds no XML element');
  const namespaces: readonly string[] = Object.values(soapNamespaces);
  if (root.localName === 'Envelope' && namespaces.includes(root.namespaceURI ?? '')) message.payload.setEnvelope(root);
  else message.payload.setElement(root);
}

function setContentType(message: Message, type: string): void {
  message.axis2.set('messageType', type);
  message.axis2.set('ContentType', type);
  message.headers.set('Content-Type', type);
  message.axis2.delete(RECEIVED_TYPE);
}
