import type { Element } from '@xmldom/xmldom';
import { javaText } from '../runtime/java/text.js';
import { WholeNumber } from '../runtime/java/value.js';
import { fromJs, toJs } from '../runtime/json/plain.js';
import { isJsonArray, isJsonObject, JsonElement, JsonNumber, type JsonValue } from '../runtime/json/value.js';
import { parseElement } from '../runtime/xml/parse.js';
import { serializeNode } from '../runtime/xml/serialize.js';
import { isTreeNode } from './tree-items.js';

/** A value of a property or variable as a script sees it: JSON as objects, XML as its text, null when there is none. */
export function toScript(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value;
  if (value instanceof WholeNumber) return Number(value.value);
  if (value instanceof JsonElement) return toJs(value.value);
  if (isTreeNode(value)) return serializeNode(value);
  if (Array.isArray(value)) return value.map(toScript);
  if (value instanceof Map) {
    return Object.fromEntries(Array.from(value, ([name, one]) => [String(name), toScript(one)]));
  }
  return javaText(value);
}

/**
 * A script's value as a property or variable: whole numbers are an Integer or Long, a text that is XML becomes an
 * element (mediators 6.11), objects and arrays become maps and lists.
 */
export function fromScript(value: unknown): unknown {
  if (typeof value === 'number') return numberOf(value);
  if (typeof value === 'string') return elementOf(value) ?? value;
  return typeof value === 'object' && value !== null ? plainOf(fromJs(value)) : value;
}

/** A script's result as a variable: objects and arrays stay JSON (mediators 6.11 "Return"). */
export function resultValue(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? new JsonElement(fromJs(value)) : fromScript(value);
}

function numberOf(value: number): unknown {
  if (!Number.isInteger(value) || Object.is(value, -0)) return value;
  if (value >= -2147483648 && value <= 2147483647) return WholeNumber.integer(value);
  return Number.isSafeInteger(value) ? WholeNumber.long(value) : value;
}

/** The element that a text is; undefined when it is no XML. */
export function elementOf(text: string): Element | undefined {
  if (!text.trimStart().startsWith('<')) return undefined;
  try {
    return parseElement(text);
  } catch {
    return undefined;
  }
}

function plainOf(value: JsonValue): unknown {
  if (value instanceof JsonNumber) return numberOf(Number(value.literal));
  if (isJsonArray(value)) return value.map(plainOf);
  if (isJsonObject(value)) return new Map(Array.from(value, ([name, member]) => [name, plainOf(member)]));
  return value;
}
