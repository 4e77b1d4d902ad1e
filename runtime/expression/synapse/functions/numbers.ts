/** Number functions of Synapse Expressions (message-model 3.6 "Functions"). A Java Long is refused by most of them. */
import { Decimal } from '../../../java/decimal.js';
import { doubleText } from '../../../java/double-text.js';
import { wrapInteger } from '../../../java/parse-number.js';
import { WholeNumber } from '../../../java/value.js';
import { doubleOf, intOf, isDouble, isInteger, isLong, type Result, roundedInt } from '../value.js';
import { ln, log10, power } from './precise.js';
import { type Argument, type FunctionTable, refused } from './table.js';

export const numberFunctions: FunctionTable = {
  abs: { 1: (value) => perType('abs', value, (whole) => (whole < 0n ? -whole : whole), Math.abs) },
  ceil: { 1: (value) => perType('ceil', value, (whole) => whole, Math.ceil) },
  floor: { 1: (value) => perType('floor', value, (whole) => whole, Math.floor) },
  round: { 1: round, 2: roundTo },
  sqrt: { 1: onNumber('sqrt', Math.sqrt) },
  log: { 1: onNumber('log', log10), 2: onNumbers('log', (value, base) => ln(value) / ln(base)) },
  pow: { 2: onNumbers('pow', power) },
};

/** Integer → Integer (its 32 bits wrap, so the least Integer stays negative), Double → Double. */
function perType(
  name: string,
  value: Argument,
  onInteger: (whole: bigint) => bigint,
  onDouble: (value: number) => number,
): Result {
  if (isInteger(value)) return wrapInteger(onInteger(BigInt(intOf(value))));
  if (isDouble(value)) return onDouble(doubleOf(value));
  throw refused(name, value);
}

const numberOf = (value: Argument): number => (isInteger(value) ? intOf(value) : doubleOf(value));

function onNumber(name: string, apply: (value: number) => number): (value: Argument) => number {
  return (value) => {
    if (!isInteger(value) && !isDouble(value)) throw refused(name, value);
    return apply(numberOf(value));
  };
}

function onNumbers(name: string, apply: (a: number, b: number) => number): (a: Argument, b: Argument) => number {
  return (a, b) => {
    if (!(isInteger(a) || isDouble(a)) || !(isInteger(b) || isDouble(b))) throw refused(name, a, b);
    return apply(doubleOf(a), doubleOf(b));
  };
}

function round(value: Argument): WholeNumber {
  if (isDouble(value)) return roundedInt(doubleOf(value));
  if (isInteger(value)) return WholeNumber.integer(intOf(value));
  throw refused('round', value);
}

/** Half up on the printed decimal; whole numbers come back unchanged. */
function roundTo(value: Argument, places: Argument): Result {
  if (isDouble(value) && isInteger(places) && intOf(places) > 0) {
    const decimal = Decimal.parse(doubleText(doubleOf(value)));
    if (!decimal) throw new RangeError('round() needs a finite number');
    return decimal.rounded(intOf(places)).toNumber();
  }
  if (isInteger(value) || isLong(value)) return value;
  throw refused('round', value, places);
}
