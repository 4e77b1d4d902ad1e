import type { Element, Node } from '@xmldom/xmldom';
import { parseLenientJson } from '../runtime/json/parse.js';
import { JsonElement, type JsonValue } from '../runtime/json/value.js';

/** Whether a property's value makes enrich work on XML: markup, or a text that no quotes make JSON (mediators 6.2). */
export function isXmlValue(value: unknown): boolean {
  if (typeof value === 'string') return jsonOfText(value) === undefined;
  return isElement(value) || (Array.isArray(value) && value.some(isElement));
}

/** A property's value as JSON; undefined for values that are none, numbers and booleans among them. */
export function jsonOfProperty(value: unknown): JsonValue | undefined {
  if (value instanceof JsonElement) return value.value;
  return typeof value === 'string' ? jsonOfText(value) : undefined;
}

/** A text as the lenient parser reads it, else as the content of a JSON string. */
function jsonOfText(text: string): JsonValue | undefined {
  return parsed(text) ?? parsed(`"${text}"`);
}

function parsed(text: string): JsonValue | undefined {
  try {
    return parseLenientJson(text);
  } catch {
    return undefined;
  }
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'nodeType' in value;
}

export function isElement(value: unknown): value is Element {
  return isNode(value) && value.nodeType === 1;
}

/** Text and CDATA. */
export function isTextNode(value: unknown): value is Node {
  return isNode(value) && (value.nodeType === 3 || value.nodeType === 4);
}
