const decimalForm = /^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?$/;

/** Longer literals stay texts: reading and writing a number takes more time than its digits, and nobody computes so. */
const mostDigits = 20_000;

/** Further apart than this, two numbers are not brought to one scale: nothing useful is that long. */
const longestShift = 20_000;

/**
 * An exact decimal number, `unscaled × 10^-scale`, that keeps its trailing zeros: Java's BigDecimal. Mediation needs
 * it where the reference engine shows or computes with literals exactly (message-model 3.4.2, 3.6, 4.5).
 */
export class Decimal {
  constructor(
    readonly unscaled: bigint,
    readonly scale: number,
  ) {}

  /** Reads `-1.50`, `1e3`, `.5`, `5.`; undefined for anything else, blanks included, and for what is absurdly
   * long. */
  static parse(text: string): Decimal | undefined {
    const match = decimalForm.exec(text);
    if (!match) return undefined;
    const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
    if (whole === '' && fraction === '') return undefined;
    if (whole.length + fraction.length > mostDigits) return undefined;
    const scale = fraction.length - Number(exponent);
    if (Math.abs(scale) > 0x7fffffff) return undefined;
    const unscaled = BigInt(whole + fraction);
    return new Decimal(sign === '-' ? -unscaled : unscaled, scale);
  }

  /** The decimal that a double prints as (`BigDecimal.valueOf`). The value must be finite. */
  static ofDouble(value: number): Decimal {
    const decimal = Decimal.parse(Number.isInteger(value) && Math.abs(value) < 1e7 ? `${value}.0` : String(value));
    if (!decimal) throw new RangeError(`${value} is not a finite number`);
    return decimal;
  }

  get sign(): -1 | 0 | 1 {
    if (this.unscaled === 0n) return 0;
    return this.unscaled < 0n ? -1 : 1;
  }

  /** Exponent of the first digit: 3 for 1500, -2 for 0.015. */
  get magnitude(): number {
    return digitsOf(this.unscaled).length - 1 - this.scale;
  }

  plus(other: Decimal): Decimal {
    const scale = Math.max(this.scale, other.scale);
    return new Decimal(this.atScale(scale) + other.atScale(scale), scale);
  }

  minus(other: Decimal): Decimal {
    return this.plus(new Decimal(-other.unscaled, other.scale));
  }

  times(other: Decimal): Decimal {
    return new Decimal(this.unscaled * other.unscaled, this.scale + other.scale);
  }

  /** Remainder with the sign of the dividend. Throws RangeError for a zero divisor. */
  remainder(divisor: Decimal): Decimal {
    const scale = Math.max(this.scale, divisor.scale);
    return new Decimal(this.atScale(scale) % divisor.atScale(scale), scale);
  }

  /** Quotient rounded half up to `scale` digits, by default the dividend's own. Throws RangeError for a zero divisor. */
  dividedBy(divisor: Decimal, scale: number = this.scale): Decimal {
    const shift = scale + divisor.scale - this.scale;
    const dividend = shift > 0 ? this.unscaled * powerOfTen(shift) : this.unscaled;
    const by = shift < 0 ? divisor.unscaled * powerOfTen(-shift) : divisor.unscaled;
    return new Decimal(divideHalfUp(dividend, by), scale);
  }

  /** Rounded half up (away from zero) to `scale` digits behind the point. */
  rounded(scale: number): Decimal {
    if (scale >= this.scale) return new Decimal(this.atScale(scale), scale);
    return new Decimal(divideHalfUp(this.unscaled, powerOfTen(this.scale - scale)), scale);
  }

  /** Numeric order, whatever the scales: negative, zero or positive. */
  compare(other: Decimal): number {
    if (this.sign !== other.sign) return this.sign - other.sign;
    if (this.sign === 0) return 0;
    const byMagnitude = this.magnitude - other.magnitude;
    if (byMagnitude !== 0) return byMagnitude * this.sign;
    const scale = Math.max(this.scale, other.scale);
    const left = this.atScale(scale);
    const right = other.atScale(scale);
    return left === right ? 0 : left < right ? -1 : 1;
  }

  /** The nearest double. */
  toNumber(): number {
    return Number(`${this.unscaled}e${-this.scale}`);
  }

  /**
   * `BigDecimal.toString`: trailing zeros kept, `1E+3`, `1.5E-7`; the exponent form appears for a negative scale or an
   * exponent below -6 (message-model 4.5 "Number output").
   */
  toString(): string {
    const sign = this.unscaled < 0n ? '-' : '';
    const digits = digitsOf(this.unscaled);
    if (this.scale === 0) return sign + digits;
    const exponent = digits.length - 1 - this.scale;
    if (this.scale > 0 && exponent >= -6) {
      const padded = digits.padStart(this.scale + 1, '0');
      return `${sign}${padded.slice(0, -this.scale)}.${padded.slice(-this.scale)}`;
    }
    const mantissa = digits.length === 1 ? digits : `${digits.slice(0, 1)}.${digits.slice(1)}`;
    if (exponent === 0) return sign + mantissa;
    return `${sign}${mantissa}E${exponent > 0 ? '+' : ''}${exponent}`;
  }

  /** The digits at a scale that is at least this one's. Throws RangeError when that would be absurdly long. */
  private atScale(scale: number): bigint {
    return scale === this.scale ? this.unscaled : this.unscaled * powerOfTen(scale - this.scale);
  }
}

/**
 * The canonical text of a number literal: `1e3` → `1E+3`, `-0.0` → `0.0`, `1.2300e2` → `123.00` (message-model 4.5).
 * Text that is no number is given back as it is.
 */
export function canonicalDecimalText(literal: string): string {
  if (/^-?[1-9][0-9]*$/.test(literal)) return literal;
  return Decimal.parse(literal)?.toString() ?? literal;
}

const digitsOf = (value: bigint): string => (value < 0n ? -value : value).toString();

function powerOfTen(exponent: number): bigint {
  if (exponent > longestShift)
    throw new RangeError(`a number with ${exponent} more digits is too long to compute with`);
  return 10n ** BigInt(exponent);
}

function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const remainder = dividend % divisor;
  const twice = (remainder < 0n ? -remainder : remainder) * 2n;
  if (twice < (divisor < 0n ? -divisor : divisor)) return quotient;
  return dividend < 0n === divisor < 0n ? quotient + 1n : quotient - 1n;
}
