import { spend } from '../../limit/time-limit.js';
import { isNode } from './nodes.js';
import { booleanOf, isNumber, numberOf, stringOf } from './values.js';

/** `=` and `!=` between two raw values; null on either side makes both false (message-model 3.3). */
export function isEqual(left: unknown, right: unknown, negated: boolean): boolean {
  if (left === null || left === undefined || right === null || right === undefined) return false;
  const leftSet = Array.isArray(left);
  const rightSet = Array.isArray(right);
  if (leftSet && typeof right === 'boolean') return (left.length > 0 === right) !== negated;
  if (rightSet && typeof left === 'boolean') return (right.length > 0 === left) !== negated;
  if (!leftSet && !rightSet) return areEqual(left, right) !== negated;
  if (leftSet && rightSet && Math.max(left.length, right.length) > fewItems) {
    const some: readonly unknown[] = left.length < right.length ? left : right;
    const many: readonly unknown[] = some === left ? right : left;
    const texts = areNodes(some) ? textsOf(many) : undefined;
    if (texts) return negated ? someDiffers(some, texts) : some.some((one) => texts.has(stringOf(one)));
  }
  return somePair(left, right, (one, other) => areEqual(one, other) !== negated);
}

/** Items that are compared pair by pair; more are looked up. */
const fewItems = 8;

const areNodes = (items: readonly unknown[]): boolean => items.every((item) => isNode(item));

const someDiffers = (some: readonly unknown[], texts: ReadonlySet<string>): boolean =>
  some.length > 0 && (texts.size > 1 || some.some((one) => !texts.has(stringOf(one))));

/** The texts of node-sets that are compared with one item after the other, once they are known. */
const keptTexts = new WeakMap<readonly unknown[], Set<string> | null>();

/** Says that this node-set and its nodes stay as they are, so that its texts are worth keeping. */
export function keepTexts(items: readonly unknown[]): void {
  if (items.length > fewItems) keptTexts.set(items, null);
}

/** The distinct texts of a list of nodes; undefined when it holds something else. */
function textsOf(items: readonly unknown[]): ReadonlySet<string> | undefined {
  const kept = keptTexts.get(items);
  if (kept) return kept;
  if (!areNodes(items)) return undefined;
  const texts = new Set(items.map(stringOf));
  if (kept === null) keptTexts.set(items, texts);
  return texts;
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
  return ones.some((one) => {
    spend(others.length);
    return others.some((other) => test(one, other));
  });
}
