import { ExpressionSyntaxError } from '../expression.js';
import type { Node, PathIndex, PathSyntax, SliceBound } from './syntax.js';
import type { Token, TokenKind } from './token.js';
import { described, type TokenStream } from './token-stream.js';

/** What a filter consists of, besides accesses and function calls. */
const filterKinds: ReadonlySet<TokenKind> = new Set<TokenKind>([
  'filterWord',
  'string',
  'number',
  'boolean',
  'name',
  'and',
  'or',
]);
const filterSymbols = new Set('? @ > < >= <= == != + - / ( ) . , : ! *'.split(' '));
const filterHint = 'filters in ${…} know == != < <= > >= =~ && || ! and @.member; json-eval(…) knows more operators';

/** Each level of `[(…)]` is read twice at worst, so their number is kept small. */
const deepest = 8;

type PathPart = PathSyntax['parts'][number];

/** What the parser of expressions does inside a path. */
export interface ExpressionRules {
  expression(): Node;
  /** A function call whose name was just taken. */
  call(name: Token): Node;
  /** An access whose first token was just taken; undefined when the token begins none. */
  access(first: Token): Node | undefined;
}

/** Parser of the paths in expressions: names, steps, bracket contents, slices and filters (message-model 3.5). */
export class PathParser {
  #depth = 0;

  constructor(
    private readonly tokens: TokenStream,
    private readonly rules: ExpressionRules,
  ) {}

  /** The rest of a path whose first token is at `first`. */
  path(first: number): PathSyntax {
    const parts: PathPart[] = [];
    while (this.step(parts));
    return { text: this.tokens.textFrom(first), parts };
  }

  bracketedName(): string {
    if (this.tokens.isSymbol('.') && this.tokens.peek(1).text === '[') this.tokens.next();
    else if (!this.tokens.isSymbol('['))
      throw this.tokens.unexpected(this.tokens.afterDot(), 'a name behind a dot or in brackets');
    this.tokens.expect('[');
    const name = this.tokens.next();
    if (name.kind !== 'string') throw this.tokens.unexpected(name, 'a name in quotes');
    this.tokens.expect(']');
    return name.text;
  }

  variableName(): void {
    if (this.tokens.isDottedName() || (this.tokens.isSymbol('.') && this.tokens.peek(1).kind === 'string')) {
      this.tokens.next();
      this.tokens.next();
    } else this.bracketedName();
  }

  private step(parts: PathPart[]): boolean {
    const token = this.tokens.peek();
    const following = this.tokens.peek(1);
    if (token.text === '[' && token.kind === 'symbol') return this.bracket(parts);
    if (token.text === '..' && (following.text === '*' || following.kind === 'name')) return this.tokens.skip(2);
    if (token.text !== '.' || token.kind !== 'symbol') return false;
    if (following.text === '[') return this.tokens.skip(1) && this.bracket(parts);
    if (this.tokens.isDottedName() || following.text === '*' || following.kind === 'pathFunction')
      return this.tokens.skip(2);
    return false;
  }

  private bracket(parts: PathPart[]): boolean {
    this.tokens.expect('[');
    const first = this.tokens.position;
    const index = this.index();
    if (index) parts.push({ text: this.tokens.textFrom(first), index });
    this.tokens.expect(']');
    return true;
  }

  /** Bracket contents; undefined for `*`, which is not evaluated. */
  private index(): PathIndex | undefined {
    if (this.tokens.isSymbol('*') && this.tokens.peek(1).text === ']') {
      this.tokens.next();
      return undefined;
    }
    if (this.tokens.isSymbol('?')) {
      this.tokens.next();
      return this.filter();
    }
    if (!this.tokens.isSymbol('(')) return this.plainIndex();
    return this.parenthesisedIndex();
  }

  /** `[(…)]` is an expression where it reads as one, else a filter without its question mark. */
  private parenthesisedIndex(): PathIndex {
    if (this.#depth === deepest) throw this.tokens.error('brackets with parentheses are nested too deeply');
    const start = this.tokens.position;
    this.#depth++;
    try {
      const index = this.expressionIndex();
      if (index) return index;
      this.tokens.position = start;
      return this.filter();
    } finally {
      this.#depth--;
    }
  }

  /** Undefined when the brackets hold no expression. */
  private expressionIndex(): PathIndex | undefined {
    try {
      const index = this.plainIndex();
      return this.tokens.isSymbol(']') ? index : undefined;
    } catch (error) {
      if (error instanceof ExpressionSyntaxError) return undefined;
      throw error;
    }
  }

  private plainIndex(): PathIndex {
    const negative = this.tokens.isSymbol('-');
    const first = this.tokens.isSymbol(':') ? undefined : this.bound();
    if (this.tokens.isSymbol(':')) return { kind: 'slice', items: this.sliceRest(first) };
    if (!first || negative) throw this.tokens.unexpected(this.tokens.peek(), 'the ":" of a slice');
    const items = [first.node];
    while (this.tokens.accept(',')) items.push(this.rules.expression());
    return items.length > 1 ? { kind: 'union', items } : { kind: 'expression', node: first.node };
  }

  private bound(): NonNullable<SliceBound> {
    const negative = this.tokens.accept('-');
    return { node: this.rules.expression(), negative };
  }

  /**
   * Bounds behind the first one. The engine keeps only those that are written, except that `[a:]` and `[:b]` keep their
   * open side: so `[::2]` is index 2 and `[1::]` is index 1 (message-model 3.5 "not possible").
   */
  private sliceRest(first: SliceBound): SliceBound[] {
    const items: SliceBound[] = first ? [first] : [];
    let colons = 0;
    let bounds = items.length;
    while (colons < 2 && this.tokens.accept(':')) {
      colons++;
      if (this.tokens.isSymbol(':') || this.tokens.isSymbol(']')) continue;
      items.push(this.bound());
      bounds++;
    }
    if (colons + bounds !== 2) return items;
    if (!first) items.unshift(undefined);
    if (colons === 2 || first) items.push(undefined);
    return items;
  }

  private filter(): PathIndex {
    this.tokens.expect('(');
    const first = this.tokens.position;
    const parts: { text: string; node: Node }[] = [];
    while (!(this.tokens.isSymbol(')') && this.tokens.peek(1).text === ']')) {
      const start = this.tokens.position;
      const token = this.tokens.next();
      const node = token.kind === 'function' ? this.rules.call(token) : this.rules.access(token);
      if (node) parts.push({ text: this.tokens.textFrom(start), node });
      else if (!filterKinds.has(token.kind) && !(token.kind === 'symbol' && filterSymbols.has(token.text))) {
        throw this.tokens.error(`a filter cannot contain ${described(token)}`, filterHint, token);
      }
    }
    if (first === this.tokens.position) throw this.tokens.unexpected(this.tokens.peek(), 'a condition');
    const text = this.tokens.textFrom(first);
    this.tokens.next();
    return { kind: 'filter', text, parts };
  }
}
