import { randomUUID } from 'node:crypto';
import type { Element } from '@xmldom/xmldom';
import { serializeElement } from '../../xml/serialize.js';
import { childElements, directText, firstChildElement, isNamed } from '../../xml/walk.js';
import { encodeText } from '../charset.js';
import { encodingOf } from '../content-type.js';
import type { Message } from '../message.js';
import type { Written } from './formatter.js';
import { newBoundary, type OutgoingPart, writeMultipart } from './multipart-writer.js';

const FILE_NAMESPACE = 'http://org.apache.axis2/xsd/form-data';

/** multipart/form-data: a part for each child of the first element (message-model 5.8). */
export function formatMultipart(message: Message): Written {
  const boundary = newBoundary();
  const contentType = `multipart/form-data; charset=${encodingOf(message)}; boundary=${boundary}`;
  const root = message.payload.firstElement();
  const children = root ? childElements(root) : [];
  if (children.length === 0) return { content: undefined, contentType };
  const decode = message.axis2Property('DECODE_MULTIPART_DATA') === true;
  const parts = children.map((child) => partOf(child, decode));
  return { content: writeMultipart(boundary, parts), contentType };
}

function partOf(child: Element, decode: boolean): OutgoingPart {
  const name = child.localName ?? child.nodeName;
  if (isNamed(child, 'file', FILE_NAMESPACE)) return filePart(child, child.getAttribute('name') ?? 'file', true);
  if (firstChildElement(child)) {
    return part(name, 'application/xml; charset=UTF-8', Buffer.from(serializeElement(child)));
  }
  if (child.hasAttribute('filename')) return filePart(child, name, decode);
  return part(name, 'text/plain; charset=UTF-8', Buffer.from(directText(child)));
}

function filePart(child: Element, name: string, decode: boolean): OutgoingPart {
  const type = child.getAttribute('content-type') ?? 'text/plain';
  const charset = child.getAttribute('charset') ?? 'ISO-8859-1';
  const filename = child.getAttribute('filename') ?? `${randomUUID()}.txt`;
  const text = directText(child);
  const bytes = decode ? Buffer.from(text, 'base64') : encodeText(text, charset);
  return part(name, `${type}; charset=${charset}`, bytes, filename);
}

function part(name: string, type: string, bytes: Uint8Array, filename?: string): OutgoingPart {
  const file = filename === undefined ? '' : `; filename="${quotable(filename)}"`;
  return {
    head: [`Content-Disposition: form-data; name="${quotable(name)}"${file}`, `Content-Type: ${oneLine(type)}`],
    bytes,
  };
}

/** A line end or a quote in a name would end the header. */
function quotable(text: string): string {
  return oneLine(text).replaceAll('"', '%22');
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
}
