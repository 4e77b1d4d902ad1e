import type { Element } from '@xmldom/xmldom';
import { childElements, isNamed, removeChildren } from '../../xml/walk.js';
import { Fault } from '../fault.js';
import type { Message } from '../message.js';
import type { BuilderInput } from './builder.js';
import { type Part, parameterOf, readParts } from './multipart-parts.js';
import { buildSoap } from './soap.js';
import { buildXml } from './xml.js';

const XOP_NAMESPACE = 'http://www.w3.org/2004/08/xop/include';

/**
 * multipart/related (MTOM and SOAP with attachments): the root part is the message; an `xop:Include` is replaced by the
 * base64 text of the part that it names (message-model 5.2).
 */
export async function buildRelated(message: Message, { bytes, contentType }: BuilderInput): Promise<void> {
  const parts = await readParts(bytes, contentType);
  const start = parameterOf(contentType, 'start');
  const root = parts.find((part) => start !== undefined && part.headers.get('content-id') === start) ?? parts[0];
  if (!root) throw new Fault('The multipart message has no part');
  const innerType = rootType(root, contentType);
  const isSoap = innerType === 'text/xml' || innerType === 'application/soap+xml';
  const input = { bytes: root.bytes, contentType: root.headers.get('content-type') ?? innerType, mediaType: innerType };
  (isSoap ? buildSoap : buildXml)(message, input);
  const attachments = parts.filter((part) => part !== root);
  if (attachments.length > 0) inlineAttachments(message.payload.envelope(), attachments);
}

/** Type of the root part: MTOM labels it application/xop+xml and names the real one in `start-info` or `type`. */
function rootType(root: Part, contentType: string): string {
  const own = root.headers.get('content-type') ?? '';
  const media = own.split(';')[0]?.trim().toLowerCase() ?? '';
  if (media !== 'application/xop+xml' && media !== '') return media;
  return (parameterOf(own, 'type') ?? parameterOf(contentType, 'start-info') ?? 'text/xml').toLowerCase();
}

function inlineAttachments(element: Element, attachments: readonly Part[]): void {
  for (const child of childElements(element)) {
    if (!isNamed(child, 'Include', XOP_NAMESPACE)) {
      inlineAttachments(child, attachments);
      continue;
    }
    const id = decodeURIComponent((child.getAttribute('href') ?? '').replace(/^cid:/, ''));
    const part = attachments.find(({ headers }) => headers.get('content-id') === `<${id}>`);
    if (!part) throw new Fault(`The message refers to an attachment that it does not have: ${id}`);
    removeChildren(element);
    element.appendChild(child.ownerDocument?.createTextNode(Buffer.from(part.bytes).toString('base64')) as never);
    return;
  }
}
