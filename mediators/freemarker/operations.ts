import { spend, spendCharacters } from '../../runtime/limit/time-limit.js';
import { FreemarkerError, MissingValueError } from './error.js';
import { itemsOf, memberOf, NodeList, numberOf, textOf, type Value } from './model.js';

/** `+`: numbers are added, sequences and hashes joined, everything else is text. */
export function plus(left: Value, right: Value): Value {
  if (typeof left === 'number' && typeof right === 'number') return left + right;
  if (Array.isArray(left) && Array.isArray(right)) {
    spend(left.length + right.length);
    return [...left, ...right];
  }
  if (left instanceof Map && right instanceof Map) {
    spend(left.size + right.size);
    return new Map([...left, ...right]);
  }
  const text = textOf(left, 'left of +') + textOf(right, 'right of +');
  spendCharacters(text.length);
  return text;
}

function comparable(value: Value): string | number | boolean {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return textOf(value, 'side of a comparison');
}

/** `==`. @throws FreemarkerError for values of different types. */
export function equal(left: Value, right: Value): boolean {
  const [first, second] = [comparable(left), comparable(right)];
  if (typeof first !== typeof second) throw new FreemarkerError('Values of different types cannot be compared');
  return first === second;
}

/** Order of two numbers: negative, zero or positive. @throws FreemarkerError for other values. */
export function compare(left: Value, right: Value): number {
  return numberOf(left, 'left of a comparison') - numberOf(right, 'right of a comparison');
}

/** A range is made of its numbers, and its bounds may come from the message. */
const longestRange = 1_000_000;

/**
 * `a..b` with its end, `a..<b` and `a..!b` without it, `a..*n` with n items.
 * @throws FreemarkerError for a range that is absurdly long
 */
export function range(from: number, to: number, operator: string): Value[] {
  const distance = Math.abs(to - from);
  const length =
    operator === '..*'
      ? Math.max(0, Math.ceil(to))
      : operator === '..'
        ? Math.floor(distance) + 1
        : Math.ceil(distance);
  if (!(length <= longestRange)) throw new FreemarkerError(`A range of ${length} numbers is too long`);
  spend(length);
  const step = operator === '..*' || from <= to ? 1 : -1;
  return Array.from({ length }, (_, index) => from + index * step);
}

/** `value[key]`: a member by name, an item by its number from 0, a part by a range. */
export function indexed(value: Value, key: Value, source: string): Value {
  if (typeof key === 'string') return memberOf(value, key, source);
  if (Array.isArray(key)) {
    const at = key.map((one) => numberOf(one, 'range'));
    if (typeof value === 'string') return at.map((one) => value[one] ?? '').join('');
    const items = itemsOf(value, source);
    return at.filter((one) => one < items.length).map((one) => items[one]);
  }
  const at = numberOf(key, `index of ${source}`);
  if (typeof value === 'string') return value[at];
  if (value instanceof NodeList) return value.nodes[at] && new NodeList([value.nodes[at]]);
  if (value === undefined) throw new MissingValueError(source);
  return itemsOf(value, source)[at];
}

/** `value(…)`. @throws FreemarkerError for what is no function. */
export function called(value: Value, values: Value[], source: string): Value {
  if (typeof value !== 'function') throw new FreemarkerError(`The expression ${source} is no function`);
  return value(...values);
}
