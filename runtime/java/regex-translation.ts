import { characterClass, classEscape, isClassEscape } from './regex-class.js';
import { type Flags, literal, PatternCursor } from './regex-syntax.js';

const lineTerminators = '\\n\\r\\u0085\\u2028\\u2029';
const start = '(?<![\\s\\S])';
const end = '(?![\\s\\S])';
const beforeLastLineEnd = `(?=(?:\\r\\n|[${lineTerminators}])?${end})`;

/** Assertions and other escapes that are no characters. */
const escapes: Record<string, string> = {
  A: `(?:${start})`,
  z: `(?:${end})`,
  Z: `(?:${beforeLastLineEnd})`,
  b: '(?:\\b)',
  B: '(?:\\B)',
  R: '(?:\\r\\n|[\\n\\x0b\\f\\r\\u0085\\u2028\\u2029])',
};

/** `\X`, what a reader takes for one character: a pair of regional indicators, a Hangul syllable, or any one with its marks. */
const grapheme =
  '\\r\\n|\\p{Cc}|(?:\\p{RI}{2}|[\\u1100-\\u115f]*[\\uac00-\\ud7a3\\u1160-\\u11a7][\\u1160-\\u11a7]*[\\u11a8-\\u11ff]*|[\\s\\S])[\\p{M}\\u200c\\u200d]*';

export interface JavaRegexOptions {
  /** ASCII letters only, as Java has it. */
  readonly ignoreCase?: boolean;
  readonly dotAll?: boolean;
  readonly multiline?: boolean;
  readonly comments?: boolean;
}

/**
 * A Java pattern as one that the `v` flag of JavaScript reads. Its capturing groups are named `g1`, `g2`, …
 * @throws RegexSyntaxError naming what is wrong and where (column from 1)
 */
export function translated(pattern: string, options?: JavaRegexOptions): string {
  return new Translation(pattern).run(options);
}

/** Parentheses in one another; more would overflow the stack of what reads them. */
const deepest = 250;

class Translation extends PatternCursor {
  /** Capturing groups so far. */
  private groups = 0;
  private depth = 0;
  private atomics = 0;
  private readonly names = new Map<string, number>();

  run(options: JavaRegexOptions = {}): string {
    const { ignoreCase = false, dotAll = false, multiline = false, comments = false } = options;
    const translated = this.alternatives({ ignoreCase, dotAll, multiline, comments });
    if (this.at < this.pattern.length) throw this.error('Unmatched ")"');
    return translated;
  }

  /** Everything up to the closing parenthesis or the end. Flags set inside hold to there. */
  private alternatives(outer: Flags): string {
    const flags = { ...outer };
    let result = '';
    while (this.at < this.pattern.length && this.pattern.charAt(this.at) !== ')') {
      if (this.take(/\|/y)) result += '|';
      else if (!flags.comments || !this.take(/[ \t\n\v\f\r]+|#[^\n]*/y)) result += this.quantified(this.atom(flags));
    }
    return result;
  }

  /** Adds the quantifier that follows; `*+` and its like become an atomic group. */
  private quantified(atom: string): string {
    const quantifier = atom === '' ? undefined : this.take(/(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})/y)?.[0];
    if (quantifier === undefined) return atom;
    if (this.take(/\?/y)) return `${atom}${quantifier}?`;
    return this.take(/\+/y) ? this.atomic(atom + quantifier) : atom + quantifier;
  }

  /** What was matched inside is never tried another way: a lookahead finds it, a back reference takes it. */
  private atomic(inner: string): string {
    const name = `a${++this.atomics}`;
    return `(?:(?=(?<${name}>${inner}))\\k<${name}>)`;
  }

  /** One thing that can be repeated; the empty string for a change of flags. */
  private atom(flags: Flags): string {
    const first = this.pattern.charAt(this.at);
    switch (first) {
      case '(':
        return this.group(flags);
      case '[':
        return characterClass(this, flags);
      case '\\':
        return this.escape(flags);
      case '.':
        this.at++;
        return flags.dotAll ? '[\\s\\S]' : `[^${lineTerminators}]`;
      case '^':
        this.at++;
        return flags.multiline ? `(?:${start}|(?<=[${lineTerminators}])(?=[\\s\\S]))` : `(?:${start})`;
      case '$':
        this.at++;
        return flags.multiline ? `(?:(?=[${lineTerminators}])|${end})` : `(?:${beforeLastLineEnd})`;
      case '*':
      case '+':
      case '?':
        throw this.error(`Nothing to repeat before "${first}"`);
      case '{':
        throw this.error('Illegal repetition');
      default:
        return literal(this.takeCode(), flags);
    }
  }

  private group(flags: Flags): string {
    const opened = this.at;
    if (this.take(/\((?!\?)/y)) return this.capturing(flags, opened);
    const name = this.take(/\(\?<([a-zA-Z][a-zA-Z0-9]*)>/y)?.[1];
    if (name !== undefined) {
      this.names.set(name, this.groups + 1);
      return this.capturing(flags, opened);
    }
    const look = this.take(/\(\?(<?[=!])/y)?.[1];
    if (look !== undefined) return `(?:(?${look}${this.body(flags, opened)}))`;
    if (this.take(/\(\?>/y)) return this.atomic(this.body(flags, opened));
    const change = this.take(/\(\?([a-zA-Z]*)(?:-([a-zA-Z]*))?([:)])/y);
    if (!change) throw this.error('Unknown kind of group');
    const changed = this.changed(this.changed(flags, change[1] ?? '', true), change[2] ?? '', false);
    if (change[3] === ':') return `(?:${this.body(changed, opened)})`;
    Object.assign(flags, changed);
    return '';
  }

  private capturing(flags: Flags, opened: number): string {
    const number = ++this.groups;
    return `(?<g${number}>${this.body(flags, opened)})`;
  }

  private body(flags: Flags, opened: number): string {
    if (++this.depth > deepest) throw this.error(`Groups are nested deeper than ${deepest}`, opened);
    const inner = this.alternatives(flags);
    this.depth--;
    if (!this.take(/\)/y)) throw this.error('Unclosed group', opened);
    return inner;
  }

  private changed(flags: Flags, letters: string, value: boolean): Flags {
    const changed = { ...flags };
    for (const letter of letters) {
      if (letter === 'i') changed.ignoreCase = value;
      else if (letter === 's') changed.dotAll = value;
      else if (letter === 'm') changed.multiline = value;
      else if (letter === 'x') changed.comments = value;
      else if (!'duU'.includes(letter)) throw this.error(`Unknown flag "${letter}"`);
    }
    return changed;
  }

  private escape(flags: Flags): string {
    const kind = this.pattern.charAt(this.at + 1);
    const quoted = this.take(/\\Q([\s\S]*?)(?:\\E|$)/y)?.[1];
    if (quoted !== undefined) return this.quoted(quoted, flags);
    if (kind >= '1' && kind <= '9') return this.numberedReference();
    const name = this.take(/\\k<([a-zA-Z][a-zA-Z0-9]*)>/y)?.[1];
    if (name !== undefined) return this.reference(this.names.get(name));
    if (this.take(/\\X/y)) return this.atomic(grapheme);
    const assertion = escapes[kind];
    if (assertion !== undefined) {
      this.at += 2;
      return assertion;
    }
    return kind !== '' && isClassEscape(kind) ? classEscape(this) : literal(this.takeEscapedCode(), flags);
  }

  /** `\Q…\E`: a quantifier behind it belongs to its last character. */
  private quoted(text: string, flags: Flags): string {
    const characters = Array.from(text, (one) => literal(one.codePointAt(0) ?? 0, flags));
    const last = characters.pop();
    return characters.join('') + (last === undefined ? '' : this.quantified(last));
  }

  /** Java takes as many digits as name a group that has been opened. */
  private numberedReference(): string {
    let digits = this.take(/\\[0-9]+/y)?.[0].slice(1) ?? '';
    while (digits.length > 1 && Number(digits) > this.groups) {
      digits = digits.slice(0, -1);
      this.at--;
    }
    return this.reference(Number(digits) <= this.groups ? Number(digits) : undefined);
  }

  private reference(group: number | undefined): string {
    // A reference to a group that does not exist never matches.
    return group === undefined ? `[]` : `\\k<g${group}>`;
  }
}
