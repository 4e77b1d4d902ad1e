import type { Document } from '@xmldom/xmldom';
import { createElement, newDocument } from '../../xml/create.js';
import { charsetOf, decodeText } from '../charset.js';
import { elementName } from '../conversion/names.js';
import { Fault } from '../fault.js';
import type { Message } from '../message.js';
import type { BuilderInput } from './builder.js';

/**
 * application/x-www-form-urlencoded: `xformValues` in a SOAP 1.2 envelope, with a child for each parameter of the To
 * address's query and then of the body, grouped by name (message-model 5.7).
 * @throws Fault for a piece of the body without a name and `=`, or a value that is not percent-encoded
 */
export function buildForm(message: Message, { bytes, contentType }: BuilderInput): void {
  const charset = charsetOf(contentType) ?? 'UTF-8';
  const parameters = new Map<string, string[]>();
  const add = (name: string, value: string): void => {
    const values = parameters.get(name);
    if (values) values.push(value);
    else parameters.set(name, [value]);
  };
  for (const [name, value] of queryPieces(message.addressing.to)) add(name, decodeValue(value, charset));
  for (const [name, value] of bodyPieces(decodeText(bytes, charset))) add(name, decodeValue(value, charset));
  message.payload.reset('1.2');
  message.payload.setElement(formElement(newDocument(), parameters));
}

function* queryPieces(to: string | undefined): Iterable<[name: string, value: string]> {
  const query = to?.includes('?') ? to.slice(to.indexOf('?') + 1) : '';
  for (const piece of query.split('&')) {
    const equals = piece.indexOf('=');
    if (equals > 0) yield [piece.slice(0, equals), piece.slice(equals + 1)];
  }
}

function* bodyPieces(text: string): Iterable<[name: string, value: string]> {
  for (const piece of text.split(/\r\n|\r|\n|&/)) {
    if (piece === '') continue;
    const equals = piece.indexOf('=');
    if (equals < 1) throw new Fault(`The form field '${piece.slice(0, 80)}' is not of the form name=value`);
    yield [piece.slice(0, equals), piece.slice(equals + 1)];
  }
}

/** `+` is a blank; percent-encoded bytes are text in the message's charset. */
function decodeValue(value: string, charset: string): string {
  if (!/[+%]/.test(value)) return value;
  if (/%(?![0-9A-Fa-f]{2})/.test(value)) throw new Fault('A form field is not percent-encoded correctly');
  return value
    .replaceAll('+', ' ')
    .replace(/(?:%[0-9A-Fa-f]{2})+/g, (bytes) => decodeText(Buffer.from(bytes.replaceAll('%', ''), 'hex'), charset));
}

function formElement(document: Document, parameters: ReadonlyMap<string, readonly string[]>) {
  const root = createElement(document, 'xformValues');
  for (const [name, values] of parameters) {
    for (const value of values) {
      const child = createElement(document, elementName(name, false));
      child.appendChild(document.createTextNode(value));
      root.appendChild(child);
    }
  }
  return root;
}
