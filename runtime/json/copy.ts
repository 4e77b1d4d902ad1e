import { isJsonArray, isJsonObject, type JsonValue } from './value.js';

/** An independent copy, for changing a document that somebody else still reads. Numbers and strings are shared. */
export function copyJson(value: JsonValue): JsonValue {
  if (isJsonArray(value)) return value.map(copyJson);
  if (isJsonObject(value)) return new Map(Array.from(value, ([name, member]) => [name, copyJson(member)]));
  return value;
}
