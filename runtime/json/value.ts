/**
 * JSON as Mediant holds it: lossless and in document order.
 *
 * Numbers keep the literal they were written with (`1.0`, `1e3`, `268099561782931457`), objects keep the order of their
 * members, integer-like names included. Source of the rules: message-model 3.4.2 and 4.2.
 */
export type JsonValue = string | boolean | null | JsonNumber | JsonArray | JsonObject;
export type JsonArray = JsonValue[];
/** Members in document order; of two members with one name the last value counts (it keeps the first one's place). */
export type JsonObject = Map<string, JsonValue>;

/** A JSON number by its literal. */
export class JsonNumber {
  constructor(readonly literal: string) {}
}

/**
 * A JSON value held as a value of its own: a property of type JSON, a variable, the object value of `${payload.x}`.
 * The wrapper tells a JSON string from a plain one, which matters to `$var:x` (quotes shown) and to operators.
 */
export class JsonElement {
  constructor(readonly value: JsonValue) {}
}

export const isJsonObject = (value: unknown): value is JsonObject => value instanceof Map;
export const isJsonArray = (value: unknown): value is JsonArray => Array.isArray(value);
