import type { Attr, Document, Element } from '@xmldom/xmldom';
import { parseLenientJson } from '../../json/parse.js';
import { jsonText } from '../../json/text.js';
import { isJsonArray, isJsonObject, JsonNumber, type JsonObject, type JsonValue } from '../../json/value.js';
import { createElement, declareNamespace, newDocument, setAttribute } from '../../xml/create.js';
import { childElements, directText } from '../../xml/walk.js';

/**
 * Two older JSON conventions for XML, of the types application/json/badgerfish and text/javascript (message-model 5.2).
 * Badgerfish: text in `$`, attributes as `@name`, declarations in `@xmlns`. Mapped: text alone, attributes as `@name`.
 * All values are strings.
 */
export type Convention = 'badgerfish' | 'mapped';

export function elementToJson(element: Element, convention: Convention): string {
  return jsonText(new Map([[element.nodeName, memberOf(element, convention)]]));
}

/**
 * The first member of the object is the root; further ones are left out, as a document has one root and the reference
 * engine's reader stops behind it.
 * @throws SyntaxError when the text is no JSON object or has no member
 */
export function jsonToElement(text: string, convention: Convention, document: Document = newDocument()): Element {
  const value = parseLenientJson(text);
  const [root] = isJsonObject(value) ? value : [];
  if (!root) throw new SyntaxError('A JSON object with a member was expected');
  return elementOf(root[0], root[1], convention, document);
}

function memberOf(element: Element, convention: Convention): JsonValue {
  const members: JsonObject = new Map();
  const { attributes } = element;
  for (let i = 0; i < attributes.length; i++) addAttribute(members, attributes.item(i) as Attr, convention);
  for (const child of childElements(element)) {
    const value = memberOf(child, convention);
    const before = members.get(child.nodeName);
    if (before === undefined) members.set(child.nodeName, value);
    else members.set(child.nodeName, isJsonArray(before) ? [...before, value] : [before, value]);
  }
  const text = directText(element).trim();
  if (convention === 'mapped' && members.size === 0) return text;
  if (text !== '') members.set('$', text);
  return members;
}

function addAttribute(members: JsonObject, attr: Attr, convention: Convention): void {
  if (attr.nodeName !== 'xmlns' && attr.prefix !== 'xmlns') {
    members.set(`@${attr.nodeName}`, attr.value);
    return;
  }
  if (convention === 'mapped') return;
  const declarations = members.get('@xmlns');
  const map: JsonObject = isJsonObject(declarations) ? declarations : new Map();
  map.set(attr.nodeName === 'xmlns' ? '$' : (attr.localName ?? ''), attr.value);
  members.set('@xmlns', map);
}

function elementOf(name: string, value: JsonValue, convention: Convention, document: Document): Element {
  const members = isJsonObject(value) ? value : new Map<string, JsonValue>();
  const declarations = members.get('@xmlns');
  const namespaces = isJsonObject(declarations) ? declarations : new Map<string, JsonValue>();
  const colon = name.indexOf(':');
  const own = namespaces.get(colon === -1 ? '$' : name.slice(0, colon));
  const element = createElement(document, name, typeof own === 'string' ? own : '');
  for (const [prefix, namespace] of namespaces)
    declareNamespace(element, prefix === '$' ? '' : prefix, text(namespace));
  if (!isJsonObject(value)) addText(element, value, document);
  for (const [key, member] of members) {
    if (key === '@xmlns') continue;
    if (key === '$') addText(element, member, document);
    else if (key.startsWith('@')) setAttribute(element, key.slice(1), text(member));
    else {
      for (const item of isJsonArray(member) ? member : [member]) {
        element.appendChild(elementOf(key, item, convention, document));
      }
    }
  }
  return element;
}

function addText(element: Element, value: JsonValue, document: Document): void {
  if (text(value) !== '') element.appendChild(document.createTextNode(text(value)));
}

function text(value: JsonValue): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  return value instanceof JsonNumber ? value.literal : jsonText(value);
}
