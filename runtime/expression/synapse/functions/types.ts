/** Type tests and conversions of Synapse Expressions (message-model 3.6 "Functions"). */
import { parseBoolean } from '../../../java/boolean.js';
import { parseDouble, parseInteger } from '../../../java/parse-number.js';
import { WholeNumber } from '../../../java/value.js';
import { JsonSyntaxError, parseLenientJson } from '../../../json/parse.js';
import { isJsonArray, isJsonObject, JsonElement, type JsonValue } from '../../../json/value.js';
import {
  booleanOf,
  doubleOf,
  EvaluationError,
  intOf,
  isBoolean,
  isDouble,
  isInteger,
  isJsonPrimitive,
  isString,
  textOf,
} from '../value.js';
import { type Argument, type FunctionTable, refused } from './table.js';

export const typeFunctions: FunctionTable = {
  isString: { 1: isString },
  isNumber: { 1: (value) => isInteger(value) || isDouble(value) },
  isArray: { 1: (value) => heldJson(value, isJsonArray) !== undefined },
  isObject: { 1: (value) => heldJson(value, isJsonObject) !== undefined },
  string: { 1: textOf },
  integer: { 1: toInteger },
  float: { 1: toDouble },
  boolean: { 1: (value) => (isBoolean(value) ? booleanOf(value) : parseBoolean(textOf(value))) },
  not: { 1: (value) => !booleanOf(value) },
  object: { 1: (value) => toJson('object', value, isJsonObject) },
  array: { 1: (value) => toJson('array', value, isJsonArray) },
};

function toInteger(value: Argument): WholeNumber {
  if (isInteger(value)) return WholeNumber.integer(intOf(value));
  const parsed = parseInteger(textOf(value));
  if (!parsed) throw refused('integer', value);
  return parsed;
}

function toDouble(value: Argument): number {
  if (isDouble(value)) return doubleOf(value);
  const parsed = parseDouble(textOf(value));
  if (parsed === undefined) throw refused('float', value);
  return parsed;
}

/**
 * The object or array that a value is, or that its text holds. Texts are read leniently, without the double quotes
 * around them and without any backslash; single quotes stay and so spoil it.
 */
function heldJson(value: Argument, test: (json: JsonValue) => boolean): JsonValue | undefined {
  if (value instanceof JsonElement && test(value.value)) return value.value;
  if (typeof value !== 'string' && !isJsonPrimitive(value)) return undefined;
  const text = typeof value === 'string' ? value : textOf(value);
  const bare = text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
  try {
    const json = parseLenientJson(bare.replaceAll('\\', ''));
    return test(json) ? json : undefined;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}

function toJson(name: string, value: Argument, test: (json: JsonValue) => boolean): JsonElement {
  const json = heldJson(value, test);
  if (json === undefined) throw new EvaluationError(`${name}() found no JSON ${name} in its argument`);
  return new JsonElement(json);
}
