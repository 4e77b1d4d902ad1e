import type { Element } from '@xmldom/xmldom';
import { documentOf } from '../../xml/create.js';
import { childElements, isNamed, removeChildren } from '../../xml/walk.js';
import { type Attachment, XOP_NAMESPACE } from '../attachments.js';
import { Fault } from '../fault.js';
import type { Message } from '../message.js';
import type { BuilderInput } from './builder.js';
import { type Part, parameterOf, readParts } from './multipart-parts.js';
import { buildSoap } from './soap.js';
import { buildXml } from './xml.js';

/**
 * multipart/related (MTOM and SOAP with attachments): the root part is the message; an `xop:Include` is replaced by the
 * base64 text of the part that it names (message-model 5.2). All other parts are kept as attachments.
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
  const attachments = parts.filter((part) => part !== root).map(attachmentOf);
  if (attachments.length === 0) return;
  const inlined = inlineAttachments(message.payload.envelope(), attachments);
  message.payload.attachments = attachments.map((part) => ({ ...part, inlined: inlined.get(part) }));
}

/** Type of the root part: MTOM labels it application/xop+xml and names the real one in `start-info` or `type`. */
function rootType(root: Part, contentType: string): string {
  const own = root.headers.get('content-type') ?? '';
  const media = own.split(';')[0]?.trim().toLowerCase() ?? '';
  if (media !== 'application/xop+xml' && media !== '') return media;
  return (parameterOf(own, 'type') ?? parameterOf(contentType, 'start-info') ?? 'text/xml').toLowerCase();
}

type Unreferenced = Omit<Attachment, 'inlined'>;

const attachmentOf = ({ headers, bytes }: Part): Unreferenced => ({
  id: (headers.get('content-id') ?? '').replace(/^<|>$/g, ''),
  contentType: headers.get('content-type') ?? 'application/octet-stream',
  bytes,
});

/** @returns the texts that stand for attachments now */
function inlineAttachments(envelope: Element, attachments: readonly Unreferenced[]): Map<Unreferenced, string> {
  const inlined = new Map<Unreferenced, string>();
  const visit = (element: Element): void => {
    const include = childElements(element).find((child) => isNamed(child, 'Include', XOP_NAMESPACE));
    if (!include) {
      for (const child of childElements(element)) visit(child);
      return;
    }
    const id = decodeURIComponent((include.getAttribute('href') ?? '').replace(/^cid:/, ''));
    const part = attachments.find((one) => one.id === id);
    if (!part) throw new Fault(`The message refers to an attachment that it does not have: ${id}`);
    const text = inlined.get(part) ?? Buffer.from(part.bytes).toString('base64');
    inlined.set(part, text);
    removeChildren(element);
    element.appendChild(documentOf(element).createTextNode(text));
  };
  visit(envelope);
  return inlined;
}
