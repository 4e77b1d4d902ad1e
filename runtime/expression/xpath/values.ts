import { parseDouble } from '../../java/parse-number.js';
import { FloatNumber, WholeNumber } from '../../java/value.js';
import { nodeText } from './nodes.js';

/**
 * XPath values as the reference engine's evaluator (jaxen) sees them. Node-sets are arrays; a number is a Double; every
 * other value is the raw object of a property, which takes part in comparisons and arithmetic by its Java class
 * (message-model 3.3).
 */

const isOtherNumber = (value: unknown): value is WholeNumber | FloatNumber =>
  value instanceof WholeNumber || value instanceof FloatNumber;

/** Any Java number, Double or not. */
export const isNumber = (value: unknown): boolean => typeof value === 'number' || isOtherNumber(value);

function doubleOf(value: number | WholeNumber | FloatNumber): number {
  return typeof value === 'number' ? value : Number(value.value);
}

/** `string()`: the first node of a set; "" for null and for objects that are neither node, text, number nor Boolean. */
export function stringOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'boolean') return String(value);
  const item: unknown = Array.isArray(value) ? value[0] : value;
  if (item !== value && typeof item !== 'object') return stringOf(item ?? '');
  if (isOtherNumber(item)) return numberText(doubleOf(item));
  return nodeText(item) ?? '';
}

/** `number()`: a number that is not a Double counts as NaN. */
export function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return parseDouble(value) ?? Number.NaN;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (Array.isArray(value)) return numberOf(stringOf(value));
  const text = nodeText(value);
  return text === undefined ? Number.NaN : numberOf(text);
}

/** `boolean()`, and the truth value of a whole expression: the first item of a set decides (message-model 3.3). */
export function booleanOf(value: unknown): boolean {
  const item: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof item === 'boolean') return item;
  if (typeof item === 'string') return item !== '';
  if (typeof item === 'number' || isOtherNumber(item)) {
    const number = doubleOf(item);
    return number !== 0 && !Number.isNaN(number);
  }
  return item !== null && item !== undefined;
}

/** A predicate's number as a position: cut to a whole one, NaN is 0. Undefined when the value is no number. */
export function positionOf(value: unknown): number | undefined {
  if (typeof value !== 'number' && !isOtherNumber(value)) return undefined;
  const number = Math.trunc(doubleOf(value));
  return Number.isNaN(number) ? 0 : number;
}

/** The text of a number inside an expression: `2`, `0.00001`, never an exponent, 32 digits behind the point at most. */
export function numberText(value: number): string {
  if (value === 0) return '0';
  if (!Number.isFinite(value)) return String(value);
  const text = String(value);
  return text.includes('e') ? plain(value) : text;
}

function plain(value: number): string {
  const [digits = '', exponent = '0'] = Math.abs(value).toExponential().split('e');
  const [whole = '', fraction = ''] = digits.split('.');
  const shift = Number(exponent);
  const sign = value < 0 ? '-' : '';
  if (shift >= 0) return `${sign}${whole}${fraction.padEnd(shift, '0')}`;
  const decimals = `${'0'.repeat(-shift - 1)}${whole}${fraction}`;
  const rounded =
    decimals.length <= 32
      ? `0.${decimals}`
      : Math.abs(value)
          .toFixed(32)
          .replace(/\.?0+$/, '');
  return `${sign}${rounded}`;
}
