import type { Node } from '@xmldom/xmldom';
import { parseInteger, parseLong, wrapInteger } from '../../java/parse-number.js';
import { javaText } from '../../java/text.js';
import { WholeNumber } from '../../java/value.js';
import { normaliseNumber } from '../../json/number.js';
import { JsonElement, JsonNumber } from '../../json/value.js';

/**
 * What an expression yields (message-model 3.6 "Value domain"): a string, a Double (`number`), an Integer or Long
 * ({@link WholeNumber}), a Boolean, a JSON element, an XML node, a list, or null. A string may still wear the quotes it
 * was written with; {@link textOf} takes them off.
 */
export type Result = string | number | boolean | WholeNumber | JsonElement | Node | readonly unknown[] | null;

/** An error that the engine logs as a warning; the expression then yields the empty string (message-model 3.6). */
export class EvaluationError extends Error {}

/**
 * A JSON number that is a member of an object: normalised, and counting as Integer, Long, Double or as text only, while
 * any other JSON number counts as all that its literal can be read as (message-model 3.6 "Numeric typing").
 */
export class MemberNumber extends JsonNumber {
  readonly value: WholeNumber | number | undefined;

  constructor(literal: string) {
    const { text, value } = normaliseNumber(literal);
    super(text);
    this.value = value;
  }
}

/** `asString`: strings lose one pair of quotes, JSON strings are bare, everything else is Java's text of it. */
export function textOf(value: Exclude<Result, null>): string {
  if (typeof value === 'string') return unquoted(value);
  if (value instanceof JsonElement) {
    if (typeof value.value === 'string') return value.value;
    if (value.value instanceof JsonNumber) return value.value.literal;
  }
  return javaText(value);
}

/** One pair of matching quotes taken off. A single quote character has none to take off, and the engine breaks on it. */
function unquoted(text: string): string {
  const first = text.charAt(0);
  if ((first !== '"' && first !== "'") || !text.endsWith(first)) return text;
  if (text.length === 1) throw new RangeError(`a string that is nothing but ${first} cannot be used`);
  return text.slice(1, -1);
}

/** The JSON number behind a value, if that is what it is. */
function jsonNumberOf(value: Result): JsonNumber | undefined {
  return value instanceof JsonElement && value.value instanceof JsonNumber ? value.value : undefined;
}

export function isInteger(value: Result): boolean {
  if (value instanceof WholeNumber) return value.type === 'Integer';
  const json = jsonNumberOf(value);
  if (json instanceof MemberNumber) return json.value instanceof WholeNumber && json.value.type === 'Integer';
  return json !== undefined && parseInteger(json.literal) !== undefined;
}

export function isLong(value: Result): boolean {
  if (value instanceof WholeNumber) return value.type === 'Long';
  const json = jsonNumberOf(value);
  if (json instanceof MemberNumber) return json.value instanceof WholeNumber && json.value.type === 'Long';
  return json !== undefined && parseLong(json.literal) !== undefined;
}

export function isDouble(value: Result): boolean {
  if (typeof value === 'number') return true;
  const json = jsonNumberOf(value);
  return json instanceof MemberNumber ? typeof json.value === 'number' : json !== undefined;
}

export const isNumeric = (value: Result): boolean => isDouble(value) || isInteger(value) || isLong(value);

export const isString = (value: Result): boolean =>
  typeof value === 'string' || (value instanceof JsonElement && typeof value.value === 'string');

export const isBoolean = (value: Result): boolean =>
  typeof value === 'boolean' || (value instanceof JsonElement && typeof value.value === 'boolean');

/** A JSON string, number or boolean. */
export const isJsonPrimitive = (value: Result): value is JsonElement =>
  value instanceof JsonElement && (value.value instanceof JsonNumber || typeof value.value !== 'object');

/** The truth value. Throws {@link EvaluationError} for anything but a Boolean. */
export function booleanOf(value: Result): boolean {
  if (typeof value === 'boolean') return value;
  if (value instanceof JsonElement && typeof value.value === 'boolean') return value.value;
  throw new EvaluationError(`expected a Boolean, got ${kindOf(value)}`);
}

/** As an int: fractions are cut off, whole numbers keep their low 32 bits (Java's `intValue`). */
export function intOf(value: Result): number {
  return Number(BigInt.asIntN(32, exactWhole(value, 32)));
}

/** As a long, in the same way. */
export function longOf(value: Result): bigint {
  return BigInt.asIntN(64, exactWhole(value, 64));
}

function exactWhole(value: Result, bits: 32 | 64): bigint {
  if (value instanceof WholeNumber) return value.value;
  const json = jsonNumberOf(value);
  if (json && /^-?[0-9]{1,1000}$/.test(json.literal)) return BigInt(json.literal);
  return saturated(doubleOf(value), bits);
}

/** `(int)` or `(long)` of a double: cut off, NaN is 0, and what is beyond the type is its end. */
function saturated(value: number, bits: 32 | 64): bigint {
  if (Number.isNaN(value)) return 0n;
  const limit = 2 ** (bits - 1);
  if (value >= limit) return 2n ** BigInt(bits - 1) - 1n;
  return value <= -limit ? -(2n ** BigInt(bits - 1)) : BigInt(Math.trunc(value));
}

/** `(int) Math.round(x)`: halves up, then the low 32 bits of the long. */
export const roundedInt = (value: number): WholeNumber => wrapInteger(saturated(Math.round(value), 64));

/** As a double. Throws {@link EvaluationError} for what is no number. */
export function doubleOf(value: Result): number {
  if (typeof value === 'number') return value;
  if (value instanceof WholeNumber) return Number(value.value);
  const json = jsonNumberOf(value);
  if (json) return Number(json.literal);
  throw new EvaluationError(`expected a number, got ${kindOf(value)}`);
}

/** What a value is, for messages. Never the value itself: it may be a secret. */
export function kindOf(value: Result): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return 'a string';
  if (typeof value === 'number') return 'a Double';
  if (typeof value === 'boolean') return 'a Boolean';
  if (value instanceof WholeNumber) return value.type === 'Integer' ? 'an Integer' : `a ${value.type}`;
  if (value instanceof JsonElement) return jsonKind(value);
  return Array.isArray(value) ? 'a list' : 'XML';
}

function jsonKind({ value }: JsonElement): string {
  if (value instanceof Map) return 'a JSON object';
  if (Array.isArray(value)) return 'a JSON array';
  if (value instanceof JsonNumber) return isLong(new JsonElement(value)) ? 'a Long JSON number' : 'a JSON number';
  return value === null ? 'null' : `a JSON ${typeof value}`;
}
