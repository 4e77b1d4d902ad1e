import { FloatNumber, WholeNumber } from './value.js';

/** Bounds of Java's whole types, inclusive. */
const bounds = {
  Short: [-0x8000n, 0x7fffn],
  Integer: [-0x80000000n, 0x7fffffffn],
  Long: [-0x8000000000000000n, 0x7fffffffffffffffn],
} as const;

const plainInteger = /^[+-]?[0-9]+$/;
const unicodeInteger = /^[+-]?\p{Nd}+$/u;
const floatingPoint = /^[+-]?(?:NaN|Infinity|(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[fFdD]?)$/;
const hexadecimalFloat = /^([+-]?)0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?[pP]([+-]?[0-9]+)[fFdD]?$/;

/** `Integer.parseInt`: an optional sign and decimal digits of any script, no blanks. Undefined when it is no int. */
export const parseInteger = (text: string): WholeNumber | undefined => parseWhole(text, 'Integer');

/** `Long.parseLong`; see {@link parseInteger}. */
export const parseLong = (text: string): WholeNumber | undefined => parseWhole(text, 'Long');

/** `Short.parseShort`; see {@link parseInteger}. */
export const parseShort = (text: string): WholeNumber | undefined => parseWhole(text, 'Short');

function parseWhole(text: string, type: WholeNumber['type']): WholeNumber | undefined {
  // Beyond so many characters only leading zeros could make it fit.
  if (text.length > 400) return undefined;
  const digits = plainInteger.test(text) ? text : unicodeInteger.test(text) ? asciiDigits(text) : undefined;
  if (digits === undefined) return undefined;
  const value = digits.startsWith('-') ? -BigInt(digits.slice(1)) : BigInt(digits.replace('+', ''));
  return fits(value, type) ? new WholeNumber(type, value) : undefined;
}

/** Decimal digits of every script come in blocks of ten that start with their zero. */
function asciiDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => {
    let value = 0;
    let code = digit.codePointAt(0) ?? 0;
    while (value < 10 && /\p{Nd}/u.test(String.fromCodePoint(code - 1))) {
      code--;
      value++;
    }
    return String(value % 10);
  });
}

/**
 * `Double.parseDouble`: blanks around it are ignored; `NaN`, `Infinity`, a trailing `d` or `f`, and hexadecimal
 * `0x1.8p1` count; `1e400` is Infinity. Undefined when it is no number.
 */
export function parseDouble(text: string): number | undefined {
  const trimmed = javaTrim(text);
  if (floatingPoint.test(trimmed)) {
    return Number(/[fFdD]$/.test(trimmed) ? trimmed.slice(0, -1) : trimmed);
  }
  const match = hexadecimalFloat.exec(trimmed);
  if (!match) return undefined;
  const [, sign, whole = '', fraction = '', exponent] = match;
  if (whole + fraction === '') return undefined;
  const digits = Number(`0x${whole}${fraction}`);
  const value = digits * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === '-' ? -value : value;
}

/** `Float.parseFloat`; see {@link parseDouble}. */
export function parseFloat32(text: string): FloatNumber | undefined {
  const value = parseDouble(text);
  return value === undefined ? undefined : new FloatNumber(Math.fround(value));
}

/** `String.trim`: takes off every character up to U+0020, and no other blank. */
export function javaTrim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) <= 0x20) start++;
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

/** The low bits of a whole number as Java's narrowing conversion keeps them: `(int) 3000000000L` is -1294967296. */
export const wrapInteger = (value: bigint): WholeNumber => new WholeNumber('Integer', BigInt.asIntN(32, value));

/** As {@link wrapInteger}, to 64 bits. */
export const wrapLong = (value: bigint): WholeNumber => new WholeNumber('Long', BigInt.asIntN(64, value));

/** Whether a whole number fits the type without a change. */
export function fits(value: bigint, type: WholeNumber['type']): boolean {
  const [least, greatest] = bounds[type];
  return value >= least && value <= greatest;
}
