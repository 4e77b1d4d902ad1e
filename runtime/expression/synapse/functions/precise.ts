/**
 * Logarithms and powers rounded to the nearest double. JavaScript's own are off by one in the last place for up to a
 * tenth of all arguments, which shows in the text of a result; the JVM's practically never are.
 *
 * Computed in fixed point: a bigint with {@link bits} binary places.
 */
const bits = 160n;
const one = 1n << bits;
const ln2 = 2n * atanh(one / 3n);
const ln10 = 3n * ln2 + 2n * atanh(one / 9n);

/** Natural logarithm. */
export const ln = (value: number): number => (isOrdinary(value) ? nearest(fixedLn(value)) : Math.log(value));

/** Logarithm to base 10. */
export const log10 = (value: number): number =>
  isOrdinary(value) ? nearest((fixedLn(value) << bits) / ln10) : Math.log10(value);

/** `base` to the power of `exponent`. */
export function power(base: number, exponent: number): number {
  const rough = base ** exponent;
  // Nothing to round, or too near to the ends of a double's range to be worth it.
  if (!isOrdinary(Math.abs(rough)) || Math.abs(Math.log2(Math.abs(rough))) > 1000) return rough;
  const size = nearestExp(scaled(fixedLn(Math.abs(base)), exponent));
  return rough < 0 ? -size : size;
}

/** Neither an end of the range nor 1, whose logarithm is exactly 0. */
const isOrdinary = (value: number): boolean => value > 0 && value !== 1 && Number.isFinite(value);

/** A double as `mantissa × 2^exponent`, exactly. */
function parts(value: number): { mantissa: bigint; exponent: number } {
  let exponent = 0;
  let mantissa = value;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    exponent--;
  }
  return { mantissa: BigInt(mantissa), exponent };
}

function fixedLn(value: number): bigint {
  const { mantissa, exponent } = parts(value);
  const length = mantissa.toString(2).length;
  // value = m × 2^k with m from 1/2 up to 1
  const m = (mantissa << bits) >> BigInt(length);
  const k = BigInt(exponent + length);
  return 2n * atanh(((m - one) << bits) / (m + one)) + k * ln2;
}

function atanh(value: bigint): bigint {
  const square = (value * value) >> bits;
  let sum = 0n;
  let term = value;
  for (let n = 1n; term !== 0n && term !== -1n; n += 2n) {
    sum += term / n;
    term = (term * square) >> bits;
  }
  return sum;
}

function scaled(fixed: bigint, factor: number): bigint {
  const { mantissa, exponent } = parts(factor);
  return (fixed * mantissa) >> BigInt(-exponent);
}

function nearestExp(fixed: bigint): number {
  const k = fixed / ln2;
  const rest = fixed - k * ln2;
  let sum = 0n;
  let term = one;
  for (let n = 1n; term !== 0n && term !== -1n; n++) {
    sum += term;
    term = ((term * rest) >> bits) / n;
  }
  return nearest(sum) * 2 ** Number(k);
}

/** Conversion of a bigint rounds to the nearest double; the scaling by a power of two is exact. */
const nearest = (fixed: bigint): number => Number(fixed) / 2 ** Number(bits);
