import { ExpressionSyntaxError } from '../expression.js';
import { hintForToken } from './hints.js';
import {
  type Axis,
  axes,
  type NodeTest,
  type Operator,
  type PathTree,
  type StepTree,
  type XPathTree,
} from './syntax.js';
import { type Token, tokenize } from './tokens.js';

/**
 * A recursive-descent parser of XPath 1.0 with the reference engine's liberties (jaxen): blanks anywhere between tokens
 * (`$ctx: s`, `count (a)`), a prefix without a local name, unknown functions. It exists because problems have to name
 * their column, and because the parser of the `xpath` package refuses `concat(a, *)`, `count (a)` and `1.`.
 */

/** Operators by rising precedence; all are left-associative. */
const levels: readonly (readonly Operator[])[] = [
  ['or'],
  ['and'],
  ['=', '!='],
  ['<', '<=', '>', '>='],
  ['+', '-'],
  ['*', 'div', 'mod'],
];

/** Deeper nesting is refused before it could exhaust the stack. */
const depthLimit = 400;

/** More operators are refused: each makes the compiled tree one deeper. */
const operatorLimit = 1000;

const nodeTypes = new Set(['node', 'text', 'comment', 'processing-instruction']);
const anyNode: StepTree = { axis: 'descendant-or-self', test: { type: 'node' }, predicates: [] };

/** @throws ExpressionSyntaxError with the column where the expression stops making sense. */
export function parseXPath(text: string): XPathTree {
  return new Parser(tokenize(text)).whole();
}

class Parser {
  #at = 0;
  #depth = 0;
  #operators = 0;

  constructor(readonly tokens: readonly Token[]) {}

  whole(): XPathTree {
    const tree = this.#expression();
    if (this.#token.type !== 'end') throw this.#unexpected();
    return tree;
  }

  #expression(): XPathTree {
    if (++this.#depth > depthLimit)
      throw this.#error(`the XPath expression is nested deeper than ${depthLimit} levels`);
    const tree = this.#binary(0);
    this.#depth--;
    return tree;
  }

  #binary(level: number): XPathTree {
    const operators = levels[level];
    if (!operators) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const operator = operators.find((one) => this.#isOperator(one));
      if (!operator) return left;
      this.#passOperator();
      left = { type: 'binary', operator, left, right: this.#binary(level + 1) };
    }
  }

  #passOperator(): void {
    if (++this.#operators > operatorLimit)
      throw this.#error(`the XPath expression has more than ${operatorLimit} operators`);
    this.#at++;
  }

  #unary(): XPathTree {
    let negations = 0;
    while (this.#isOperator('-')) {
      this.#passOperator();
      negations++;
    }
    let tree = this.#union();
    for (; negations > 0; negations--) tree = { type: 'negate', operand: tree };
    return tree;
  }

  #union(): XPathTree {
    let left = this.#path();
    while (this.#isOperator('|')) {
      this.#passOperator();
      left = { type: 'binary', operator: '|', left, right: this.#path() };
    }
    return left;
  }

  #path(): XPathTree {
    if (this.#isSymbol('/') || this.#isSymbol('//')) return this.#locationPath(undefined, true);
    if (this.#startsStep() && !this.#startsCall()) return this.#locationPath(undefined, false);
    const start = this.#token;
    const base = this.#filter();
    if (!this.#isSymbol('/') && !this.#isSymbol('//')) return base;
    if (start.type === 'number' || start.type === 'literal') {
      throw this.#error('a path can follow nodes only, not a number or a text');
    }
    return this.#locationPath(base, false);
  }

  #filter(): XPathTree {
    const base = this.#primary();
    const predicates = this.#predicates();
    return predicates.length === 0 ? base : { type: 'filter', base, predicates };
  }

  #primary(): XPathTree {
    const token = this.#token;
    if (token.type === 'number') {
      this.#at++;
      return { type: 'number', value: Number(token.text) };
    }
    if (token.type === 'literal') {
      this.#at++;
      return { type: 'literal', value: token.text };
    }
    if (this.#isSymbol('$')) return this.#variable();
    if (this.#isSymbol('(')) {
      this.#at++;
      const tree = this.#expression();
      this.#expect(')');
      return tree;
    }
    if (this.#startsCall()) return this.#call();
    throw this.#unexpected();
  }

  #variable(): XPathTree {
    const { at } = this.#token;
    this.#at++;
    const first = this.#name('the name of a variable');
    if (!this.#isSymbol(':')) return { type: 'variable', at, prefix: '', name: first };
    this.#at++;
    return { type: 'variable', at, prefix: first, name: this.#name('the name of a variable') };
  }

  #call(): XPathTree {
    const { at } = this.#token;
    let name = this.#name('a function name');
    let prefix = '';
    if (this.#isSymbol(':')) {
      this.#at++;
      prefix = name;
      name = this.#name('a function name');
    }
    this.#expect('(');
    const args: XPathTree[] = [];
    if (!this.#isSymbol(')')) {
      args.push(this.#expression());
      while (this.#isSymbol(',')) {
        this.#at++;
        args.push(this.#expression());
      }
    }
    this.#expect(')');
    return { type: 'call', at, prefix, name, args };
  }

  #locationPath(base: XPathTree | undefined, absolute: boolean): PathTree {
    const steps: StepTree[] = [];
    if (!absolute && !base) steps.push(this.#step());
    else if (absolute && this.#isSymbol('/') && !this.#startsStep(1)) {
      this.#at++;
      return { type: 'path', base, absolute, steps };
    }
    while (this.#isSymbol('/') || this.#isSymbol('//')) {
      if (this.#isSymbol('//')) steps.push(anyNode);
      this.#at++;
      if (!this.#startsStep()) throw this.#error('a location path cannot end with "/"');
      steps.push(this.#step());
    }
    return { type: 'path', base, absolute, steps };
  }

  #step(): StepTree {
    if (this.#isSymbol('.') || this.#isSymbol('..')) {
      const axis = this.#isSymbol('.') ? 'self' : 'parent';
      this.#at++;
      return { axis, test: { type: 'node' }, predicates: [] };
    }
    const axis = this.#axis();
    const test = this.#nodeTest();
    return { axis, test, predicates: this.#predicates() };
  }

  #axis(): Axis {
    if (this.#isSymbol('@')) {
      this.#at++;
      return 'attribute';
    }
    if (!this.#isSymbol('::', 1)) return 'child';
    const axis = axes.find((one) => one === this.#token.text);
    if (!axis) {
      throw new ExpressionSyntaxError(
        `unknown axis "${this.#token.text}"`,
        this.#token.at + 1,
        `use one of: ${axes.join(', ')}`,
      );
    }
    this.#at += 2;
    return axis;
  }

  #nodeTest(): NodeTest {
    const { at } = this.#token;
    if (this.#isSymbol('*')) {
      this.#at++;
      return { type: 'name', at, prefix: '', local: '*' };
    }
    if (this.#token.type !== 'name') throw this.#error('expected the name of an element or attribute, or *');
    if (this.#isSymbol('(', 1) && nodeTypes.has(this.#token.text)) return this.#nodeType();
    const name = this.#name('a name');
    if (!this.#isSymbol(':')) return { type: 'name', at, prefix: '', local: name };
    this.#at++;
    if (this.#isSymbol('*')) {
      this.#at++;
      return { type: 'name', at, prefix: name, local: '*' };
    }
    return { type: 'name', at, prefix: name, local: this.#token.type === 'name' ? this.#name('a name') : '' };
  }

  #nodeType(): NodeTest {
    const type = this.#name('a node type');
    this.#expect('(');
    const target = type === 'processing-instruction' && this.#token.type === 'literal' ? this.#token.text : undefined;
    if (target !== undefined) this.#at++;
    this.#expect(')');
    if (type === 'processing-instruction') return { type: 'instruction', target };
    return { type: type as 'node' | 'text' | 'comment' };
  }

  #predicates(): XPathTree[] {
    const found: XPathTree[] = [];
    while (this.#isSymbol('[')) {
      this.#at++;
      found.push(this.#expression());
      this.#expect(']');
    }
    return found;
  }

  get #token(): Token {
    return this.tokens[this.#at] as Token;
  }

  #isSymbol(text: string, ahead = 0): boolean {
    const token = this.tokens[this.#at + ahead];
    return token?.type === 'symbol' && token.text === text;
  }

  #isOperator(text: string): boolean {
    return this.#token.type === 'operator' && this.#token.text === text;
  }

  #startsStep(ahead = 0): boolean {
    const token = this.tokens[this.#at + ahead];
    return token?.type === 'name' || (token?.type === 'symbol' && ['.', '..', '@', '*'].includes(token.text));
  }

  #startsCall(): boolean {
    if (this.#token.type !== 'name') return false;
    if (this.#isSymbol('(', 1)) return !nodeTypes.has(this.#token.text);
    return this.#isSymbol(':', 1) && this.tokens[this.#at + 2]?.type === 'name' && this.#isSymbol('(', 3);
  }

  #name(what: string): string {
    const token = this.#token;
    if (token.type !== 'name') throw this.#error(`expected ${what}`);
    this.#at++;
    return token.text;
  }

  #expect(symbol: string): void {
    if (!this.#isSymbol(symbol)) throw this.#unexpected(`expected "${symbol}"`);
    this.#at++;
  }

  #unexpected(expected?: string): ExpressionSyntaxError {
    const { type, text } = this.#token;
    const found =
      type === 'end' ? 'the XPath expression ends too early' : `unexpected "${text}" in the XPath expression`;
    return this.#error(found, expected ?? hintForToken(this.#token, this.tokens[this.#at - 1]));
  }

  #error(message: string, hint?: string): ExpressionSyntaxError {
    return new ExpressionSyntaxError(message, this.#token.at + 1, hint);
  }
}
