import type { Element } from '@xmldom/xmldom';
import { isJsonObject, type JsonObject } from '../runtime/json/value.js';
import { childElements, directText } from '../runtime/xml/walk.js';
import {
  ATTRIBUTE_PREFIX,
  ELEMENT_VALUE,
  itemSchema,
  type MapperSchema,
  schemasOf,
  scriptName,
  splitName,
  textMember,
} from './datamapper-schema.js';

/** What a script sees of an XML element: what its schema names, by the schema's types (mediators 6.8). */
export function elementToInput(element: Element, schema: MapperSchema): unknown {
  return readElement(element, schema.root, schema.namespaces);
}

type Namespaces = ReadonlyMap<string, string>;

function readElement(element: Element, schema: JsonObject, namespaces: Namespaces): unknown {
  const type = textMember(schema, 'type');
  const attributes = schemasOf(schema, 'attributes');
  const value = schema.get('value');
  if (type !== 'object' && type !== 'array' && attributes.size === 0) return typed(directText(element), type);
  const input: Record<string, unknown> = {};
  for (const [name, attribute] of attributes) {
    const text = attributeText(element, name, namespaces);
    if (text !== undefined) input[ATTRIBUTE_PREFIX + scriptName(name)] = typed(text, textMember(attribute, 'type'));
  }
  if (isJsonObject(value)) input[ELEMENT_VALUE] = typed(directText(element), textMember(value, 'type'));
  else if (type !== 'object') input[ELEMENT_VALUE] = typed(directText(element), type);
  const content = type === 'array' ? (itemSchema(schema) ?? schema) : schema;
  for (const [name, property] of schemasOf(content, 'properties'))
    readProperty(input, element, name, property, namespaces);
  return input;
}

function readProperty(
  input: Record<string, unknown>,
  parent: Element,
  name: string,
  schema: JsonObject,
  namespaces: Namespaces,
): void {
  const elements = childElements(parent).filter((child) => matches(child, name, namespaces));
  const [first] = elements;
  if (!first) return;
  if (textMember(schema, 'type') !== 'array') {
    input[scriptName(name)] = readElement(first, schema, namespaces);
    return;
  }
  const items = itemSchema(schema) ?? schema;
  input[scriptName(name)] = elements.map((element) => readElement(element, items, namespaces));
}

/** Whether an element has the name of a schema's property, prefix by namespace, and the attributes that it demands. */
function matches(element: Element, name: string, namespaces: Namespaces): boolean {
  const { element: qualified, conditions } = splitName(name);
  const { prefix, local } = parts(qualified);
  if (element.localName !== local || (element.namespaceURI ?? '') !== (namespaces.get(prefix) ?? '')) return false;
  return conditions.every(([attribute, value]) => attributeText(element, attribute, namespaces) === value);
}

function attributeText(element: Element, name: string, namespaces: Namespaces): string | undefined {
  const { prefix, local } = parts(name);
  const namespace = prefix === '' ? null : (namespaces.get(prefix) ?? null);
  const attribute = namespace === null ? element.getAttributeNode(local) : element.getAttributeNodeNS(namespace, local);
  return attribute?.value;
}

function parts(name: string): { prefix: string; local: string } {
  const colon = name.indexOf(':');
  return { prefix: name.slice(0, Math.max(colon, 0)), local: name.slice(colon + 1) };
}

/** A text that is not of the schema's type stays a text. */
export function typed(text: string, type: string | undefined): unknown {
  const trimmed = text.trim();
  switch (type) {
    case 'number':
    case 'integer':
      return trimmed === '' || Number.isNaN(Number(trimmed)) ? text : Number(trimmed);
    case 'boolean':
      return trimmed === 'true' ? true : trimmed === 'false' ? false : text;
    case 'null':
      return text === '' ? null : text;
    default:
      return text;
  }
}

/** JSON as a script sees it: as it is, but for names that a script cannot write. */
export function jsonToInput(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(jsonToInput);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [scriptName(name), jsonToInput(member)]));
}
