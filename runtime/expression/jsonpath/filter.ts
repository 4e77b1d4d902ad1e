import { Decimal } from '../../java/decimal.js';
import type { JavaRegex } from '../../java/regex.js';
import { normaliseNumber } from '../../json/number.js';
import { isJsonArray, isJsonObject, JsonNumber, type JsonValue } from '../../json/value.js';
import { spend } from '../../limit/time-limit.js';
import { JsonPathError, UnfitPathError } from './errors.js';

/** What a filter looks at. `rootValues` remembers what paths from `$` gave in this evaluation. */
export interface FilterContext {
  readonly item: JsonValue;
  readonly root: JsonValue;
  readonly rootValues: Map<FilterPath, FilterValue>;
}

/** Whether the filter lets the item through. */
export type FilterTest = (context: FilterContext) => boolean;

/** A path inside a filter. */
export interface FilterPath {
  /** Starts at `$`; otherwise at the item. */
  readonly fromRoot: boolean;
  /** Undefined when the path leads nowhere. An indefinite path gives the array of what it finds. */
  value(document: JsonValue, root: JsonValue): JsonValue | undefined;
  /** Existence check: a member that is missing anywhere on the way makes it false. */
  exists(document: JsonValue, root: JsonValue): boolean;
}

export type FilterPathCompiler = (text: string) => FilterPath;

/** An operand once it is evaluated. JSON is an object or an array; one from the filter's own text counts as unread. */
export type FilterValue =
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'number'; readonly decimal: Decimal }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'json'; readonly json: JsonValue; readonly isLiteral: boolean }
  | { readonly kind: 'pattern'; readonly regex: JavaRegex }
  | { readonly kind: 'null' }
  | { readonly kind: 'undefined' };

export const nullValue: FilterValue = { kind: 'null' };
export const undefinedValue: FilterValue = { kind: 'undefined' };

/** What a path found as an operand. */
export function operandOf(value: JsonValue | undefined): FilterValue {
  if (value === undefined) return undefinedValue;
  if (value === null) return nullValue;
  if (typeof value === 'string') return { kind: 'string', text: value };
  if (typeof value === 'boolean') return { kind: 'boolean', value };
  if (value instanceof JsonNumber) return numberOf(value);
  return { kind: 'json', json: value, isLiteral: false };
}

function numberOf(number: JsonNumber): FilterValue {
  const decimal = Decimal.parse(normaliseNumber(number.literal).text);
  return decimal ? { kind: 'number', decimal } : { kind: 'string', text: number.literal };
}

/** An item of an array as an operand of `in`, `anyof` …; objects and arrays inside an array cannot be compared. */
function itemOperand(value: JsonValue): FilterValue {
  if (typeof value === 'object' && value !== null && !(value instanceof JsonNumber)) {
    throw new JsonPathError('A filter cannot compare with an array that holds objects or arrays');
  }
  return operandOf(value);
}

/** The items when the operand is an array; undefined for another JSON value. A scalar does not fit at all. */
function itemsOf(value: FilterValue): FilterValue[] | undefined {
  if (value.kind !== 'json') throw new UnfitPathError('Expected a list');
  if (!isJsonArray(value.json)) return undefined;
  spend(value.json.length);
  return value.json.map(itemOperand);
}

type Operator = (left: FilterValue, right: FilterValue) => boolean;

const order =
  (holds: (comparison: number) => boolean): Operator =>
  (left, right) => {
    if (left.kind === 'number' && right.kind === 'number') return holds(left.decimal.compare(right.decimal));
    if (left.kind !== 'string' || right.kind !== 'string') return false;
    return holds(left.text === right.text ? 0 : left.text < right.text ? -1 : 1);
  };

/** Operators by their upper-case names; words are found in any case. */
export const operators: Readonly<Record<string, Operator>> = {
  '==': areEqual,
  '!=': (left, right) => !areEqual(left, right),
  '===': (left, right) => left.kind === right.kind && areEqual(left, right),
  '!==': (left, right) => left.kind !== right.kind || !areEqual(left, right),
  '<': order((comparison) => comparison < 0),
  '<=': order((comparison) => comparison <= 0),
  '>': order((comparison) => comparison > 0),
  '>=': order((comparison) => comparison >= 0),
  '=~': matches,
  IN: isIn,
  NIN: (left, right) => !isIn(left, right),
  CONTAINS: contains,
  SIZE: hasSize,
  EMPTY: isEmpty,
  SUBSETOF: listOperator((left, right) => left.every((one) => right.some((other) => areEqual(one, other)))),
  ANYOF: listOperator((left, right) => left.some((one) => right.some((other) => areEqual(one, other)))),
  NONEOF: listOperator((left, right) => !left.some((one) => right.some((other) => areEqual(one, other)))),
  ALL: neverFits,
  TYPE: neverFits,
  MATCHES: neverFits,
};

/** Operators that the filter syntax knows but whose right side it cannot write. */
function neverFits(): boolean {
  throw new UnfitPathError('The right side does not fit the operator');
}

/** The left side decides how a number and a string compare: as numbers, or as texts. */
function areEqual(left: FilterValue, right: FilterValue): boolean {
  switch (left.kind) {
    case 'string':
      if (right.kind === 'string') return left.text === right.text;
      return right.kind === 'number' && left.text === right.decimal.toString();
    case 'number':
      return equalsNumber(left.decimal, right);
    case 'boolean':
      return right.kind === 'boolean' && left.value === right.value;
    case 'json':
      return right.kind === 'json' && !left.isLiteral && areSame(left.json, right.json, right.isLiteral);
    case 'null':
      return right.kind === 'null';
    default:
      return false;
  }
}

function equalsNumber(number: Decimal, right: FilterValue): boolean {
  if (right.kind === 'number') return number.compare(right.decimal) === 0;
  if (right.kind !== 'string') return false;
  const other = Decimal.parse(right.text);
  return other !== undefined && number.compare(other) === 0;
}

/**
 * Deep equality. Numbers out of the document are doubles there; those of a literal keep their kind, so that a whole
 * number in a literal equals none of the document.
 */
function areSame(left: JsonValue, right: JsonValue, isRightLiteral: boolean): boolean {
  if (left instanceof JsonNumber) {
    if (!(right instanceof JsonNumber) || Number(left.literal) !== Number(right.literal)) return false;
    return !isRightLiteral || /[.eE]/.test(right.literal);
  }
  spend(1);
  if (isJsonArray(left)) {
    if (!isJsonArray(right) || left.length !== right.length) return false;
    return left.every((item, index) => areSame(item, right[index] ?? null, isRightLiteral));
  }
  if (isJsonObject(left)) {
    if (!isJsonObject(right) || left.size !== right.size) return false;
    for (const [name, member] of left) {
      const other = right.get(name);
      if (other === undefined || !areSame(member, other, isRightLiteral)) return false;
    }
    return true;
  }
  return left === right;
}

function isIn(left: FilterValue, right: FilterValue): boolean {
  return itemsOf(right)?.some((item) => areEqual(left, item)) ?? false;
}

function contains(left: FilterValue, right: FilterValue): boolean {
  if (left.kind === 'string' && right.kind === 'string') return left.text.includes(right.text);
  if (left.kind !== 'json') return false;
  return itemsOf(left)?.some((item) => areEqual(right, item)) ?? false;
}

function hasSize(left: FilterValue, right: FilterValue): boolean {
  if (right.kind !== 'number') return false;
  const size = Math.trunc(right.decimal.toNumber());
  if (left.kind === 'string') return left.text.length === size;
  return left.kind === 'json' && (isJsonArray(left.json) ? left.json.length : -1) === size;
}

function isEmpty(left: FilterValue, right: FilterValue): boolean {
  if (left.kind !== 'string' && left.kind !== 'json') return false;
  if (left.kind === 'json' && isJsonObject(left.json)) throw new JsonPathError('"empty" cannot be asked of an object');
  if (right.kind !== 'boolean') throw new UnfitPathError('Expected true or false behind "empty"');
  const isBlank = left.kind === 'string' ? left.text === '' : isJsonArray(left.json) && left.json.length === 0;
  return isBlank === right.value;
}

function listOperator(holds: (left: FilterValue[], right: FilterValue[]) => boolean): Operator {
  return (left, right) => {
    const rightItems = itemsOf(right);
    const leftItems = rightItems && itemsOf(left);
    if (!leftItems) return false;
    spend(leftItems.length * rightItems.length);
    return holds(leftItems, rightItems);
  };
}

/** One side has to be a `/pattern/`; of an array, one item has to match. Missing values are the empty text. */
function matches(left: FilterValue, right: FilterValue): boolean {
  if ((left.kind === 'pattern') === (right.kind === 'pattern')) return false;
  const [pattern, subject] = left.kind === 'pattern' ? [left, right] : [right, left];
  if (pattern.kind !== 'pattern') return false;
  if (subject.kind === 'json' && isJsonArray(subject.json)) {
    return subject.json.some((item) => pattern.regex.test(subjectText(itemOperand(item))));
  }
  return pattern.regex.test(subjectText(subject));
}

function subjectText(value: FilterValue): string {
  if (value.kind === 'string') return value.text;
  if (value.kind === 'number') return value.decimal.toString();
  return value.kind === 'boolean' ? String(value.value) : '';
}
