import { ExpressionSyntaxError } from '../expression.js';

/**
 * A place in the text of a path or filter. Blanks are U+0020 only, and the end can be moved inwards, as the reference
 * engine's JSONPath library does: much of what it accepts follows from that.
 */
export class PathText {
  position = 0;
  /** Offset of the last character that belongs to the text. */
  last: number;

  constructor(readonly text: string) {
    this.last = text.length - 1;
  }

  get length(): number {
    return this.last + 1;
  }

  fail(message: string, offset = this.position): never {
    throw new ExpressionSyntaxError(message, Math.min(offset, this.text.length) + 1);
  }

  /** Refuses to read behind the text, even where the end was moved inwards. */
  at(offset: number): string {
    if (offset < 0 || offset >= this.text.length) this.fail('Unexpected end of the path', this.text.length);
    return this.text.charAt(offset);
  }

  get current(): string {
    return this.at(this.position);
  }

  is(character: string): boolean {
    return this.current === character;
  }

  contains(offset: number): boolean {
    return offset >= 0 && offset <= this.last;
  }

  get inBounds(): boolean {
    return this.contains(this.position);
  }

  /** True at the last character already: what is left there is ignored. */
  get isAtTail(): boolean {
    return this.position >= this.last;
  }

  slice(start: number, end: number): string {
    return this.text.slice(start, end);
  }

  trim(): void {
    this.skipBlanks();
    while (this.inBounds && this.position < this.last && this.text.charAt(this.last) === ' ') this.last--;
  }

  skipBlanks(): this {
    while (this.inBounds && this.position < this.last && this.is(' ')) this.position++;
    return this;
  }

  /** Offset of the next character behind `offset` that is no blank; beyond the end when there is none. */
  nextSignificant(offset = this.position): number {
    let at = offset + 1;
    while (this.contains(at) && this.text.charAt(at) === ' ') at++;
    return at;
  }

  /** The next character behind `offset` that is no blank; a blank when there is none. */
  nextSignificantCharacter(offset = this.position): string {
    const at = this.nextSignificant(offset);
    return this.contains(at) ? this.text.charAt(at) : ' ';
  }

  /** Offset of `character` when it is the next one that is no blank, else -1. */
  indexIfNext(character: string, offset = this.position): number {
    const at = this.nextSignificant(offset);
    return this.at(at) === character ? at : -1;
  }

  /** The character before `offset` that is no blank; a blank when there is none. */
  previousSignificant(offset = this.position): number {
    let at = offset - 1;
    while (this.contains(at) && this.text.charAt(at) === ' ') at--;
    return this.contains(at) ? at : -1;
  }

  /** Offset of a character at or behind `offset`, else -1. */
  indexOf(character: string, offset: number): number {
    const found = this.text.indexOf(character, offset);
    return found >= 0 && found <= this.last ? found : -1;
  }

  /** Offset of a character behind `offset` that no backslash escapes, else -1. */
  indexOfUnescaped(character: string, offset = this.position): number {
    for (let at = offset + 1; this.contains(at); at++) {
      const found = this.text.charAt(at);
      if (found === '\\') at++;
      else if (found === character) return at;
    }
    return -1;
  }

  /** Offset of the bracket that closes the one at `start`, else -1. Strings and, if asked, `/…/` are skipped. */
  indexOfClosing(start: number, open: string, close: string, skipRegex: boolean): number {
    let depth = 1;
    for (let at = start + 1; this.contains(at); at++) {
      let character = this.text.charAt(at);
      if (character === "'" || character === '"') {
        at = this.afterClosing(character, at);
        character = this.at(at);
      }
      if (skipRegex && character === '/') {
        at = this.afterClosing('/', at);
        character = this.at(at);
      }
      if (character === open) depth++;
      else if (character === close && --depth === 0) return at;
    }
    return -1;
  }

  private afterClosing(delimiter: string, start: number): number {
    const end = this.indexOfUnescaped(delimiter, start);
    return end < 0 ? this.fail(`No closing ${delimiter}`, start) : end + 1;
  }
}

const escapes: Record<string, string> = { r: '\r', f: '\f', t: '\t', n: '\n', b: '\b' };

/** A quoted name or string with its escapes resolved; an unknown escape gives the character itself. */
export function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g, (_match, code: string | undefined, character: string) =>
    code === undefined ? (escapes[character] ?? character) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
