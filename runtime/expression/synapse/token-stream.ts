import { nearest } from '../../configuration/nearest.js';
import { ExpressionSyntaxError } from '../expression.js';
import { leadingWords, type Token, type TokenKind, tokenize } from './token.js';

/** Kinds that may follow a dot although they mean something else elsewhere. */
const dottedKeywords: ReadonlySet<TokenKind> = new Set<TokenKind>([
  'vars',
  'payload',
  'headers',
  'configs',
  'params',
  'props',
  'parameters',
  'scope',
  'function',
  'secondary',
]);

/** The tokens of an expression with a position, and the errors about them. */
export class TokenStream {
  position = 0;
  readonly #tokens: readonly Token[];

  constructor(readonly source: string) {
    this.#tokens = tokenize(source);
  }

  peek(ahead = 0): Token {
    const token = this.#tokens[Math.min(this.position + ahead, this.#tokens.length - 1)];
    if (!token) throw new RangeError('a token list ends with its end');
    return token;
  }

  next(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.position++;
    return token;
  }

  skip(count: number): true {
    this.position += count;
    return true;
  }

  isSymbol(text: string): boolean {
    const token = this.peek();
    return token.text === text && token.kind === 'symbol';
  }

  accept(text: string): boolean {
    return this.isSymbol(text) && this.skip(1);
  }

  expect(text: string): void {
    if (!this.accept(text)) throw this.unexpected(this.afterDot(), `"${text}"`);
  }

  isDottedName(): boolean {
    if (!this.isSymbol('.')) return false;
    const { kind } = this.peek(1);
    return kind === 'name' || dottedKeywords.has(kind);
  }

  textFrom(first: number): string {
    let text = '';
    for (let at = first; at < this.position; at++) text += this.#tokens[at]?.text ?? '';
    return text;
  }

  /** The token to blame: behind a dot that nothing can follow, what stands there. */
  afterDot(): Token {
    const token = this.peek();
    return token.text === '.' ? this.peek(1) : token;
  }

  unexpected(token: Token, expected: string): ExpressionSyntaxError {
    return this.error(`expected ${expected}, found ${described(token)}`, this.hintFor(token), token);
  }

  error(message: string, hint?: string, token: Token = this.peek()): ExpressionSyntaxError {
    return new ExpressionSyntaxError(message, token.offset + 1, hint);
  }

  hintFor(token: Token): string | undefined {
    const before = this.#tokens[this.#tokens.indexOf(token) - 1];
    const ignored = this.source.slice(before ? before.offset + before.text.length : 0, token.offset).trim();
    if (ignored === '') return hintFor(token, before?.text ?? '');
    return `"${ignored}" means nothing in an expression${ignored === '=' ? '; equality is written ==' : ''}`;
  }
}

export const described = (token: Token): string =>
  token.kind === 'end' ? 'the end of the expression' : `"${token.text}"`;

function meantBy(word: string): string | undefined {
  const meant = nearest(word, leadingWords);
  return meant === undefined ? undefined : `did you mean ${meant}?`;
}

function hintFor(token: Token, before: string): string | undefined {
  const isDotted = before === '.' || before === '..';
  switch (token.kind) {
    case 'number':
      return token.text.startsWith('-') ? `put a blank behind the minus: "- ${token.text.slice(1)}"` : undefined;
    case 'filterWord':
    case 'and':
    case 'or':
    case 'boolean':
    case 'null':
      return isDotted ? `"${token.text}" is a reserved word; as a name it is written ["${token.text}"]` : undefined;
    case 'name':
      if (isDotted) return 'only payload, vars and JSON can be navigated; a name with dots is written ["a.b"]';
      return (
        meantBy(token.text) ??
        'values are payload, vars, headers, props, params, configs, literals and function calls; texts need quotes'
      );
    case 'quote':
      return `a string ends with the quote it began with, and \\ may stand only before b t n f r " ' \\ / or a character code`;
    case 'end':
      return before === '' ? 'write an expression' : `write what belongs behind "${before}"`;
    case 'symbol':
      if (token.text === '!') return 'write not(…)';
      if (token.text === '-') return 'a minus is an operator between two values or part of a number: "-1 * x"';
      return undefined;
    default:
      return undefined;
  }
}
