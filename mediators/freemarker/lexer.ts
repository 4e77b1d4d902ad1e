import { syntaxError } from './error.js';

export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'raw' | 'symbol' | 'end';
  readonly text: string;
  readonly offset: number;
}

const pattern =
  /\s+|(?<number>\d+(?:\.\d+)?)|(?<name>[\p{L}_$@][\p{L}\p{N}_$@]*(?:\\[-.:][\p{L}\p{N}_$@]*)*)|(?<symbol>\.\.[<!*]?|\?\?|->|&&|\|\||==|!=|<=|>=|\*\*|[-+*/%!?.,:;()[\]{}=<>&|])/uy;

/** Splits the text of an expression into tokens; `base` is its offset in the template. */
export function tokens(template: string, base: number, end: number): Token[] {
  const text = template.slice(base, end);
  const found: Token[] = [];
  let offset = 0;
  while (offset < text.length) {
    const quote = text[offset] === 'r' ? text[offset + 1] : text[offset];
    if (quote === '"' || quote === "'") {
      const start = text[offset] === 'r' ? offset + 1 : offset;
      const close = closingQuote(text, start);
      if (close < 0) throw syntaxError('A string is not closed', template, base + offset);
      const kind = start > offset ? 'raw' : 'string';
      found.push({ kind, text: text.slice(start + 1, close), offset: base + offset });
      offset = close + 1;
      continue;
    }
    pattern.lastIndex = offset;
    const match = pattern.exec(text);
    if (!match) throw syntaxError(`Unexpected character ${text[offset]}`, template, base + offset);
    const { number, name, symbol } = match.groups ?? {};
    if (number !== undefined) found.push({ kind: 'number', text: number, offset: base + offset });
    else if (name !== undefined) found.push({ kind: 'name', text: name.replace(/\\/g, ''), offset: base + offset });
    else if (symbol !== undefined) found.push({ kind: 'symbol', text: symbol, offset: base + offset });
    offset += match[0].length;
  }
  found.push({ kind: 'end', text: '', offset: end });
  return found;
}

/** Offset of the quote that closes the string which opens at `start`, or -1. */
export function closingQuote(text: string, start: number): number {
  const quote = text[start];
  for (let index = start + 1; index < text.length; index++) {
    if (text[index] === '\\') index++;
    else if (text[index] === quote) return index;
  }
  return -1;
}

const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', l: '<', g: '>', a: '&' };

/** The value of a string literal's inside. */
export function unquoted(text: string): string {
  return text.replace(/\\(?:x([0-9a-fA-F]{1,4})|([\s\S]))/g, (_all, hex: string | undefined, one: string) =>
    hex === undefined ? (escapes[one] ?? one) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
