import type { Node } from '@xmldom/xmldom';
import { jsonText } from '../json/text.js';
import { JsonElement } from '../json/value.js';
import { serializeNode } from '../xml/serialize.js';
import { zoneName } from './date-field.js';
import { doubleText, floatText } from './double-text.js';
import { FloatNumber, WholeNumber } from './value.js';

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * Java's `toString()` of a property's or variable's value (message-model 3.3, 3.6): `2.0` for a Double, compact JSON
 * for a JSON value (strings with their quotes), markup for XML, `[a, b]` and `{k=v}` for lists and maps, `null` for
 * null and undefined. Bytes, which Java shows as an object's identity, are given as Base64.
 */
export function javaText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return doubleText(value);
    case 'object':
      return value === null ? 'null' : objectText(value);
    case 'undefined':
      return 'null';
    default:
      return String(value);
  }
}

function objectText(value: object): string {
  if (value instanceof WholeNumber) return value.toString();
  if (value instanceof JsonElement) return jsonText(value.value);
  if (value instanceof FloatNumber) return floatText(value.value);
  if (Array.isArray(value)) return `[${value.map(javaText).join(', ')}]`;
  if (value instanceof Map) {
    return `{${Array.from(value, ([name, item]) => `${javaText(name)}=${javaText(item)}`).join(', ')}}`;
  }
  if (value instanceof Date) return dateText(value);
  if (value instanceof Uint8Array)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  if (isNode(value)) return serializeNode(value);
  return String(value);
}

const isNode = (value: object): value is Node => 'nodeType' in value && 'ownerDocument' in value;

/** `java.util.Date.toString`: `Sun Nov 22 21:35:34 UTC 2026`, in the server's time zone. */
function dateText(date: Date): string {
  const two = (part: number) => String(part).padStart(2, '0');
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  const day = `${weekdays[date.getDay()]} ${months[date.getMonth()]} ${two(date.getDate())}`;
  return `${day} ${time} ${zoneName(date, 'short')} ${date.getFullYear()}`;
}
