import { javaTrim } from '../runtime/java/parse-number.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { parseElement, XmlReader } from '../runtime/xml/parse.js';
import { firstChildElement } from '../runtime/xml/walk.js';
import { setContentType } from './content-type.js';
import { soapNamespaces } from './fault-parts.js';
import type { PayloadMedia } from './payload-conversion.js';

const xmlTypes = ['application/xml', 'text/xml', 'application/soap+xml'];

/**
 * Makes the filled template the body and sets the content type (mediators 6.1 "Writing the body").
 * @throws Fault for a text that is no XML or no JSON.
 */
export function writePayload(message: Message, media: PayloadMedia, text: string): void {
  const trimmed = javaTrim(text);
  switch (media) {
    case 'xml':
      writeXml(message, trimmed);
      if (!xmlTypes.includes(message.axis2Text('messageType') ?? '')) setContentType(message, 'application/xml');
      break;
    case 'json':
      if (trimmed === '' && staysBodiless(message)) {
        writeNothing(message);
        return;
      }
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
  if (message.axis2.get('NO_ENTITY_BODY') === true) message.axis2.set(REQUEST_WITHOUT_BODY, true);
  message.axis2.delete('NO_ENTITY_BODY');
}

/** axis2 property: the caller sent no body. A body made for a token request in between does not change that. */
const REQUEST_WITHOUT_BODY = 'request.without.body';

/**
 * Whether an empty template makes no body, instead of the reference's `{}`: a HEAD, DELETE or OPTIONS that came without
 * one goes on without one when a flow restores it.
 */
function staysBodiless(message: Message): boolean {
  const { axis2 } = message;
  if (axis2.get(REQUEST_WITHOUT_BODY) !== true && axis2.get('NO_ENTITY_BODY') !== true) return false;
  return ['HEAD', 'DELETE', 'OPTIONS'].includes(message.axis2Text('HTTP_METHOD')?.toUpperCase() ?? '');
}

function writeNothing(message: Message): void {
  message.payload.clear();
  message.axis2.set('NO_ENTITY_BODY', true);
  setContentType(message, 'application/json');
}

function writeXml(message: Message, text: string): void {
  const reader = new XmlReader(text);
  if (reader.scan && reader.rootName().localName !== 'Envelope') {
    // It is written as it stands unless somebody walks there.
    message.payload.setUnfinished(reader);
    return;
  }
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
