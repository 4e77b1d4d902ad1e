import { isObject, type JsonObject } from '../../apim-model/json-object.js';
import { badRequest } from './error.js';

/** A named text that an entity carries along. */
export interface Attribute {
  readonly name: string;
  readonly value: string;
}

/**
 * Reads the members of an entity as JSON or XML gave it: XML has texts where JSON has numbers and booleans, so both are
 * taken everywhere.
 *
 * @throws ApigeeError 400 that names the member
 */
export class Input {
  constructor(readonly object: JsonObject) {}

  has(member: string): boolean {
    return this.object[member] !== undefined && this.object[member] !== null;
  }

  /** A text that must be there and not blank. */
  required(member: string): string {
    const text = this.text(member).trim();
    if (text === '') throw badRequest(`${member}: is required`);
    return text;
  }

  /** A text, or a number or boolean as text; empty when absent. */
  text(member: string): string {
    const value = this.object[member] ?? '';
    if (typeof value === 'object') throw badRequest(`${member}: must be a text`);
    return String(value);
  }

  oneOf<T extends string>(member: string, allowed: readonly T[], fallback: T): T {
    const text = this.text(member);
    if (text === '') return fallback;
    const found = allowed.find((word) => word === text.toLowerCase());
    if (found === undefined) throw badRequest(`${member}: "${text}" is none of ${allowed.join(', ')}`);
    return found;
  }

  flag(member: string, fallback: boolean): boolean {
    return this.oneOf(member, ['true', 'false'], fallback ? 'true' : 'false') === 'true';
  }

  /** A whole number from `least` to `most`, undefined when absent. */
  wholeNumber(member: string, least: number, most = Number.MAX_SAFE_INTEGER): number | undefined {
    const text = this.text(member).trim();
    if (text === '') return undefined;
    const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most)) {
      const limit = most === Number.MAX_SAFE_INTEGER ? `from ${least} up` : `from ${least} to ${most}`;
      throw badRequest(`${member}: "${text}" is no whole number ${limit}`);
    }
    return value;
  }

  texts(member: string): string[] {
    return this.list(member).map((item) => {
      if (typeof item === 'object') throw badRequest(`${member}: must be a list of texts`);
      return String(item);
    });
  }

  objects(member: string): Input[] {
    return this.list(member).map((item) => {
      if (!isObject(item)) throw badRequest(`${member}: must be a list of objects`);
      return new Input(item);
    });
  }

  /** A member object; empty when absent. */
  child(member: string): Input {
    const value = this.object[member] ?? {};
    // An empty element of XML is an empty text.
    if (value === '') return new Input({});
    if (!isObject(value)) throw badRequest(`${member}: must be an object`);
    return new Input(value);
  }

  /** `attributes`, each name once: the last value stays. */
  attributes(member = 'attributes'): Attribute[] {
    const found = new Map<string, string>();
    for (const item of this.objects(member)) found.set(item.required('name'), item.text('value'));
    return [...found].map(([name, value]) => ({ name, value }));
  }

  private list(member: string): readonly unknown[] {
    const value = this.object[member] ?? [];
    if (value === '') return [];
    if (!Array.isArray(value)) throw badRequest(`${member}: must be a list`);
    return value;
  }
}

/** The attributes as flows read them. */
export function attributeRecord(attributes: readonly Attribute[]): Readonly<Record<string, string>> {
  return Object.fromEntries(attributes.map(({ name, value }) => [name, value]));
}

const nameLimit = 255;

/**
 * A name that an entity is found by.
 * @throws ApigeeError 400 for one that is too long or has characters that a URL or a log line would trip over
 */
export function checkedName(member: string, name: string): string {
  if (name.length > nameLimit)
    throw badRequest(`${member}: has ${name.length} characters, at most ${nameLimit} are allowed`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (/[\u0000-\u001f\u007f/\\?#%;<>"]/.test(name) || name === '.' || name === '..') {
    throw badRequest(`${member}: "${name.replace(/[^\x20-\x7e]/g, '.')}" may not have any of / \\ ? # % ; < > " in it`);
  }
  return name;
}
