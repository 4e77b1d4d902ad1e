import type { Element, Node } from '@xmldom/xmldom';
import type { JsonElement } from '../json/value.js';

/**
 * The values that properties and variables hold. Their types matter: the reference engine compares, prints and converts
 * an Integer, a Long and a Double differently (message-model 3.3, 3.6).
 *
 * - a JavaScript `number` is a Double;
 * - {@link WholeNumber} is a Short, Integer or Long;
 * - {@link FloatNumber} is a Float;
 * - {@link JsonElement} is a JSON value, an `Element` an XML one;
 * - an array is a list, a `Map` a map with string keys.
 */
export type Value =
  | string
  | boolean
  | number
  | WholeNumber
  | FloatNumber
  | JsonElement
  | Element
  | Node
  | Uint8Array
  | Date
  | Error
  | readonly unknown[]
  | Map<string, unknown>;

/** A Java Short, Integer or Long. */
export class WholeNumber {
  constructor(
    readonly type: 'Short' | 'Integer' | 'Long',
    readonly value: bigint,
  ) {}

  static integer(value: number | bigint): WholeNumber {
    if (typeof value === 'number' && value >= 0 && value < 1000) return small(value);
    return new WholeNumber('Integer', BigInt(value));
  }

  static long(value: number | bigint): WholeNumber {
    return new WholeNumber('Long', BigInt(value));
  }

  toString(): string {
    return this.value.toString();
  }
}

const smallIntegers: WholeNumber[] = [];

/** Every exchange has statuses among its properties: they are made once. @throws RangeError for a fraction */
function small(value: number): WholeNumber {
  smallIntegers[value] ??= new WholeNumber('Integer', BigInt(value));
  return smallIntegers[value];
}

/** A Java Float; `value` is already rounded to single precision. */
export class FloatNumber {
  constructor(readonly value: number) {}
}
