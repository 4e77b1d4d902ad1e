/** String functions of Synapse Expressions (message-model 3.6 "Functions"). */
import { javaTrim } from '../../../java/parse-number.js';
import { javaPattern } from '../../../java/regex.js';
import { WholeNumber } from '../../../java/value.js';
import { JsonElement } from '../../../json/value.js';
import { checkGrowth } from '../../../limit/text-length.js';
import { remembering } from '../../cache.js';
import { EvaluationError, intOf, isInteger, isJsonPrimitive, isString, textOf } from '../value.js';
import { type Argument, type FunctionTable, refused } from './table.js';

export const textFunctions: FunctionTable = {
  length: { 1: length },
  toUpper: { 1: (value) => changeCase('toUpper', value, (text) => text.toUpperCase()) },
  toLower: { 1: (value) => changeCase('toLower', value, (text) => text.toLowerCase()) },
  trim: { 1: (value) => javaTrim(stringArgument('trim', value)) },
  subString: { 2: (text, start) => subString(text, start), 3: (text, start, end) => subString(text, start, end) },
  startsWith: { 2: onStrings('startsWith', (text, part) => text.startsWith(part)) },
  endsWith: { 2: onStrings('endsWith', (text, part) => text.endsWith(part)) },
  contains: { 2: onStrings('contains', (text, part) => text.includes(part)) },
  replace: { 3: replace },
  split: { 2: onStrings('split', (text, pattern) => new JsonElement(compiledPattern(pattern).split(text))) },
  indexOf: {
    2: onStrings('indexOf', (text, part) => WholeNumber.integer(text.indexOf(part))),
    3: indexOf,
  },
  charAt: { 2: charAt },
};

const compiledPattern = remembering((pattern) => javaPattern(pattern));

function stringArgument(name: string, value: Argument): string {
  if (!isString(value)) throw refused(name, value);
  return textOf(value);
}

function onStrings<T>(name: string, apply: (text: string, other: string) => T): (a: Argument, b: Argument) => T {
  return (text, other) => {
    if (!isString(text) || !isString(other)) throw refused(name, text, other);
    return apply(textOf(text), textOf(other));
  };
}

/** The string test comes first: a string that holds a JSON array has the length of its text. */
function length(value: Argument): WholeNumber {
  if (isString(value)) return WholeNumber.integer(textOf(value).length);
  if (value instanceof JsonElement && Array.isArray(value.value)) return WholeNumber.integer(value.value.length);
  throw refused('length', value);
}

/** JSON numbers and booleans are taken by their text and give a JSON string. */
function changeCase(name: string, value: Argument, change: (text: string) => string): string | JsonElement {
  if (isString(value)) return change(textOf(value));
  if (isJsonPrimitive(value)) return new JsonElement(change(textOf(value)));
  throw refused(name, value);
}

function subString(value: Argument, from: Argument, to?: Argument): string {
  if (!isString(value) || !isInteger(from) || (to !== undefined && !isInteger(to))) {
    throw refused('subString', value, from, ...(to === undefined ? [] : [to]));
  }
  const text = textOf(value);
  const start = intOf(from);
  const end = to === undefined ? text.length : intOf(to);
  if (start < 0 || start > end || end > text.length) {
    throw new EvaluationError(`subString() from ${start} to ${end} is outside of a text of ${text.length} characters`);
  }
  return text.slice(start, end);
}

function replace(value: Argument, target: Argument, replacement: Argument): string {
  if (!isString(value) || !isString(target) || !isString(replacement)) {
    throw refused('replace', value, target, replacement);
  }
  return replaced(textOf(value), textOf(target), textOf(replacement));
}

function replaced(text: string, target: string, inserted: string): string {
  checkGrowth(text.length + occurrences(text, target) * (inserted.length - target.length), text.length);
  return text.replaceAll(target, inserted.replaceAll('$', '$$$$'));
}

function occurrences(text: string, target: string): number {
  if (target === '') return text.length + 1;
  let count = 0;
  for (let at = text.indexOf(target); at >= 0; at = text.indexOf(target, at + target.length)) count++;
  return count;
}

function indexOf(value: Argument, part: Argument, from: Argument): WholeNumber {
  if (!isString(value) || !isString(part) || !isInteger(from)) throw refused('indexOf', value, part, from);
  return WholeNumber.integer(textOf(value).indexOf(textOf(part), intOf(from)));
}

function charAt(value: Argument, index: Argument): string {
  if (!isString(value) || !isInteger(index)) throw refused('charAt', value, index);
  const text = textOf(value);
  const at = intOf(index);
  if (at < 0 || at >= text.length) {
    throw new EvaluationError(`charAt(${at}) is outside of a text of ${text.length} characters`);
  }
  return text.charAt(at);
}
