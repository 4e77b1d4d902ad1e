import { Decimal } from '../java/decimal.js';
import { doubleText } from '../java/double-text.js';
import { fits, wrapInteger } from '../java/parse-number.js';
import { WholeNumber } from '../java/value.js';
import { JsonNumber, type JsonValue } from './value.js';

/** A number literal as the reference engine takes a *member* of an object (message-model 3.4.2, 3.6). */
export interface NormalisedNumber {
  /** `10.500` → `10.5`, `1e3` → `1000`, `1e-6` → `1.0E-6`, `1e400` → `1E+400`. */
  readonly text: string;
  /**
   * Integer, Long or Double (a JavaScript number); undefined when it is text only, beyond Long or not exactly a double.
   * An integer below Integer's least value is cut to 32 bits, as the engine does.
   */
  readonly value: WholeNumber | number | undefined;
}

const shortInteger = /^(?:0|-?[1-9][0-9]{0,8})$/;

/**
 * Normalises a number literal: no digits behind the point after the exponent is applied makes an integer, otherwise
 * it is the double that equals it exactly, otherwise the exact decimal.
 */
export function normaliseNumber(literal: string): NormalisedNumber {
  if (shortInteger.test(literal)) return { text: literal, value: WholeNumber.integer(Number(literal)) };
  const decimal = Decimal.parse(literal);
  if (!decimal) return { text: literal, value: undefined };
  return decimal.scale <= 0 ? normaliseInteger(decimal) : normaliseFraction(decimal);
}

/** The text of {@link normaliseNumber} as a JSON number; the same object when nothing changes. */
export function normalisedJsonNumber(number: JsonNumber): JsonNumber {
  if (shortInteger.test(number.literal)) return number;
  const { text } = normaliseNumber(number.literal);
  return text === number.literal ? number : new JsonNumber(text);
}

/** A value as a member of an object shows it: a number normalised, anything else as it is. */
export const memberValue = (value: JsonValue): JsonValue =>
  value instanceof JsonNumber ? normalisedJsonNumber(value) : value;

function normaliseInteger(decimal: Decimal): NormalisedNumber {
  // 10^32 and above has no low 32 bits, and 10^19 and above is no Long: never spell out `1e999999`.
  if (decimal.scale < -32 && decimal.sign !== 0) {
    return { text: decimal.toString(), value: decimal.sign < 0 ? WholeNumber.integer(0) : undefined };
  }
  const value = decimal.sign === 0 ? 0n : decimal.unscaled * 10n ** BigInt(-decimal.scale);
  if (fits(value, 'Integer')) return { text: value.toString(), value: WholeNumber.integer(value) };
  const text = fits(value, 'Long') ? value.toString() : decimal.toString();
  if (value < 0n) return { text, value: wrapInteger(value) };
  return { text, value: fits(value, 'Long') ? WholeNumber.long(value) : undefined };
}

function normaliseFraction(decimal: Decimal): NormalisedNumber {
  const double = decimal.toNumber();
  if (Number.isFinite(double) && Decimal.ofDouble(double).compare(decimal) === 0) {
    return { text: doubleText(double === 0 ? 0 : double), value: double === 0 ? 0 : double };
  }
  return { text: decimal.toString(), value: undefined };
}
