import { javaText } from '../runtime/java/text.js';
import { WholeNumber } from '../runtime/java/value.js';
import { JsonNumber, type JsonValue } from '../runtime/json/value.js';

/** A property's value as a member of a JSON object: numbers and booleans stay what they are, others become text. */
export function toJsonValue(value: unknown): JsonValue {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (value instanceof WholeNumber || typeof value === 'number') return new JsonNumber(javaText(value));
  return javaText(value);
}
