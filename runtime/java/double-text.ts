/**
 * The texts that Java gives to floating-point numbers, which the reference engine shows everywhere a number becomes a
 * string: `2.0`, `1.0E10`, `1.5E-7` (message-model 3.3, 3.4.2).
 */

/** `Double.toString`. */
export function doubleText(value: number): string {
  if (Number.isInteger(value) && value < 1e7 && value > -1e7) {
    return Object.is(value, -0) ? '-0.0' : `${value}.0`;
  }
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e7) return String(value);
  return unusualText(value, wholeDigits(value, 53) ?? value.toExponential());
}

/** `Float.toString`. The value must be a single-precision number already (`Math.fround`). */
export function floatText(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return doubleText(value);
  const exponential = wholeDigits(value, 24) ?? shortestFloat(value);
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e7) return unusualText(value, exponential);
  const text = String(Number(exponential));
  return text.includes('.') ? text : `${text}.0`;
}

/**
 * Large whole numbers below 2^63 are not shortened: Java before 19 writes all digits but those that the precision does
 * not reach, `3.6028797018963968E16`. Undefined for other numbers.
 * @param precision bits of the significand
 */
function wholeDigits(value: number, precision: 24 | 53): string | undefined {
  const size = Math.abs(value);
  if (!Number.isInteger(value) || size < 1e7 || size >= 2 ** 63) return undefined;
  const excess = BigInt(size).toString(2).length - precision - 2;
  const unreached = excess > 1 ? String(2 ** excess).length - 1 : 0;
  const unit = 10n ** BigInt(unreached);
  const digits = String((BigInt(size) + unit / 2n) / unit);
  const fraction = digits.slice(1).replace(/0+$/, '');
  const sign = value < 0 ? '-' : '';
  return `${sign}${digits[0]}${fraction && `.${fraction}`}e+${digits.length - 1 + unreached}`;
}

/** The shortest decimal that still reads as this float. */
function shortestFloat(value: number): string {
  for (let digits = 0; digits < 8; digits++) {
    const text = value.toExponential(digits);
    if (Math.fround(Number(text)) === value) return text;
  }
  return value.toExponential(8);
}

/** Text of a number outside 10^-3 … 10^7, from JavaScript's `d.ddde±x` form of it. */
function unusualText(value: number, exponential: string): string {
  if (!Number.isFinite(value)) return String(value);
  // A single digit is shown as two, the nearest such decimal: 4.9E-324.
  const text = exponential.includes('.') ? exponential : value.toExponential(1);
  return text.replace('e', 'E').replace('+', '');
}
