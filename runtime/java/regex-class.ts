import { character, type Flags, type PatternCursor } from './regex-syntax.js';

/** Ranges of `\d`, `\s` … as Java has them: ASCII only. */
const predefined: Record<string, string> = {
  d: '0-9',
  w: 'a-zA-Z0-9_',
  s: ' \\t\\n\\x0b\\f\\r',
  h: ' \\t\\xa0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000',
  v: '\\n\\x0b\\f\\r\\u0085\\u2028\\u2029',
};

/** `\p{Alpha}` and its like: ASCII only, unlike the Unicode properties of the same sound. */
const posix = new Map(
  Object.entries({
    Lower: 'a-z',
    Upper: 'A-Z',
    ASCII: '\\x00-\\x7f',
    Alpha: 'a-zA-Z',
    Digit: '0-9',
    Alnum: 'a-zA-Z0-9',
    Punct: '!-\\/:-@\\[-`\\{-~',
    Graph: '!-~',
    Print: ' -~',
    Blank: ' \\t',
    Cntrl: '\\x00-\\x1f\\x7f',
    XDigit: '0-9a-fA-F',
    Space: ' \\t\\n\\x0b\\f\\r',
    javaLowerCase: '\\p{Lowercase}',
    javaUpperCase: '\\p{Uppercase}',
    javaWhitespace: '\\s',
    javaLetter: '\\p{L}',
    javaDigit: '\\p{Nd}',
    javaLetterOrDigit: '\\p{L}\\p{Nd}',
  }),
);

const binaryProperties = new Map(
  Object.entries({
    alphabetic: 'Alphabetic',
    ideographic: 'Ideographic',
    letter: 'L',
    lowercase: 'Lowercase',
    uppercase: 'Uppercase',
    titlecase: 'Lt',
    punctuation: 'P',
    control: 'Cc',
    white_space: 'White_Space',
    digit: 'Nd',
  }),
);

/** Whether a backslash and this letter stand for a set of characters. */
export const isClassEscape = (kind: string): boolean => /[dDwWsShHvVpP]/.test(kind);

/** Takes `\d`, `\p{Lu}` … and gives it as a class that can stand inside another. */
export function classEscape(cursor: PatternCursor): string {
  const kind = cursor.pattern.charAt(cursor.at + 1);
  if (kind === 'p' || kind === 'P') return property(cursor);
  cursor.at += 2;
  const ranges = predefined[kind.toLowerCase()] ?? '';
  return kind === kind.toLowerCase() ? `[${ranges}]` : `[^${ranges}]`;
}

function property(cursor: PatternCursor): string {
  const start = cursor.at;
  const match = cursor.take(/\\([pP])(?:\{(\^?)([^}]+)\}|([A-Z]))/y);
  if (!match) throw cursor.error('Malformed character property');
  const name = match[3] ?? match[4] ?? '';
  const negated = (match[1] === 'P') !== (match[2] === '^');
  const ranges = posix.get(name) ?? unicodeProperty(name);
  try {
    new RegExp(`[${ranges}]`, 'v');
  } catch {
    throw cursor.error(`Unknown character property {${name}}`, start);
  }
  return negated ? `[^${ranges}]` : `[${ranges}]`;
}

function unicodeProperty(name: string): string {
  const [key, value] = name.split('=');
  if (value !== undefined) {
    if (/^(?:sc|script)$/i.test(key ?? '')) return `\\p{Script=${capitalised(value)}}`;
    if (/^(?:gc|general_category)$/i.test(key ?? '')) return `\\p{${value}}`;
    return '\\p{}';
  }
  if (!name.startsWith('Is')) return `\\p{${name}}`;
  const bare = name.slice(2);
  const binary = binaryProperties.get(bare.toLowerCase());
  if (binary) return `\\p{${binary}}`;
  return bare.length <= 2 ? `\\p{${bare}}` : `\\p{Script=${capitalised(bare)}}`;
}

const capitalised = (name: string) => name.toLowerCase().replace(/(^|_)[a-z]/g, (letter) => letter.toUpperCase());

/** Takes `[…]`: ranges, nested classes (union) and `&&` (intersection), which JavaScript's `v` flag has as well. */
export function characterClass(cursor: PatternCursor, flags: Flags): string {
  const start = cursor.at;
  cursor.at++;
  const negated = cursor.take(/\^/y) !== undefined;
  const operands: string[] = [];
  let union = '';
  for (let first = true; ; first = false) {
    if (cursor.at >= cursor.pattern.length) throw cursor.error('Unclosed character class', start);
    const next = cursor.pattern.charAt(cursor.at);
    if (next === ']' && !first) break;
    if (next === '[') union += characterClass(cursor, flags);
    else if (cursor.take(/&&/y)) {
      if (union !== '') operands.push(`[${union}]`);
      union = '';
    } else if (flags.comments && /\s/.test(next)) cursor.at++;
    else union += item(cursor, flags);
  }
  cursor.at++;
  if (union !== '') operands.push(`[${union}]`);
  return `[${negated ? '^' : ''}${operands.length > 1 ? operands.join('&&') : union}]`;
}

/** A character, a range, `\d` or `\Q…\E` inside a class. */
function item(cursor: PatternCursor, flags: Flags): string {
  const escaped = cursor.pattern.charAt(cursor.at) === '\\' ? cursor.pattern.charAt(cursor.at + 1) : '';
  if (isClassEscape(escaped) && escaped !== '') return classEscape(cursor);
  if (escaped === 'Q') {
    const quoted = cursor.take(/\\Q([\s\S]*?)(?:\\E|$)/y)?.[1] ?? '';
    return Array.from(quoted, (one) => range(one.codePointAt(0) ?? 0, one.codePointAt(0) ?? 0, flags)).join('');
  }
  const from = one(cursor);
  const isRange =
    cursor.pattern.charAt(cursor.at) === '-' && !/^-(?:\]|\[|$)/.test(cursor.pattern.slice(cursor.at, cursor.at + 2));
  if (!isRange) return range(from, from, flags);
  const dash = cursor.at++;
  const to = one(cursor);
  if (to < from) throw cursor.error('Illegal character range', dash);
  return range(from, to, flags);
}

const one = (cursor: PatternCursor): number =>
  cursor.pattern.charAt(cursor.at) === '\\' ? cursor.takeEscapedCode() : cursor.takeCode();

function range(from: number, to: number, flags: Flags): string {
  let text = from === to ? character(from) : `${character(from)}-${character(to)}`;
  if (!flags.ignoreCase) return text;
  for (const [low, high] of [
    [0x41, 0x5a],
    [0x61, 0x7a],
  ] as const) {
    const start = Math.max(from, low);
    const stop = Math.min(to, high);
    if (start <= stop) text += `${character(start ^ 0x20)}-${character(stop ^ 0x20)}`;
  }
  return text;
}
