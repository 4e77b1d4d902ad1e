import { doubleText } from '../../java/double-text.js';
import { memberValue, normalisedJsonNumber } from '../../json/number.js';
import { parseLenientJson } from '../../json/parse.js';
import { jsonText } from '../../json/text.js';
import { isJsonArray, isJsonObject, JsonNumber, type JsonValue } from '../../json/value.js';
import { ItemNotFoundError, JsonPathError, UnfitPathError } from './errors.js';
import type { FunctionCall } from './evaluation.js';

/** A parameter at run time. `path` gives the value of a path parameter; JSON has its parsed value. */
export type ParameterValue =
  | { readonly kind: 'path'; readonly value: JsonValue; readonly length: number | undefined }
  | { readonly kind: 'json'; readonly value: JsonValue };

/** Reads the parameters once the document is there. */
export type ParameterReader = (model: JsonValue, root: JsonValue) => ParameterValue[];

type PathFunction = (model: JsonValue, parameters: readonly ParameterValue[]) => JsonValue;

const functions: Readonly<Record<string, PathFunction>> = {
  length,
  size: length,
  keys: (model) => (isJsonObject(model) ? [...model.keys()] : null),
  min: aggregate((numbers) => numbers.reduce((least, number) => Math.min(least, number), Number.MAX_VALUE)),
  // The engine starts from the smallest positive double, so that nothing below zero is ever the greatest.
  max: aggregate((numbers) => numbers.reduce((greatest, number) => Math.max(greatest, number), Number.MIN_VALUE)),
  sum: aggregate(sum),
  avg: aggregate((numbers) => sum(numbers) / numbers.length),
  stddev: aggregate(standardDeviation),
  first: (model) => itemAt(model, 0),
  last: (model) => itemAt(model, -1),
  index: (model, parameters) => itemAt(model, Math.trunc(firstNumber(parameters))),
  concat,
  append: (model, parameters) => (isJsonArray(model) ? [...model, ...parameters.map(({ value }) => value)] : model),
};

/**
 * A call of a path function (message-model 3.4.2 "function"). Numbers computed are JSON numbers with Java's text, `6.0`
 * for a sum, `3` for a length. An unknown function is an error only when it is called.
 */
export function functionCall(name: string, readParameters: ParameterReader): FunctionCall {
  const run = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (!run) {
    return () => {
      throw new UnfitPathError(`Function with name: ${name} does not exist.`);
    };
  }
  return (model, { root }) => run(model, readParameters(model, root));
}

/** Parses the JSON of a parameter, leniently; what is malformed shows when the function is called. */
export function jsonParameter(text: string): () => JsonValue {
  try {
    const value = parseLenientJson(text);
    return () => value;
  } catch (error) {
    const reason = `Malformed JSON parameter ${text}: ${(error as Error).message}`;
    return () => {
      throw new JsonPathError(reason);
    };
  }
}

/** Of the first parameter, when there is one, else of the value before: a number of items or members. */
function length(model: JsonValue, parameters: readonly ParameterValue[]): JsonValue {
  const [first] = parameters;
  if (first?.kind === 'json') throw new JsonPathError('length() takes a path');
  const count = first?.length ?? (isJsonArray(model) ? model.length : isJsonObject(model) ? model.size : undefined);
  return count === undefined ? null : new JsonNumber(String(count));
}

/** A function of the numbers in the array before it and in its parameters; no number at all is an error. */
function aggregate(compute: (numbers: number[]) => number): PathFunction {
  return (model, parameters) => {
    const own = isJsonArray(model) ? numbersIn(model) : [];
    const numbers = own.concat(parameters.flatMap(parameterNumbers));
    if (numbers.length === 0) {
      throw new JsonPathError('Aggregation function attempted to calculate value using empty array');
    }
    return new JsonNumber(doubleText(compute(numbers)));
  };
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function standardDeviation(numbers: number[]): number {
  const count = numbers.length;
  const total = sum(numbers);
  const squares = numbers.reduce((all, number) => all + number * number, 0);
  return Math.sqrt(squares / count - (total * total) / count / count);
}

const numbersIn = (array: JsonValue[]): number[] =>
  array.filter((item) => item instanceof JsonNumber).map((number) => Number(number.literal));

/** A lone number written as JSON does not count, an array does. */
function parameterNumbers({ kind, value }: ParameterValue): number[] {
  if (isJsonArray(value)) return numbersIn(value);
  return kind === 'path' && value instanceof JsonNumber ? [Number(value.literal)] : [];
}

function firstNumber(parameters: readonly ParameterValue[]): number {
  const number = parameters.flatMap(parameterNumbers)[0];
  if (number === undefined) throw new ItemNotFoundError('index() needs a number');
  return number;
}

function itemAt(model: JsonValue, index: number): JsonValue {
  if (!isJsonArray(model)) throw new JsonPathError('Not an array');
  const at = index < 0 ? model.length + index : index;
  // Counted from the end, the engine never reaches the first item.
  if (index < 0 && at <= 0) throw new JsonPathError(`Target index:${index} larger than object count:${model.length}`);
  const item = model[at];
  if (item === undefined) throw new ItemNotFoundError(`No item ${index}`);
  return memberValue(item);
}

/** The strings of the array before it, then of the parameters: their strings, numbers and JSON. */
function concat(model: JsonValue, parameters: readonly ParameterValue[]): JsonValue {
  let text = isJsonArray(model) ? model.filter((item) => typeof item === 'string').join('') : '';
  for (const { kind, value } of parameters) {
    if (isJsonArray(value)) text += value.map(plainText).join('');
    else text += kind === 'json' && value !== null ? jsonText(value) : plainText(value);
  }
  return text;
}

function plainText(value: JsonValue): string {
  if (value === null) return '';
  if (value instanceof JsonNumber) return normalisedJsonNumber(value).literal;
  return typeof value === 'string' ? value : jsonText(value);
}
