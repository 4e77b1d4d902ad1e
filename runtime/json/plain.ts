import { JsonElement, JsonNumber, type JsonObject, type JsonValue } from './value.js';

/**
 * A JavaScript value as JSON: what `JSON.stringify` makes of it (undefined members are left out, `toJSON` is honoured,
 * NaN is null). A bigint becomes a number; JSON values inside are taken as they are.
 */
export function fromJs(value: unknown): JsonValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? new JsonNumber(JSON.stringify(value)) : null;
  if (typeof value === 'bigint') return new JsonNumber(value.toString());
  if (typeof value !== 'object') return null;
  if (value instanceof JsonNumber) return value;
  if (value instanceof JsonElement) return value.value;
  if (Array.isArray(value)) return value.map(fromJs);
  if ('toJSON' in value && typeof value.toJSON === 'function') return fromJs(value.toJSON());
  const object: JsonObject = new Map();
  for (const [name, member] of value instanceof Map ? value : Object.entries(value)) {
    if (member !== undefined && typeof member !== 'function') object.set(String(name), fromJs(member));
  }
  return object;
}

/** A JSON value as plain JavaScript objects, arrays and numbers; large and exact numbers lose digits. */
export function toJs(value: JsonValue): unknown {
  if (value instanceof JsonNumber) return Number(value.literal);
  if (Array.isArray(value)) return value.map(toJs);
  if (value instanceof Map) return Object.fromEntries(Array.from(value, ([name, member]) => [name, toJs(member)]));
  return value;
}
