import { type JsonArray, JsonNumber, type JsonObject, type JsonValue } from './value.js';

/** Text that is no JSON. `offset` counts from 0, line and column from 1. */
export class JsonSyntaxError extends SyntaxError {
  readonly line: number;
  readonly column: number;

  constructor(
    reason: string,
    text: string,
    readonly offset: number,
  ) {
    const before = text.slice(0, offset);
    const line = before.split('\n').length;
    const column = offset - before.lastIndexOf('\n');
    super(`${reason} at line ${line} column ${column}`);
    this.name = 'JsonSyntaxError';
    this.line = line;
    this.column = column;
  }
}

/** Deeper values are refused: whoever walks them by recursion would run out of stack. */
const deepest = 10_000;

const end = -1;
const tab = 0x09;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const blank = 0x20;
const quote = 0x22;
const hash = 0x23;
const apostrophe = 0x27;
const asterisk = 0x2a;
const comma = 0x2c;
const minus = 0x2d;
const point = 0x2e;
const slash = 0x2f;
const digitZero = 0x30;
const digitNine = 0x39;
const colon = 0x3a;
const semicolon = 0x3b;
const equals = 0x3d;
const greaterThan = 0x3e;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

const escapes: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', '/': '/' };
const lenientEscapes: Record<string, string> = { ...escapes, "'": "'", '\n': '\n' };

/** A bare word of lenient JSON goes up to the first of these. */
const wordEnd = /[/\\;#={}[\]:, \t\f\r\n]/g;
const numberForm = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;

/** Reads JSON values off a text in one pass, without recursion. */
export class JsonReader {
  offset = 0;

  constructor(
    private readonly text: string,
    private readonly lenient: boolean,
  ) {
    if (lenient && text.charCodeAt(0) === 0xfeff) this.offset = 1;
  }

  /** Whether only blanks (and, leniently, comments) are left. */
  atEnd(): boolean {
    return this.next() === end;
  }

  /** Throws unless the text is at its end. */
  finish(): void {
    if (!this.atEnd()) throw this.error('Unexpected text after the JSON value');
  }

  /** Reads one value with all that is in it. */
  value(): JsonValue {
    const outer: (JsonArray | JsonObject)[] = [];
    const outerNames: string[] = [];
    let container: JsonArray | JsonObject | undefined;
    let name = '';
    for (;;) {
      let value: JsonValue;
      const code = this.next();
      if (code === openBrace || code === openBracket) {
        this.offset++;
        const opened: JsonArray | JsonObject = code === openBrace ? new Map() : [];
        const first = this.next();
        if (first === (code === openBrace ? closeBrace : closeBracket)) {
          this.offset++;
          value = opened;
        } else {
          if (container !== undefined) {
            outer.push(container);
            outerNames.push(name);
            if (outer.length >= deepest) throw this.error(`Nested deeper than ${deepest} levels`);
          }
          container = opened;
          if (code === openBrace) name = this.name(first);
          continue;
        }
      } else {
        value = this.scalar(code, Array.isArray(container));
      }
      for (;;) {
        if (container === undefined) return value;
        const isArray = Array.isArray(container);
        if (isArray) (container as JsonArray).push(value);
        else (container as JsonObject).set(name, value);
        const separator = this.next();
        if (separator === comma || (separator === semicolon && this.lenient)) {
          this.offset++;
          if (!isArray) name = this.name(this.next());
          break;
        }
        if (separator !== (isArray ? closeBracket : closeBrace)) {
          throw this.error(isArray ? 'Expected "," or "]"' : 'Expected "," or "}"');
        }
        this.offset++;
        value = container;
        container = outer.pop();
        name = outerNames.pop() ?? '';
      }
    }
  }

  /** The next character that is no blank (its code), not taken; -1 at the end. */
  private next(): number {
    for (;;) {
      if (this.offset >= this.text.length) return end;
      const code = this.text.charCodeAt(this.offset);
      if (code === blank || code === lineFeed || code === tab || code === carriageReturn) this.offset++;
      else if ((code !== slash && code !== hash) || !this.lenient || !this.skipComment(code)) return code;
    }
  }

  private skipComment(code: number): boolean {
    const second = this.text.charCodeAt(this.offset + 1);
    if (code === slash && second === asterisk) {
      const close = this.text.indexOf('*/', this.offset + 2);
      if (close < 0) throw this.error('Comment without an end');
      this.offset = close + 2;
      return true;
    }
    if (code === slash && second !== slash) return false;
    while (this.offset < this.text.length && !'\r\n'.includes(this.text.charAt(this.offset))) this.offset++;
    return true;
  }

  /** A member's name and the `:` behind it. */
  private name(code: number): string {
    let name: string;
    if (code === quote) name = this.string(quote);
    else if (!this.lenient || code === closeBrace || code === end) throw this.error('Expected a name in quotes');
    else if (code === apostrophe) name = this.string(apostrophe);
    else name = this.word();
    const separator = this.next();
    if (separator === colon) {
      this.offset++;
    } else if (separator === equals && this.lenient) {
      this.offset++;
      if (this.text.charCodeAt(this.offset) === greaterThan) this.offset++;
    } else {
      throw this.error('Expected ":"');
    }
    return name;
  }

  private scalar(code: number, inArray: boolean): JsonValue {
    if (code === quote) return this.string(quote);
    if (code === minus || (code >= digitZero && code <= digitNine)) {
      const number = this.number();
      if (number) return number;
    }
    if (this.lenient) return this.lenientScalar(code, inArray);
    if (this.text.startsWith('true', this.offset)) return this.take(4, true);
    if (this.text.startsWith('false', this.offset)) return this.take(5, false);
    if (this.text.startsWith('null', this.offset)) return this.take(4, null);
    throw this.error(code === end ? 'End of input' : 'Expected a value');
  }

  private lenientScalar(code: number, inArray: boolean): JsonValue {
    if (code === apostrophe) return this.string(apostrophe);
    if (inArray && (code === comma || code === semicolon || code === closeBracket)) return null;
    if (code === end) throw this.error('End of input');
    const word = this.word();
    if (numberForm.test(word)) return new JsonNumber(word);
    switch (word.toLowerCase()) {
      case 'true':
        return true;
      case 'false':
        return false;
      case 'null':
        return null;
      default:
        return word;
    }
  }

  private take<T>(length: number, value: T): T {
    this.offset += length;
    return value;
  }

  private word(): string {
    wordEnd.lastIndex = this.offset;
    const stop = wordEnd.exec(this.text)?.index ?? this.text.length;
    if (stop === this.offset) throw this.error('Expected a value');
    const word = this.text.slice(this.offset, stop);
    this.offset = stop;
    return word;
  }

  /** A number literal; undefined, with nothing taken, when what stands there is none (and the reading is lenient). */
  private number(): JsonNumber | undefined {
    const { text } = this;
    let at = this.offset;
    if (text.charCodeAt(at) === minus) at++;
    const firstDigit = text.charCodeAt(at);
    const whole = this.digits(at);
    let valid = whole > at && (firstDigit !== digitZero || whole === at + 1);
    at = whole;
    if (text.charCodeAt(at) === point) {
      const fraction = this.digits(at + 1);
      valid &&= fraction > at + 1;
      at = fraction;
    }
    if ((text.charCodeAt(at) | 0x20) === 0x65) {
      const sign = text.charCodeAt(at + 1);
      const start = sign === minus || sign === 0x2b ? at + 2 : at + 1;
      at = this.digits(start);
      valid &&= at > start;
    }
    if (this.lenient && !(valid && this.endsWord(at))) return undefined;
    if (!valid) throw this.error('Malformed number');
    const literal = text.slice(this.offset, at);
    this.offset = at;
    return new JsonNumber(literal);
  }

  private endsWord(at: number): boolean {
    wordEnd.lastIndex = at;
    return at >= this.text.length || wordEnd.exec(this.text)?.index === at;
  }

  private digits(from: number): number {
    let at = from;
    for (;;) {
      const code = this.text.charCodeAt(at);
      if (!(code >= digitZero && code <= digitNine)) return at;
      at++;
    }
  }

  private string(delimiter: number): string {
    const { text } = this;
    let start = ++this.offset;
    let result = '';
    for (let at = start; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === delimiter) {
        this.offset = at + 1;
        return result === '' ? text.slice(start, at) : result + text.slice(start, at);
      }
      if (code === backslash) {
        this.offset = at;
        result += text.slice(start, at) + this.escaped();
        start = this.offset;
        at = start - 1;
      } else if (code < blank && !this.lenient) {
        this.offset = at;
        throw this.error('Control character in a string');
      }
    }
    this.offset = text.length;
    throw this.error('String without an end');
  }

  /** The character that the escape sequence at the offset stands for; moves behind it. */
  private escaped(): string {
    const kind = this.text.charAt(this.offset + 1);
    if (kind === 'u') {
      const digits = this.text.slice(this.offset + 2, this.offset + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.error('Malformed \\u escape');
      this.offset += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const character = (this.lenient ? lenientEscapes : escapes)[kind];
    if (character === undefined) throw this.error('Unknown escape sequence');
    this.offset += 2;
    return character;
  }

  private error(reason: string): JsonSyntaxError {
    return new JsonSyntaxError(reason, this.text, this.offset);
  }
}
