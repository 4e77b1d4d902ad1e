import type { Document, Element } from '@xmldom/xmldom';
import { createElement, newDocument, setAttribute } from '../../xml/create.js';
import { charsetOf, decodeText } from '../charset.js';
import type { Message } from '../message.js';
import type { BuilderInput } from './builder.js';
import { type Part, parameterOf, readParts } from './multipart-parts.js';

/** The axis operation that mediated messages belong to; the root element is named after it. */
const OPERATION = 'mediate';

/**
 * multipart/form-data: `mediate` in a SOAP 1.2 envelope, a child for each part: texts with their charset, files in
 * base64 (message-model 5.8).
 * @throws Fault without a boundary and for a body that breaks off
 */
export async function buildMultipart(message: Message, { bytes, contentType }: BuilderInput): Promise<void> {
  const document = newDocument();
  const root = createElement(document, OPERATION);
  for (const part of await readParts(bytes, contentType)) root.appendChild(partElement(document, part));
  message.payload.reset('1.2');
  message.payload.setElement(root);
}

function partElement(document: Document, { headers, bytes }: Part): Element {
  const disposition = headers.get('content-disposition') ?? '';
  const type = headers.get('content-type');
  const filename = parameterOf(disposition, 'filename');
  const element = createElement(document, parameterOf(disposition, 'name') ?? 'part');
  let text: string;
  if (filename === undefined) {
    const charset = charsetOf(type) ?? 'UTF-8';
    setAttribute(element, 'charset', charset);
    text = decodeText(bytes, charset);
  } else {
    setAttribute(element, 'filename', filename);
    text = Buffer.from(bytes).toString('base64');
  }
  if (type !== undefined) setAttribute(element, 'content-type', type.split(';')[0]?.trim() ?? type);
  element.appendChild(document.createTextNode(text));
  return element;
}
