import { charsOf, grownTable, tableRoom } from '../java/scan-room.js';
import { parseLenientJson } from './parse.js';
import type { JsonValue } from './value.js';

/** A way down into a document: names of members and indexes of items. */
export type JsonSteps = readonly (string | number)[];

/** How many numbers the table holds of a value, and which they are. */
const WIDTH = 5;
const [START, END, NAME, NAME_END, NEXT] = [0, 1, 2, 3, 4];

/**
 * Where everything stands in a JSON text. A value is its number in the order of the text, the root is 0. What a few steps
 * lead to is found without the rest being made values (message-model 3.4).
 */
export class JsonScan {
  readonly #text: string;
  readonly #table: Int32Array;
  /** Characters that may still be read; passing a value costs about as much as parsing one. */
  #left: number;

  constructor(text: string, table: Int32Array) {
    this.#text = text;
    this.#table = table;
    this.#left = text.length / 2;
  }

  /**
   * The value that the steps lead to; undefined when they lead nowhere, and once reads of parts have taken half of what
   * parsing the whole takes: all reads together then never take more than half as much again, however many there are.
   */
  read(steps: JsonSteps): JsonValue | undefined {
    let value = 0;
    for (const step of steps) {
      if (this.#left < 0) return undefined;
      const inner = typeof step === 'string' ? this.#member(value, step) : this.#item(value, step);
      if (inner === undefined) return undefined;
      value = inner;
    }
    const [start, end] = [this.#at(value, START), this.#at(value, END)];
    this.#left -= end - start;
    return this.#left < 0 ? undefined : parseLenientJson(this.#text.slice(start, end));
  }

  #at(value: number, column: number): number {
    return this.#table[value * WIDTH + column] as number;
  }

  /** Of two members with one name the last one counts. */
  #member(object: number, name: string): number | undefined {
    if (this.#text.charCodeAt(this.#at(object, START)) !== openBrace) return undefined;
    const end = this.#at(object, NEXT);
    let found: number | undefined;
    for (let member = object + 1; member < end; member = this.#at(member, NEXT)) {
      this.#left--;
      const start = this.#at(member, NAME);
      if (this.#at(member, NAME_END) - start === name.length && this.#text.startsWith(name, start)) found = member;
    }
    return found;
  }

  #item(array: number, index: number): number | undefined {
    if (this.#text.charCodeAt(this.#at(array, START)) !== openBracket) return undefined;
    const end = this.#at(array, NEXT);
    let item = array + 1;
    for (let passed = 0; item < end && passed < index; passed++) {
      this.#left--;
      item = this.#at(item, NEXT);
    }
    return item < end ? item : undefined;
  }
}

/**
 * Reads an object or array that is JSON as RFC 8259 has it, without making values. Undefined for everything else, for
 * names with escapes and for what is nested unusually deep: the parser then decides.
 */
export function scanJson(text: string): JsonScan | undefined {
  const table = new Scanner(text).scan();
  return table && new JsonScan(text, table);
}

const deepest = 500;
const blank = 0x20;
const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const point = 0x2e;
const digitZero = 0x30;
const digitNine = 0x39;
const colon = 0x3a;
const openBracket = 0x5b;
const backslash = 0x5c;
const openBrace = 0x7b;

class Scanner {
  readonly #codes: Uint16Array;
  #table = tableRoom();
  #size = 0;
  /** Containers around the place, the innermost last. */
  readonly #open: number[] = [];
  /** Where the name of the next value stands. */
  #name = 0;
  #nameEnd = 0;

  constructor(private readonly text: string) {
    this.#codes = charsOf(text);
  }

  scan(): Int32Array | undefined {
    const codes = this.#codes;
    let at = this.#pastBlanks(0);
    if (codes[at] !== openBrace && codes[at] !== openBracket) return undefined;
    do {
      const value = this.#begin(at);
      const code = codes[at];
      if (code === openBrace || code === openBracket) {
        at = this.#pastBlanks(at + 1);
        if (codes[at] !== closing(code)) {
          if (this.#open.push(value) > deepest) return undefined;
          if (code === openBrace) at = this.#member(at);
          continue;
        }
        at++;
      } else {
        at = this.#scalar(at);
      }
      this.#end(value, at);
      at = this.#behind(at);
    } while (at >= 0 && this.#open.length > 0);
    return at >= 0 && this.#pastBlanks(at) === this.text.length ? this.#table.slice(0, this.#size * WIDTH) : undefined;
  }

  #begin(at: number): number {
    const value = this.#size++;
    const row = value * WIDTH;
    if (row + WIDTH > this.#table.length) this.#table = grownTable(this.#table);
    this.#table[row + START] = at;
    this.#table[row + NAME] = this.#name;
    this.#table[row + NAME_END] = this.#nameEnd;
    return value;
  }

  #end(value: number, at: number): void {
    this.#table[value * WIDTH + END] = at;
    this.#table[value * WIDTH + NEXT] = this.#size;
  }

  #pastBlanks(from: number): number {
    const codes = this.#codes;
    let at = from;
    for (;;) {
      const code = codes[at];
      if (code !== blank && code !== 0x0a && code !== 0x0d && code !== 0x09) return at;
      at++;
    }
  }

  /** Closes what ends behind a value. @returns where the next value begins, or the text ends; -1 for what does not fit */
  #behind(from: number): number {
    if (from < 0) return -1;
    const codes = this.#codes;
    let at = from;
    for (;;) {
      const container = this.#open.at(-1);
      if (container === undefined) return at;
      at = this.#pastBlanks(at);
      const opened = codes[this.#table[container * WIDTH + START] as number] as number;
      if (codes[at] === comma) {
        at = this.#pastBlanks(at + 1);
        return opened === openBrace ? this.#member(at) : at;
      }
      if (codes[at] !== closing(opened)) return -1;
      at++;
      this.#open.pop();
      this.#end(container, at);
    }
  }

  /** Reads a name and its colon. @returns where the value begins; -1 when the name is none, or has escapes */
  #member(at: number): number {
    const codes = this.#codes;
    if (codes[at] !== quote) return -1;
    let end = at + 1;
    for (let code = codes[end] as number; code !== quote; code = codes[++end] as number) {
      if (code < blank || code === backslash) return -1;
    }
    this.#name = at + 1;
    this.#nameEnd = end;
    const separator = this.#pastBlanks(end + 1);
    return codes[separator] === colon ? this.#pastBlanks(separator + 1) : -1;
  }

  /** @returns the offset behind a string, number or word; -1 for anything else */
  #scalar(at: number): number {
    if (at < 0) return -1;
    const code = this.#codes[at] as number;
    if (code === quote) return this.#string(at + 1);
    if (code === minus || isDigit(code)) return this.#number(at);
    for (const word of ['true', 'false', 'null']) if (this.text.startsWith(word, at)) return at + word.length;
    return -1;
  }

  #string(from: number): number {
    const codes = this.#codes;
    for (let at = from; ; at++) {
      let code = codes[at] as number;
      while (code !== quote && code !== backslash && code >= blank) code = codes[++at] as number;
      if (code === quote) return at + 1;
      if (code !== backslash) return -1;
      const escaped = codes[++at] as number;
      if (escaped === 0x75) {
        if (!/^[0-9a-fA-F]{4}$/.test(this.text.slice(at + 1, at + 5))) return -1;
        at += 4;
      } else if (!escapes.has(escaped)) return -1;
    }
  }

  #number(from: number): number {
    const codes = this.#codes;
    let at = codes[from] === minus ? from + 1 : from;
    const whole = this.#digits(at);
    if (whole === at || (codes[at] === digitZero && whole > at + 1)) return -1;
    at = whole;
    if (codes[at] === point) {
      const fraction = this.#digits(at + 1);
      if (fraction === at + 1) return -1;
      at = fraction;
    }
    if (((codes[at] as number) | 0x20) !== 0x65) return at;
    const sign = codes[at + 1];
    const start = sign === minus || sign === 0x2b ? at + 2 : at + 1;
    const end = this.#digits(start);
    return end === start ? -1 : end;
  }

  #digits(from: number): number {
    const codes = this.#codes;
    let at = from;
    while (isDigit(codes[at] as number)) at++;
    return at;
  }
}

const escapes: ReadonlySet<number> = new Set([...'"\\/bfnrt'].map((character) => character.charCodeAt(0)));

/** `]` for `[`, `}` for `{`. */
const closing = (opened: number): number => opened + 2;

const isDigit = (code: number): boolean => code >= digitZero && code <= digitNine;
