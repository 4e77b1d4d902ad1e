import { spend, spendCharacters } from '../limit/time-limit.js';
import { type JsonArray, JsonNumber, type JsonObject, type JsonValue } from './value.js';

export interface JsonTextOptions {
  /**
   * Writes `<`, `>`, `&`, `=` and `'` in strings and names as `\u003c` … as the engine's JSON library does by default
   * (message-model 3.4.3, 3.7).
   */
  readonly htmlSafe?: boolean;
  /** Leaves out object members whose value is null, at every depth; null array items stay (mediators 6.1). */
  readonly dropNulls?: boolean;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what JSON has to escape
const special = /["\\\u0000-\u001f\u2028\u2029]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const everySpecial = /["\\\u0000-\u001f\u2028\u2029]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const everyHtmlSpecial = /["\\\u0000-\u001f\u2028\u2029<>&=']/g;

/** What JSON escapes by a letter or as it is, behind a backslash. */
export const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

const escaped = (character: string) =>
  shortEscapes[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * A string as a JSON literal: `"` `\` and control characters escaped, `/` and letters beyond ASCII as they are, U+2028
 * and U+2029 escaped (message-model 3.4.2 "JSON text details").
 */
export function jsonStringText(text: string, htmlSafe = false): string {
  if (htmlSafe) return `"${text.replace(everyHtmlSpecial, escaped)}"`;
  return special.test(text) ? `"${text.replace(everySpecial, escaped)}"` : `"${text}"`;
}

/** An object or array that is being written, and how far. */
type Open =
  | { readonly array: JsonArray; next: number }
  | { readonly array: undefined; readonly members: Iterator<[string, JsonValue]>; first: boolean };

/** Compact JSON text: members in their order, numbers by their literals. Depth is limited by memory only. */
export function jsonText(value: JsonValue, options?: JsonTextOptions): string {
  const htmlSafe = options?.htmlSafe === true;
  const dropNulls = options?.dropNulls === true;
  if (isScalar(value)) return scalarText(value, htmlSafe);
  let text = '';
  const outer: Open[] = [];
  let open = begin(value);
  text += open.array ? '[' : '{';
  for (;;) {
    let item: JsonValue;
    if (open.array) {
      if (open.next < open.array.length) {
        if (open.next > 0) text += ',';
        item = open.array[open.next++] ?? null;
      } else {
        text += ']';
        const around = outer.pop();
        if (!around) return text;
        open = around;
        continue;
      }
    } else {
      const member = open.members.next();
      if (member.done) {
        text += '}';
        const around = outer.pop();
        if (!around) return text;
        open = around;
        continue;
      }
      item = member.value[1];
      if (item === null && dropNulls) continue;
      text += open.first ? '' : ',';
      open.first = false;
      text += `${jsonStringText(member.value[0], htmlSafe)}:`;
    }
    if (isScalar(item)) {
      text += scalarText(item, htmlSafe);
    } else {
      outer.push(open);
      open = begin(item);
      text += open.array ? '[' : '{';
    }
  }
}

type Scalar = string | boolean | null | JsonNumber;

const isScalar = (value: JsonValue): value is Scalar =>
  value === null || typeof value !== 'object' || value instanceof JsonNumber;

function begin(value: JsonArray | JsonObject): Open {
  spend(1 + (Array.isArray(value) ? value.length : value.size));
  if (Array.isArray(value)) return { array: value, next: 0 };
  return { array: undefined, members: value.entries(), first: true };
}

function scalarText(value: Scalar, htmlSafe: boolean): string {
  if (typeof value === 'string') {
    spendCharacters(value.length);
    return jsonStringText(value, htmlSafe);
  }
  if (value instanceof JsonNumber) return value.literal;
  return String(value);
}
