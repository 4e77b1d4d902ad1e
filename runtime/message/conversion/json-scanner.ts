import { JsonSyntaxError } from '../../json/parse.js';

export type Scalar = { readonly kind: 'string' | 'number' | 'literal'; readonly text: string };

const BLANKS = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const LITERAL = /(?:true|false|null)(?![A-Za-z0-9_])/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters other than a tab end a string
const PLAIN = /[^"\\\u0000-\u0008\u000a-\u001f]*/y;
const ESCAPES: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', '/': '/' };

/**
 * Reads JSON token by token, as the reader that expands bodies does: strict, but a raw tab in a string is accepted
 * (message-model 4.4 rule 11). Unlike the value parser it lets the caller see members that repeat a name.
 */
export class JsonScanner {
  #at = 0;

  constructor(readonly text: string) {}

  /** The next character that is no blank, not taken; empty at the end. */
  peek(): string {
    BLANKS.lastIndex = this.#at;
    BLANKS.exec(this.text);
    this.#at = BLANKS.lastIndex;
    return this.text.charAt(this.#at);
  }

  /** Takes the character when it comes next. */
  take(character: string): boolean {
    if (this.peek() !== character) return false;
    this.#at++;
    return true;
  }

  expect(character: string): void {
    if (!this.take(character)) throw this.error(`Expected '${character}'`);
  }

  /** A string's value; its opening quote comes next. */
  string(): string {
    this.expect('"');
    let value = '';
    for (;;) {
      PLAIN.lastIndex = this.#at;
      value += PLAIN.exec(this.text)?.[0] ?? '';
      this.#at = PLAIN.lastIndex;
      const character = this.text.charAt(this.#at);
      if (character !== '"' && character !== '\\') throw this.error('Unterminated string');
      this.#at++;
      if (character === '"') return value;
      value += this.#escape();
    }
  }

  scalar(): Scalar {
    const first = this.peek();
    if (first === '"') return { kind: 'string', text: this.string() };
    const [pattern, kind] = first >= 'a' ? ([LITERAL, 'literal'] as const) : ([NUMBER, 'number'] as const);
    pattern.lastIndex = this.#at;
    const text = pattern.exec(this.text)?.[0];
    if (text === undefined || text === '') throw this.error('Expected a value');
    this.#at += text.length;
    if (/[0-9A-Za-z.+-]/.test(this.text.charAt(this.#at))) throw this.error('Malformed number');
    return { kind, text };
  }

  error(reason: string): JsonSyntaxError {
    return new JsonSyntaxError(reason, this.text, this.#at);
  }

  #escape(): string {
    const character = this.text.charAt(this.#at++);
    if (character === 'u') {
      const digits = this.text.slice(this.#at, this.#at + 4);
      if (!/^[0-9A-Fa-f]{4}$/.test(digits)) throw this.error('Malformed escape');
      this.#at += 4;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const value = ESCAPES[character];
    if (value === undefined) throw this.error('Unknown escape');
    return value;
  }
}
