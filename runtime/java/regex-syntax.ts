/** A Java pattern that is malformed or has no JavaScript counterpart. `column` counts from 1. */
export class RegexSyntaxError extends SyntaxError {
  readonly column: number;

  constructor(reason: string, pattern: string, offset: number) {
    super(`${reason} at column ${offset + 1} of ${pattern.length > 200 ? `${pattern.slice(0, 200)}…` : pattern}`);
    this.name = 'RegexSyntaxError';
    this.column = offset + 1;
  }
}

/** Flags in force at a place of the pattern. */
export interface Flags {
  ignoreCase: boolean;
  dotAll: boolean;
  multiline: boolean;
  comments: boolean;
}

/** Brackets in one another; more would overflow the stack of what reads them. */
const deepest = 250;

/** A place in a Java pattern. */
export class PatternCursor {
  at = 0;
  #depth = 0;

  constructor(readonly pattern: string) {}

  error(reason: string, offset = this.at): RegexSyntaxError {
    return new RegexSyntaxError(reason, this.pattern, offset);
  }

  /** Reads what stands between brackets. @param opened where they open */
  nested<Result>(opened: number, read: () => Result): Result {
    if (++this.#depth > deepest) throw this.error(`Brackets are nested deeper than ${deepest}`, opened);
    const result = read();
    this.#depth--;
    return result;
  }

  /** Takes the match of a sticky expression at this place. */
  take(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.at;
    const match = expression.exec(this.pattern);
    if (match) this.at += match[0].length;
    return match ?? undefined;
  }

  /** Takes one character, both halves of a surrogate pair. */
  takeCode(): number {
    const code = this.pattern.codePointAt(this.at) ?? 0;
    this.at += code > 0xffff ? 2 : 1;
    return code;
  }

  /** Takes an escape sequence that stands for one character. */
  takeEscapedCode(): number {
    const start = this.at;
    const number = this.take(/\\(?:x([0-9a-fA-F]{2})|x\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|0([0-3]?[0-7]{1,2}))/y);
    if (number) {
      const [, short, long, unicode, octal] = number;
      if (octal !== undefined) return Number.parseInt(octal, 8);
      return this.withLowSurrogate(Number.parseInt(short ?? long ?? unicode ?? '', 16));
    }
    const control = this.take(/\\c([\s\S])/y)?.[1];
    if (control !== undefined) return control.charCodeAt(0) ^ 0x40;
    this.at++;
    if (this.at >= this.pattern.length) throw this.error('Pattern ends in a backslash', start);
    const code = this.takeCode();
    const named = controlCharacters[String.fromCodePoint(code)];
    if (named !== undefined) return named;
    if (/[a-zA-Z0-9]/.test(String.fromCodePoint(code))) {
      throw this.error(`Escape sequence \\${String.fromCodePoint(code)} is not supported`, start);
    }
    return code;
  }

  /** Two `\u` escapes in a row may write one character beyond U+FFFF. */
  private withLowSurrogate(code: number): number {
    if (code < 0xd800 || code > 0xdbff) return code;
    const low = this.take(/\\u([dD][c-fC-F][0-9a-fA-F]{2})/y)?.[1];
    return low === undefined ? code : (code - 0xd800) * 0x400 + Number.parseInt(low, 16) - 0xdc00 + 0x10000;
  }
}

const controlCharacters: Record<string, number> = { t: 9, n: 10, r: 13, f: 12, a: 7, e: 27 };

/** One character, written so that it means nothing else inside or outside of a class. */
export function character(code: number): string {
  const isPlain =
    (code >= 0x30 && code <= 0x39) || isLetter(code) || (code > 0xa0 && !(code >= 0xd800 && code <= 0xdfff));
  return isPlain ? String.fromCodePoint(code) : `\\u{${code.toString(16)}}`;
}

/** One character outside of a class, in both cases when case does not count. */
export function literal(code: number, flags: Flags): string {
  if (!flags.ignoreCase || !isLetter(code)) return character(code);
  return `[${character(code)}${character(code ^ 0x20)}]`;
}

export const isLetter = (code: number): boolean => (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
