import { textOf } from '../value.js';
import { globMatcher, type Matcher, pathMatcher, regexMatcher } from './patterns.js';
import type { Comparison } from './tokens.js';

export type Compare = (left: unknown, right: unknown) => boolean;

/** Operators between two values whose sides are both known only at run time; a variable without a value is null. */
export const compare: Readonly<Record<Exclude<Comparison, PatternOperator>, Compare>> = {
  '=': isEqual,
  '!=': (left, right) => !isEqual(left, right),
  ':=': (left, right) => isNull(left) === isNull(right) && text(left).toLowerCase() === text(right).toLowerCase(),
  '>': (left, right) => order(left, right) > 0,
  '>=': (left, right) => order(left, right) >= 0,
  '<': (left, right) => order(left, right) < 0,
  '<=': (left, right) => order(left, right) <= 0,
  '=|': (left, right) => !isNull(left) && !isNull(right) && text(left).startsWith(text(right)),
};

export type PatternOperator = '~' | '~~' | '~/';

export const matchers: Readonly<Record<PatternOperator, (pattern: string) => Matcher>> = {
  '~': globMatcher,
  '~~': regexMatcher,
  '~/': pathMatcher,
};

const isNull = (value: unknown): boolean => value === undefined || value === null;
const text = (value: unknown): string => textOf(value) ?? '';

/** Numbers are compared as numbers when one side is one and the other looks like one; everything else as text. */
function isEqual(left: unknown, right: unknown): boolean {
  if (isNull(left) || isNull(right)) return isNull(left) && isNull(right);
  const numbers = typeof left === 'number' || typeof right === 'number' ? bothNumbers(left, right) : undefined;
  return numbers ? numbers[0] === numbers[1] : text(left) === text(right);
}

/** Less, equal or greater than 0; NaN, which compares to nothing, when a side is null. */
function order(left: unknown, right: unknown): number {
  if (isNull(left) || isNull(right)) return Number.NaN;
  const numbers = bothNumbers(left, right);
  if (numbers) return numbers[0] - numbers[1];
  const [one, other] = [text(left), text(right)];
  return one === other ? 0 : one < other ? -1 : 1;
}

function bothNumbers(left: unknown, right: unknown): [number, number] | undefined {
  const [one, other] = [numberOf(left), numberOf(right)];
  return one === undefined || other === undefined ? undefined : [one, other];
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const digits = text(value).trim();
  return /^[+-]?\d+(?:\.\d+)?$/.test(digits) ? Number(digits) : undefined;
}
