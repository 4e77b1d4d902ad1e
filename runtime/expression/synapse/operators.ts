/** Operators of Synapse Expressions (message-model 3.6 "Operators"). */
import { Decimal } from '../../java/decimal.js';
import { doubleText } from '../../java/double-text.js';
import { fits, wrapInteger, wrapLong } from '../../java/parse-number.js';
import { WholeNumber } from '../../java/value.js';
import { spendCharacters } from '../../limit/time-limit.js';
import type { Operator } from './syntax.js';
import {
  booleanOf,
  doubleOf,
  EvaluationError,
  intOf,
  isBoolean,
  isDouble,
  isInteger,
  isLong,
  isNumeric,
  isString,
  kindOf,
  longOf,
  type Result,
  textOf,
} from './value.js';

type Value = Exclude<Result, null>;
type Operation = (left: Result, right: Result) => Result;

function withValues(operator: Operator, apply: (left: Value, right: Value) => Result): Operation {
  return (left, right) => {
    if (left === null || right === null) throw mismatch(operator, left, right);
    return apply(left, right);
  };
}

function mismatch(operator: Operator, left: Result, right: Result): EvaluationError {
  return new EvaluationError(`"${operator}" cannot be applied to ${kindOf(left)} and ${kindOf(right)}`);
}

/** String forms are compared: `5 == "5"`, but `5 != 5.0`. */
function same(left: Result, right: Result): boolean {
  if (left === null || right === null) return left === right;
  return textOf(left) === textOf(right);
}

/** Integers and Doubles only: a Long is refused. */
function comparison(operator: Operator, holds: (left: number, right: number) => boolean): Operation {
  return withValues(operator, (left, right) => {
    if (!isComparable(left) || !isComparable(right)) throw mismatch(operator, left, right);
    return holds(doubleOf(left), doubleOf(right));
  });
}

const isComparable = (value: Value): boolean => isDouble(value) || isInteger(value);

function logical(operator: Operator, apply: (left: boolean, right: boolean) => boolean): Operation {
  return withValues(operator, (left, right) => {
    if (!isBoolean(left) || !isBoolean(right)) throw mismatch(operator, left, right);
    return apply(booleanOf(left), booleanOf(right));
  });
}

function add(left: Value, right: Value): Result {
  if (isNumeric(left) && isNumeric(right)) {
    // Unlike the other operators, addition uses the operands' texts: a JSON literal counts with all its digits.
    if (isDouble(left) || isDouble(right))
      return decimalOf(textOf(left))
        .plus(decimalOf(textOf(right)))
        .toNumber();
    if (isLong(left) || isLong(right)) return wrapLong(longOf(left) + longOf(right));
    return promoted(BigInt(intOf(left)) + BigInt(intOf(right)));
  }
  if (isString(left) && isString(right)) {
    const text = textOf(left) + textOf(right);
    spendCharacters(text.length);
    return text;
  }
  throw mismatch('+', left, right);
}

function arithmetic(operator: '-' | '*' | '/' | '%'): Operation {
  const exact = decimalOperations[operator];
  const long = longOperations[operator];
  const int = intOperations[operator];
  return withValues(operator, (left, right) => {
    if (!isNumeric(left) || !isNumeric(right)) throw mismatch(operator, left, right);
    if (isDouble(left) || isDouble(right)) return onDoubles(doubleOf(left), doubleOf(right), exact);
    if (isLong(left) || isLong(right)) return long(longOf(left), longOf(right));
    return int(BigInt(intOf(left)), BigInt(intOf(right)));
  });
}

/** Doubles are computed with as the decimals they print as, so that 8.95 - 8.94 is 0.01. */
function onDoubles(left: number, right: number, apply: (left: Decimal, right: Decimal) => Decimal): number {
  return apply(decimalOf(doubleText(left)), decimalOf(doubleText(right))).toNumber();
}

/** Throws RangeError for NaN and Infinity, which the engine cannot add either (message-model 3.6). */
function decimalOf(text: string): Decimal {
  const decimal = Decimal.parse(text);
  if (!decimal) throw new RangeError(`${text} is not a finite number`);
  return decimal;
}

const decimalOperations = {
  '-': (left: Decimal, right: Decimal) => left.minus(right),
  '*': (left: Decimal, right: Decimal) => left.times(right),
  '/': (left: Decimal, right: Decimal) => left.dividedBy(divisor(right, right.sign === 0)),
  '%': (left: Decimal, right: Decimal) => left.remainder(divisor(right, right.sign === 0)),
};

const longOperations = {
  '-': (left: bigint, right: bigint): Result => wrapLong(left - right),
  '*': (left: bigint, right: bigint): Result => wrapLong(left * right),
  '/': (left: bigint, right: bigint): Result => Number(left) / Number(divisor(right, right === 0n)),
  '%': (left: bigint, right: bigint): Result => WholeNumber.long(left % divisor(right, right === 0n)),
};

const intOperations = {
  /** The engine does not look for an overflow here, so the result wraps. */
  '-': (left: bigint, right: bigint): Result => wrapInteger(left - right),
  '*': (left: bigint, right: bigint): Result => promoted(left * right),
  '/': (left: bigint, right: bigint): Result => {
    if (left % divisor(right, right === 0n) === 0n) return wrapInteger(left / right);
    return Number(left) / Number(right);
  },
  '%': (left: bigint, right: bigint): Result => WholeNumber.integer(left % divisor(right, right === 0n)),
};

function divisor<T>(value: T, isZero: boolean): T {
  if (isZero) throw new EvaluationError('division by zero');
  return value;
}

/** Sum or product of two Integers: a Long when it does not fit. */
const promoted = (value: bigint): WholeNumber =>
  fits(value, 'Integer') ? WholeNumber.integer(value) : WholeNumber.long(value);

/** What each operator does with two evaluated operands. Only `==` and `!=` take nulls. */
export const operators: Readonly<Record<Operator, Operation>> = {
  '+': withValues('+', add),
  '-': arithmetic('-'),
  '*': arithmetic('*'),
  '/': arithmetic('/'),
  '%': arithmetic('%'),
  '==': same,
  '!=': (left, right) => !same(left, right),
  '<': comparison('<', (left, right) => left < right),
  '<=': comparison('<=', (left, right) => left <= right),
  '>': comparison('>', (left, right) => left > right),
  '>=': comparison('>=', (left, right) => left >= right),
  and: logical('and', (left, right) => left && right),
  or: logical('or', (left, right) => left || right),
};
