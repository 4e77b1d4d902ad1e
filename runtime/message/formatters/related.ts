import { randomUUID } from 'node:crypto';
import type { Element } from '@xmldom/xmldom';
import { createElement, documentOf, setAttribute } from '../../xml/create.js';
import { childElements, directText, isNamed, removeChildren } from '../../xml/walk.js';
import { type Attachment, XOP_NAMESPACE } from '../attachments.js';
import { encodeText } from '../charset.js';
import { encodingOf } from '../content-type.js';
import { PAYLOAD_NAMESPACE, serializeEnvelope } from '../envelope.js';
import type { Message } from '../message.js';
import { type Packaging, packagingOf } from '../packaging.js';
import type { Written } from './formatter.js';
import { newBoundary, type OutgoingPart, writeMultipart } from './multipart-writer.js';
import { formatSoap, soapDeclaration } from './soap.js';
import { formatXml } from './xml.js';

/**
 * A SOAP message. With `ENABLE_MTOM` or `ENABLE_SWA` it is multipart/related, else one document with what came as
 * attachments of MTOM in it (message-model 2.4, 5.2).
 */
export function formatSoapMessage(message: Message): Written {
  const packaging = packagingOf(message);
  return packaging === undefined ? formatSoap(message) : formatPackage(message, packaging);
}

/** multipart/related: as SOAP when it came as SOAP (message-model 5.2). */
export function formatRelated(message: Message): Written {
  return message.payload.hasDocument ? formatSoapMessage(message) : formatXml(message);
}

function formatPackage(message: Message, packaging: Packaging): Written {
  const { payload } = message;
  const isMtom = packaging === 'mtom';
  const envelope = isMtom ? withoutBinaries(payload.envelope(), payload.attachments) : undefined;
  const content = envelope ? soapDeclaration(message) + serializeEnvelope(envelope.root) : formatSoap(message).content;
  const parts = envelope ? envelope.attachments : payload.attachments.filter(({ inlined }) => inlined === undefined);
  const soapType = payload.soapVersion === '1.1' ? 'text/xml' : 'application/soap+xml';
  const rootType = isMtom ? 'application/xop+xml' : soapType;
  const start = newId();
  const boundary = newBoundary();
  const encoding = encodingOf(message);
  const inner = isMtom ? `; type="${soapType}"` : '';
  const all = [
    part(start, `${rootType}; charset=${encoding}${inner}`, encodeText(String(content), encoding)),
    ...parts.map(({ id, contentType, bytes }) => part(id, contentType, bytes)),
  ];
  return {
    content: writeMultipart(boundary, all),
    contentType: packageType(message, { boundary, rootType, start, soapType }),
  };
}

function packageType(
  message: Message,
  { boundary, rootType, start, soapType }: Readonly<Record<'boundary' | 'rootType' | 'start' | 'soapType', string>>,
): string {
  const { soapAction } = message.addressing;
  const inner = rootType === soapType ? '' : `; start-info="${soapType}"`;
  const action = message.payload.soapVersion === '1.2' && soapAction ? `; action="${soapAction}"` : '';
  return `multipart/related; boundary="${boundary}"; type="${rootType}"; start="<${start}>"${inner}${action}`;
}

const newId = (): string => `0.${randomUUID().replaceAll('-', '')}@mediant`;

function part(id: string, contentType: string, bytes: Uint8Array): OutgoingPart {
  return {
    head: [`Content-Type: ${contentType}`, 'Content-Transfer-Encoding: binary', `Content-ID: <${id}>`],
    bytes,
  };
}

/** A copy of an envelope in which an `xop:Include` stands for each text that is the content of an attachment, or bytes. */
function withoutBinaries(
  envelope: Element,
  attachments: readonly Attachment[],
): { root: Element; attachments: Attachment[] } {
  const root = envelope.cloneNode(true) as Element;
  const used: Attachment[] = [];
  const visit = (element: Element): void => {
    const children = childElements(element);
    for (const child of children) visit(child);
    const binary = children.length > 0 ? undefined : binaryOf(element, attachments);
    if (binary === undefined) return;
    used.push({ ...binary, id: newId() });
    removeChildren(element);
    const include = createElement(documentOf(element), 'xop:Include', XOP_NAMESPACE);
    setAttribute(include, 'href', `cid:${used.at(-1)?.id}`);
    element.appendChild(include);
  };
  visit(root);
  return { root, attachments: used };
}

function binaryOf(element: Element, attachments: readonly Attachment[]): Attachment | undefined {
  const text = directText(element);
  const found = text === '' ? undefined : attachments.find(({ inlined }) => inlined === text);
  if (found || !isNamed(element, 'binary', PAYLOAD_NAMESPACE)) return found;
  return { id: '', contentType: 'application/octet-stream', bytes: Buffer.from(text, 'base64'), inlined: text };
}
