/** A JavaScript pattern as {@link import('./regex-cost.js').longestHarmless} looks at it. */
export type RegexNode =
  /** One character of a class, given as the `v` flag knows it: `[a-z]`. */
  | { readonly kind: 'character'; readonly set: string }
  /** What is compared with an earlier match. */
  | { readonly kind: 'reference' }
  /** `^`, `\b` and their like. */
  | { readonly kind: 'anchor' }
  | { readonly kind: 'look'; readonly body: RegexNode; readonly behind: boolean }
  | { readonly kind: 'sequence'; readonly items: readonly RegexNode[] }
  | { readonly kind: 'choice'; readonly items: readonly RegexNode[] }
  | { readonly kind: 'loop'; readonly body: RegexNode; readonly minimum: number; readonly maximum: number };

const escapeSequence = /\\(?:k<\w+>|[pP]\{[^}]*\}|u\{[0-9a-f]+\}|u[0-9a-f]{4}|x[0-9a-f]{2}|[\s\S])/iy;
const opening = /\((?:\?(?:<\w+>|<?[=!]|:))?/y;
const quantifier = /(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/y;

/** Parses a pattern that the `v` flag accepts, as far as it says how a match is searched. */
export function regexTree(pattern: string): RegexNode {
  return new TreeParser(pattern).choice();
}

class TreeParser {
  #at = 0;

  constructor(private readonly pattern: string) {}

  choice(): RegexNode {
    const items = [this.#sequence()];
    while (this.#next() === '|') {
      this.#at++;
      items.push(this.#sequence());
    }
    const [only] = items;
    return items.length === 1 && only ? only : { kind: 'choice', items };
  }

  #sequence(): RegexNode {
    const items: RegexNode[] = [];
    while (this.#at < this.pattern.length && !'|)'.includes(this.#next())) items.push(this.#quantified(this.#atom()));
    const [only] = items;
    return items.length === 1 && only ? only : { kind: 'sequence', items };
  }

  #quantified(body: RegexNode): RegexNode {
    const found = this.#take(quantifier);
    if (!found) return body;
    const [, sign, from = '', comma, to = ''] = found;
    if (sign !== undefined) {
      return {
        kind: 'loop',
        body,
        minimum: sign === '+' ? 1 : 0,
        maximum: sign === '?' ? 1 : Number.POSITIVE_INFINITY,
      };
    }
    const minimum = Number(from);
    const maximum = comma === '' ? minimum : to === '' ? Number.POSITIVE_INFINITY : Number(to);
    return { kind: 'loop', body, minimum, maximum };
  }

  #atom(): RegexNode {
    switch (this.#next()) {
      case '(':
        return this.#group();
      case '[':
        return { kind: 'character', set: this.#class() };
      case '\\':
        return this.#escape();
      case '^':
      case '$':
        this.#at++;
        return { kind: 'anchor' };
      case '.':
        this.#at++;
        return { kind: 'character', set: '[\\s\\S]' };
      default: {
        const character = String.fromCodePoint(this.pattern.codePointAt(this.#at) ?? 0);
        this.#at += character.length;
        return { kind: 'character', set: `[${character}]` };
      }
    }
  }

  #group(): RegexNode {
    const mark = this.#take(opening)?.[0] ?? '';
    const body = this.choice();
    this.#at++;
    return /[=!]$/.test(mark) ? { kind: 'look', body, behind: mark.includes('<') } : body;
  }

  /** With the classes inside. */
  #class(): string {
    const start = this.#at++;
    for (let next = this.#next(); next !== ']'; next = this.#next()) {
      if (next === '[') this.#class();
      else if (next !== '\\' || !this.#take(escapeSequence)) this.#at++;
    }
    return this.pattern.slice(start, ++this.#at);
  }

  #escape(): RegexNode {
    const text = this.#take(escapeSequence)?.[0] ?? '';
    if (text === '\\b' || text === '\\B') return { kind: 'anchor' };
    return /^\\(?:k|[1-9])/.test(text) ? { kind: 'reference' } : { kind: 'character', set: `[${text}]` };
  }

  #next(): string {
    return this.pattern.charAt(this.#at);
  }

  #take(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#at;
    const match = expression.exec(this.pattern);
    if (match) this.#at += match[0].length;
    return match ?? undefined;
  }
}
