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
import { PathParser } from './path-parser.js';
import type { LookupSource, Node, Operator } from './syntax.js';
import type { Token, TokenKind } from './token.js';
import { described, TokenStream } from './token-stream.js';

const comparisons = new Set(['==', '!=', '<', '<=', '>', '>=']);
/** Functions whose result a path may go into; behind any other call a path means nothing (message-model 3.5). */
const navigable = new Set(['registry', 'object', 'array']);

/** Deeper nesting than this is refused rather than exhausting the stack. */
const deepest = 500;

/** More operators are refused before they could exhaust the stack. */
const mostOperators = 1000;

/**
 * Parses the inside of `${…}`.
 *
 * @throws ExpressionSyntaxError with the column in `source`
 */
export function parse(source: string): Node {
  return new Parser(new TokenStream(source)).whole();
}

class Parser {
  readonly #paths: PathParser;
  #depth = 0;
  #operators = 0;

  constructor(private readonly tokens: TokenStream) {
    this.#paths = new PathParser(tokens, {
      expression: () => this.expression(),
      call: (name) => this.call(name),
      access: (first) => this.access(first),
    });
  }

  whole(): Node {
    const node = this.expression();
    if (this.tokens.peek().kind === 'end') return node;
    const token = this.tokens.afterDot();
    const reason = token === this.tokens.peek() ? 'is not expected here' : 'cannot follow a dot';
    throw this.tokens.error(`${described(token)} ${reason}`, this.tokens.hintFor(token), token);
  }

  private expression(): Node {
    if (this.#depth === deepest) throw this.tokens.error(`the expression is nested deeper than ${deepest} levels`);
    this.#depth++;
    try {
      const condition = this.comparison();
      if (!this.tokens.accept('?')) return condition;
      const then = this.expression();
      this.tokens.expect(':');
      return { kind: 'conditional', condition, then, otherwise: this.expression() };
    } finally {
      this.#depth--;
    }
  }

  /** Takes an operator; each makes the compiled tree one deeper. */
  private operator(): string {
    if (++this.#operators > mostOperators)
      throw this.tokens.error(`the expression has more than ${mostOperators} operators`);
    return this.tokens.next().text;
  }

  private comparison(): Node {
    let node = this.logical();
    while (comparisons.has(this.tokens.peek().text)) {
      node = operation(this.operator(), node, this.logical());
    }
    return node;
  }

  private logical(): Node {
    const left = this.sum();
    const { kind } = this.tokens.peek();
    if (kind !== 'and' && kind !== 'or') return left;
    this.operator();
    return operation(kind, left, this.logical());
  }

  private sum(): Node {
    let node = this.product();
    while (this.tokens.isSymbol('+') || this.tokens.isSymbol('-'))
      node = operation(this.operator(), node, this.product());
    return node;
  }

  private product(): Node {
    let node = this.operand();
    while (this.tokens.isSymbol('*') || this.tokens.isSymbol('/') || this.tokens.isSymbol('%')) {
      node = operation(this.operator(), node, this.operand());
    }
    return node;
  }

  private operand(): Node {
    const token = this.tokens.next();
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
    const access = this.access(token);
    if (!access) throw this.tokens.unexpected(token, 'a value');
    return access;
  }

  private parenthesised(): Node {
    const node = this.expression();
    this.tokens.expect(')');
    return node;
  }

  /** `vars…`, `payload…`, `headers…`, `configs…`, `params…`, `props…`; undefined for another token. */
  private access(token: Token): Node | undefined {
    const first = this.tokens.position - 1;
    switch (token.kind) {
      case 'vars':
        this.#paths.variableName();
        return { kind: 'variable', path: this.#paths.path(first) };
      case 'payload':
        return { kind: 'payload', path: this.#paths.path(first) };
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
    const dot = this.tokens.peek();
    if (dot.text !== '.' || this.tokens.peek(1).kind !== kind) throw this.tokens.unexpected(dot, expected);
    this.tokens.next();
    return this.tokens.next().text as LookupSource;
  }

  private lookup(source: LookupSource): Node {
    if (this.tokens.isDottedName()) {
      this.tokens.next();
      return { kind: 'lookup', source, name: this.tokens.next().text };
    }
    return { kind: 'lookup', source, name: this.#paths.bracketedName() };
  }

  private call(name: Token): Node {
    this.tokens.expect('(');
    const args = this.list(')');
    if (this.tokens.isSymbol('.') && this.tokens.peek(1).kind === 'secondary' && this.tokens.peek(2).text === '(') {
      return this.propertyCall(name, args);
    }
    const first = this.tokens.position;
    const path = this.#paths.path(first);
    if (first === this.tokens.position || !navigable.has(name.text)) return { kind: 'call', name: name.text, args };
    return { kind: 'call', name: name.text, args, path };
  }

  /** `registry(x).property(y)`, the same as `registry(x, y)`; ignored behind functions that cannot be navigated. */
  private propertyCall(name: Token, args: Node[]): Node {
    this.tokens.skip(3);
    const [property] = this.list(')');
    if (!navigable.has(name.text)) return { kind: 'call', name: name.text, args };
    if (name.text !== 'registry' || !property) {
      throw this.tokens.error('.property("name") belongs behind registry("path")', undefined, name);
    }
    return { kind: 'call', name: name.text, args: [...args, property] };
  }

  private list(close: ')' | ']'): Node[] {
    const items: Node[] = [];
    if (this.tokens.accept(close)) return items;
    do items.push(this.expression());
    while (this.tokens.accept(','));
    this.tokens.expect(close);
    return items;
  }
}

function operation(operator: string, left: Node, right: Node): Node {
  return { kind: 'operation', operator: operator as Operator, left, right };
}
