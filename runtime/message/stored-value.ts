import type { Element } from '@xmldom/xmldom';
import { FloatNumber, WholeNumber } from '../java/value.js';
import { parseJson } from '../json/parse.js';
import { jsonText } from '../json/text.js';
import { JsonElement } from '../json/value.js';
import { parseElement } from '../xml/parse.js';
import { serializeElement } from '../xml/serialize.js';

/** A value of a property as plain JSON: a text or Boolean itself, anything else with the name of its type. */
export type StoredValue = string | boolean | readonly [type: string, value: unknown];

/** The value as it is stored; undefined for one that is an object of the running engine and cannot be kept. */
export function storedValue(value: unknown): StoredValue | undefined {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return ['Double', String(value)];
  if (value instanceof WholeNumber) return [value.type, value.toString()];
  if (value instanceof FloatNumber) return ['Float', String(value.value)];
  if (value instanceof JsonElement) return ['JSON', jsonText(value.value)];
  if (value instanceof Uint8Array) return ['bytes', Buffer.from(value).toString('base64')];
  if (value instanceof Date) return ['date', value.getTime()];
  if (Array.isArray(value)) return ['list', value.map(storedValue).filter((item) => item !== undefined)];
  if (value instanceof Map) return ['map', storedEntries(value)];
  return isElement(value) ? ['XML', serializeElement(value)] : undefined;
}

/** Names and stored values; entries that cannot be kept are left out. */
export function storedEntries(entries: Iterable<readonly [unknown, unknown]>): [string, StoredValue][] {
  return [...entries].flatMap(([name, value]) => {
    const stored = storedValue(value);
    return stored === undefined ? [] : [[String(name), stored] as [string, StoredValue]];
  });
}

/** The value again. @throws Error for what {@link storedValue} does not write */
export function restoredValue(stored: unknown): unknown {
  if (typeof stored === 'string' || typeof stored === 'boolean') return stored;
  const [type, value] = stored as [string, unknown];
  switch (type) {
    case 'Double':
      return Number(value);
    case 'Float':
      return new FloatNumber(Number(value));
    case 'Short':
    case 'Integer':
    case 'Long':
      return new WholeNumber(type, BigInt(String(value)));
    case 'JSON':
      return new JsonElement(parseJson(String(value)));
    case 'bytes':
      return Buffer.from(String(value), 'base64');
    case 'date':
      return new Date(Number(value));
    case 'list':
      return (value as unknown[]).map(restoredValue);
    case 'map':
      return restoredEntries(value);
    case 'XML':
      return parseElement(String(value));
    default:
      throw new Error(`a stored value has the unknown type ${type}`);
  }
}

/** The entries that {@link storedEntries} wrote. */
export function restoredEntries(stored: unknown): Map<string, unknown> {
  return new Map((stored as [string, unknown][]).map(([name, value]) => [name, restoredValue(value)]));
}

function isElement(value: unknown): value is Element {
  return typeof value === 'object' && value !== null && 'nodeType' in value && value.nodeType === 1;
}
