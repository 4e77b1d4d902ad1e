import { booleanOf, isNumber, numberOf, stringOf } from './values.js';

/** `=` and `!=` between two raw values; null on either side makes both false (message-model 3.3). */
export function isEqual(left: unknown, right: unknown, negated: boolean): boolean {
  if (left === null || left === undefined || right === null || right === undefined) return false;
  const leftSet = Array.isArray(left);
  const rightSet = Array.isArray(right);
  if (leftSet && typeof right === 'boolean') return (left.length > 0 === right) !== negated;
  if (rightSet && typeof left === 'boolean') return (right.length > 0 === left) !== negated;
  if (!leftSet && !rightSet) return areEqual(left, right) !== negated;
  return somePair(left, right, (one, other) => areEqual(one, other) !== negated);
}

/** Boolean beats number, number beats string; two numbers are equal as IEEE 754 says. */
function areEqual(left: unknown, right: unknown): boolean {
  if (typeof left === 'string' && typeof right === 'string') return left === right;
  if (typeof left === 'boolean' || typeof right === 'boolean') return booleanOf(left) === booleanOf(right);
  if (isNumber(left) || isNumber(right)) return numberOf(left) === numberOf(right);
  return stringOf(left) === stringOf(right);
}

const orders = {
  '<': (left: number, right: number) => left < right,
  '<=': (left: number, right: number) => left <= right,
  '>': (left: number, right: number) => left > right,
  '>=': (left: number, right: number) => left >= right,
};

/** A relational operator: always on numbers, false with null or NaN. */
export function relation(operator: keyof typeof orders): (left: unknown, right: unknown) => boolean {
  const order = orders[operator];
  const compare = (left: unknown, right: unknown): boolean => {
    if (left === null || left === undefined || right === null || right === undefined) return false;
    return order(numberOf(left), numberOf(right));
  };
  return (left, right) =>
    Array.isArray(left) || Array.isArray(right) ? somePair(left, right, compare) : compare(left, right);
}

function somePair(left: unknown, right: unknown, test: (left: unknown, right: unknown) => boolean): boolean {
  const others: unknown[] = Array.isArray(right) ? right : [right];
  const ones: unknown[] = Array.isArray(left) ? left : [left];
  return ones.some((one) => others.some((other) => test(one, other)));
}
