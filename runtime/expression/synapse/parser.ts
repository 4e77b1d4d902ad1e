/**
 * Parser of Synapse Expressions (message-model 3.5): recursive descent, one method a level of precedence.
 *
 * Why not a table of binding powers: the levels do not differ by a number only. From loosest to tightest they are the
 * conditional (right-associative), comparison (a left-associative chain), `and`/`or` (one level, right-associative,
 * *tighter* than comparison), `+ -`, `* / %`, and the operand. A method for each says that plainly, and bracket
 * contents, slices and filters need grammar rules of their own anyway.
 *
 * JSONPath is not parsed here: a path is kept as text with the parts in it that are expressions (see PathSyntax).
 */
import { ExpressionSyntaxError } from '../expression.js';
import type { LookupSource, Node, Operator, PathIndex, PathSyntax, SliceBound } from './syntax.js';
import { type Token, type TokenKind, tokenize } from './token.js';

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

const comparisons = new Set(['==', '!=', '<', '<=', '>', '>=']);
/** Functions whose result a path may go into; behind any other call a path means nothing (message-model 3.5). */
const navigable = new Set(['registry', 'object', 'array']);

/** Deeper nesting than this is refused rather than exhausting the stack. */
const deepest = 500;

/**
 * Parses the inside of `${…}`.
 *
 * @throws ExpressionSyntaxError with the column in `source`
 */
export function parse(source: string): Node {
  return new Parser(tokenize(source)).whole();
}

class Parser {
  #position = 0;
  #depth = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  whole(): Node {
    const node = this.expression();
    const token = this.peek();
    if (token.kind !== 'end') throw this.error(`unexpected ${described(token)} behind the expression`, hintFor(token));
    return node;
  }

  private expression(): Node {
    if (++this.#depth > deepest) throw this.error(`the expression is nested deeper than ${deepest} levels`);
    const condition = this.comparison();
    let node = condition;
    if (this.accept('?')) {
      const then = this.expression();
      this.expect(':');
      node = { kind: 'conditional', condition, then, otherwise: this.expression() };
    }
    this.#depth--;
    return node;
  }

  private comparison(): Node {
    let node = this.logical();
    while (comparisons.has(this.peek().text)) {
      node = operation(this.next().text, node, this.logical());
    }
    return node;
  }

  private logical(): Node {
    const left = this.sum();
    const { kind } = this.peek();
    if (kind !== 'and' && kind !== 'or') return left;
    this.next();
    return operation(kind, left, this.logical());
  }

  private sum(): Node {
    let node = this.product();
    while (this.isSymbol('+') || this.isSymbol('-')) node = operation(this.next().text, node, this.product());
    return node;
  }

  private product(): Node {
    let node = this.operand();
    while (this.isSymbol('*') || this.isSymbol('/') || this.isSymbol('%')) {
      node = operation(this.next().text, node, this.operand());
    }
    return node;
  }

  private operand(): Node {
    const token = this.next();
    switch (token.kind) {
      case 'number':
      case 'string':
        return { kind: token.kind, text: token.text };
      case 'boolean':
        return { kind: 'boolean', value: token.text === 'true' };
      case 'null':
        return { kind: 'null' };
      case 'function':
        return this.call(token);
      case 'symbol':
        if (token.text === '[') return { kind: 'array', items: this.list(']') };
        if (token.text === '(') return this.parenthesised();
        break;
    }
    return this.access(token) ?? this.fail(token, 'a value');
  }

  private parenthesised(): Node {
    const node = this.expression();
    this.expect(')');
    return node;
  }

  /** `vars…`, `payload…`, `headers…`, `configs…`, `params…`, `props…`; undefined for another token. */
  private access(token: Token): Node | undefined {
    const first = this.#position - 1;
    switch (token.kind) {
      case 'vars':
        this.variableName();
        return { kind: 'variable', path: this.path(first) };
      case 'payload':
        return { kind: 'payload', path: this.path(first) };
      case 'headers':
      case 'configs':
        return this.lookup(token.kind);
      case 'params':
        return this.lookup(this.scope('parameters', '".queryParams", ".pathParams" or ".functionParams"'));
      case 'props':
        return this.lookup(this.scope('scope', '".synapse" or ".axis2"'));
      default:
        return undefined;
    }
  }

  private scope(kind: TokenKind, expected: string): LookupSource {
    const dot = this.peek();
    if (dot.text !== '.' || this.peek(1).kind !== kind) throw this.unexpected(dot, expected);
    this.next();
    return this.next().text as LookupSource;
  }

  private lookup(source: LookupSource): Node {
    if (this.isDottedName()) {
      this.next();
      return { kind: 'lookup', source, name: this.next().text };
    }
    return { kind: 'lookup', source, name: this.bracketedName() };
  }

  private bracketedName(): string {
    if (this.isSymbol('.') && this.peek(1).text === '[') this.next();
    else if (!this.isSymbol('[')) throw this.unexpected(this.afterDot(), 'a name behind a dot or in brackets');
    this.expect('[');
    const name = this.next();
    if (name.kind !== 'string') throw this.unexpected(name, 'a name in quotes');
    this.expect(']');
    return name.text;
  }

  private variableName(): void {
    if (this.isDottedName() || (this.isSymbol('.') && this.peek(1).kind === 'string')) {
      this.next();
      this.next();
    } else this.bracketedName();
  }

  /** The rest of a path whose first token is at `first`. */
  private path(first: number): PathSyntax {
    const parts: { text: string; index: PathIndex }[] = [];
    while (this.step(parts));
    return { text: this.textFrom(first), parts };
  }

  private step(parts: { text: string; index: PathIndex }[]): boolean {
    const token = this.peek();
    const following = this.peek(1);
    if (token.text === '[' && token.kind === 'symbol') return this.bracket(parts);
    if (token.text === '..' && (following.text === '*' || following.kind === 'name')) return this.skip(2);
    if (token.text !== '.' || token.kind !== 'symbol') return false;
    if (following.text === '[') return this.skip(1) && this.bracket(parts);
    if (this.isDottedName() || following.text === '*' || following.kind === 'pathFunction') return this.skip(2);
    return false;
  }

  private bracket(parts: { text: string; index: PathIndex }[]): boolean {
    this.expect('[');
    const first = this.#position;
    const index = this.index();
    if (index) parts.push({ text: this.textFrom(first), index });
    this.expect(']');
    return true;
  }

  /** Bracket contents; undefined for `*`, which is not evaluated. */
  private index(): PathIndex | undefined {
    if (this.isSymbol('*') && this.peek(1).text === ']') {
      this.next();
      return undefined;
    }
    if (this.isSymbol('?')) {
      this.next();
      return this.filter();
    }
    if (!this.isSymbol('(')) return this.plainIndex();
    // `[(…)]` is an expression where it reads as one, else a filter without its question mark.
    const start = this.#position;
    const depth = this.#depth;
    try {
      const index = this.plainIndex();
      if (this.isSymbol(']')) return index;
    } catch (error) {
      if (!(error instanceof ExpressionSyntaxError)) throw error;
    }
    this.#position = start;
    this.#depth = depth;
    return this.filter();
  }

  private plainIndex(): PathIndex {
    const negative = this.isSymbol('-');
    const first = this.isSymbol(':') ? undefined : this.bound();
    if (this.isSymbol(':')) return { kind: 'slice', items: this.sliceRest(first) };
    if (!first || negative) throw this.unexpected(this.peek(), 'the ":" of a slice');
    const items = [first.node];
    while (this.accept(',')) items.push(this.expression());
    return items.length > 1 ? { kind: 'union', items } : { kind: 'expression', node: first.node };
  }

  private bound(): NonNullable<SliceBound> {
    const negative = this.accept('-');
    return { node: this.expression(), negative };
  }

  /**
   * Bounds behind the first one. The engine keeps only those that are written, except that `[a:]` and `[:b]` keep their
   * open side: so `[::2]` is index 2 and `[1::]` is index 1 (message-model 3.5 "not possible").
   */
  private sliceRest(first: SliceBound): SliceBound[] {
    const items: SliceBound[] = first ? [first] : [];
    let colons = 0;
    let bounds = items.length;
    while (colons < 2 && this.accept(':')) {
      colons++;
      if (this.isSymbol(':') || this.isSymbol(']')) continue;
      items.push(this.bound());
      bounds++;
    }
    if (colons + bounds !== 2) return items;
    if (!first) items.unshift(undefined);
    if (colons === 2 || first) items.push(undefined);
    return items;
  }

  private filter(): PathIndex {
    this.expect('(');
    const first = this.#position;
    const parts: { text: string; node: Node }[] = [];
    while (!(this.isSymbol(')') && this.peek(1).text === ']')) {
      const start = this.#position;
      const token = this.next();
      const node = token.kind === 'function' ? this.call(token) : this.access(token);
      if (node) parts.push({ text: this.textFrom(start), node });
      else if (!filterKinds.has(token.kind) && !(token.kind === 'symbol' && filterSymbols.has(token.text))) {
        throw this.error(`a filter cannot contain ${described(token)}`, undefined, token);
      }
    }
    if (first === this.#position) throw this.unexpected(this.peek(), 'a condition');
    const text = this.textFrom(first);
    this.next();
    return { kind: 'filter', text, parts };
  }

  private call(name: Token): Node {
    this.expect('(');
    const args = this.list(')');
    if (this.isSymbol('.') && this.peek(1).kind === 'secondary' && this.peek(2).text === '(') {
      return this.propertyCall(name, args);
    }
    const first = this.#position;
    const path = this.path(first);
    if (first === this.#position || !navigable.has(name.text)) return { kind: 'call', name: name.text, args };
    return { kind: 'call', name: name.text, args, path };
  }

  /** `registry(x).property(y)`, the same as `registry(x, y)`; ignored behind functions that cannot be navigated. */
  private propertyCall(name: Token, args: Node[]): Node {
    this.skip(3);
    const [property] = this.list(')');
    if (!navigable.has(name.text)) return { kind: 'call', name: name.text, args };
    if (name.text !== 'registry' || !property) {
      throw this.error('.property("name") belongs behind registry("path")', undefined, name);
    }
    return { kind: 'call', name: name.text, args: [...args, property] };
  }

  private list(close: ')' | ']'): Node[] {
    const items: Node[] = [];
    if (this.accept(close)) return items;
    do items.push(this.expression());
    while (this.accept(','));
    this.expect(close);
    return items;
  }

  private isDottedName(): boolean {
    if (!this.isSymbol('.')) return false;
    const { kind } = this.peek(1);
    return kind === 'name' || dottedKeywords.has(kind);
  }

  private textFrom(first: number): string {
    let text = '';
    for (let at = first; at < this.#position; at++) text += this.tokens[at]?.text ?? '';
    return text;
  }

  private peek(ahead = 0): Token {
    const token = this.tokens[Math.min(this.#position + ahead, this.tokens.length - 1)];
    if (!token) throw new RangeError('a token list ends with its end');
    return token;
  }

  private next(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.#position++;
    return token;
  }

  private skip(count: number): true {
    this.#position += count;
    return true;
  }

  private isSymbol(text: string): boolean {
    const token = this.peek();
    return token.text === text && token.kind === 'symbol';
  }

  private accept(text: string): boolean {
    return this.isSymbol(text) && this.skip(1);
  }

  private expect(text: string): void {
    if (!this.accept(text)) throw this.unexpected(this.afterDot(), `"${text}"`);
  }

  /** The token to blame: behind a dot that nothing can follow, what stands there. */
  private afterDot(): Token {
    const token = this.peek();
    return token.text === '.' ? this.peek(1) : token;
  }

  private fail(token: Token, expected: string): never {
    throw this.unexpected(token, expected);
  }

  private unexpected(token: Token, expected: string): ExpressionSyntaxError {
    return this.error(`expected ${expected}, found ${described(token)}`, hintFor(token), token);
  }

  private error(message: string, hint?: string, token: Token = this.peek()): ExpressionSyntaxError {
    return new ExpressionSyntaxError(message, token.offset + 1, hint);
  }
}

function operation(operator: string, left: Node, right: Node): Node {
  return { kind: 'operation', operator: operator as Operator, left, right };
}

const described = (token: Token): string => (token.kind === 'end' ? 'the end of the expression' : `"${token.text}"`);

function hintFor(token: Token): string | undefined {
  switch (token.kind) {
    case 'number':
      return token.text.startsWith('-') ? `put a blank behind the minus: "- ${token.text.slice(1)}"` : undefined;
    case 'filterWord':
    case 'and':
    case 'or':
    case 'boolean':
    case 'null':
      return `"${token.text}" is a reserved word; as a name it is written ["${token.text}"]`;
    case 'name':
      return 'values are payload, vars, headers, props, params, configs, literals and function calls; texts need quotes';
    case 'quote':
      return `a string ends with the quote it began with, and \\ may stand only before b t n f r " ' \\ / or a character code`;
    case 'symbol':
      if (token.text === '!') return 'write not(…)';
      if (token.text === '-') return 'a minus is an operator between two values or part of a number: "-1 * x"';
      return undefined;
    default:
      return undefined;
  }
}
