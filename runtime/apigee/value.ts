import { ApigeeMessage } from './message.js';

/**
 * A variable's value as text, for templates, conditions and whatever goes to the wire: null and undefined give
 * undefined, messages their content, other objects JSON.
 */
export function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (value instanceof ApigeeMessage) return value.content;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (typeof value !== 'object') return String(value);
  if (value.toString !== Object.prototype.toString && !Array.isArray(value)) return String(value);
  return JSON.stringify(value);
}
