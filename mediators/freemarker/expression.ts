import { spend } from '../../runtime/limit/time-limit.js';
import { builtin } from './builtins.js';
import { syntaxError } from './error.js';
import { type Token, tokens, unquoted } from './lexer.js';
import { booleanOf, memberOf, numberOf, textOf } from './model.js';
import { called, compare, equal, indexed, plus, range } from './operations.js';
import { type Evaluate, type Scope, valueOrMissing } from './scope.js';

/** Compiles the expression at `start`–`end` of a template. `interpolate` fills `${…}` inside string literals. */
export function compileExpression(template: string, start: number, end: number, interpolate: Interpolate): Evaluate {
  const parser = new Parser(template, tokens(template, start, end), interpolate);
  const evaluate = parser.expression();
  parser.expect('end', '');
  return evaluate;
}

/** Compiles a text with interpolations to its filled form. */
export type Interpolate = (text: string) => (scope: Scope) => string;

const comparisons: Record<string, (order: number) => boolean> = {
  '<': (order) => order < 0,
  lt: (order) => order < 0,
  '<=': (order) => order <= 0,
  lte: (order) => order <= 0,
  '>': (order) => order > 0,
  gt: (order) => order > 0,
  '>=': (order) => order >= 0,
  gte: (order) => order >= 0,
};

const arithmetic: Record<string, (left: number, right: number) => number> = {
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => Math.trunc(left) % Math.trunc(right),
};

/** Recursive descent in FreeMarker's precedence: postfix, unary, multiplicative, additive, range, relational … or. */
export class Parser {
  #index = 0;

  constructor(
    private readonly template: string,
    private readonly list: readonly Token[],
    private readonly interpolate: Interpolate,
  ) {}

  expression(): Evaluate {
    let left = this.#and();
    while (this.#takes('||', '|')) {
      const [first, second] = [left, this.#and()];
      left = (scope) => booleanOf(first(scope), 'left of ||') || booleanOf(second(scope), 'right of ||');
    }
    return left;
  }

  expect(kind: Token['kind'], text: string): Token {
    const token = this.#next();
    if (token.kind === kind && (text === '' || token.text === text)) return token;
    throw syntaxError(`Expected ${text || kind}, found ${token.text || 'the end'}`, this.template, token.offset);
  }

  get atEnd(): boolean {
    return this.#peek().kind === 'end';
  }

  /** Whether the next token is that one; it is taken then. */
  takes(text: string): boolean {
    return this.#takes(text) !== undefined;
  }

  #and(): Evaluate {
    let left = this.#equality();
    while (this.#takes('&&', '&')) {
      const [first, second] = [left, this.#equality()];
      left = (scope) => booleanOf(first(scope), 'left of &&') && booleanOf(second(scope), 'right of &&');
    }
    return left;
  }

  #equality(): Evaluate {
    const left = this.#relational();
    const operator = this.#takes('==', '=', '!=');
    if (!operator) return left;
    const right = this.#relational();
    return (scope) => equal(left(scope), right(scope)) === (operator !== '!=');
  }

  #relational(): Evaluate {
    const left = this.#range();
    const operator = this.#takes(...Object.keys(comparisons));
    if (!operator) return left;
    const right = this.#range();
    const test = comparisons[operator] as (order: number) => boolean;
    return (scope) => test(compare(left(scope), right(scope)));
  }

  #range(): Evaluate {
    const left = this.#additive();
    const operator = this.#takes('..', '..<', '..!', '..*');
    if (!operator) return left;
    const right = this.#additive();
    return (scope) => range(numberOf(left(scope), 'range'), numberOf(right(scope), 'range'), operator);
  }

  #additive(): Evaluate {
    let left = this.#multiplicative();
    for (let operator = this.#takes('+', '-'); operator; operator = this.#takes('+', '-')) {
      const [first, second] = [left, this.#multiplicative()];
      left = operator === '+' ? (scope) => plus(first(scope), second(scope)) : calculate('-', first, second);
    }
    return left;
  }

  #multiplicative(): Evaluate {
    let left = this.#unary();
    for (let operator = this.#takes('*', '/', '%'); operator; operator = this.#takes('*', '/', '%')) {
      left = calculate(operator, left, this.#unary());
    }
    return left;
  }

  #unary(): Evaluate {
    const operator = this.#takes('!', '-', '+');
    if (!operator) return this.#postfix();
    const operand = this.#unary();
    if (operator === '!') return (scope) => !booleanOf(operand(scope), 'operand of !');
    return (scope) => (operator === '-' ? -1 : 1) * numberOf(operand(scope), `operand of ${operator}`);
  }

  #postfix(): Evaluate {
    const start = this.#peek().offset;
    let value = this.#primary();
    for (;;) {
      const source = this.template.slice(start, this.#peek().offset).trim();
      const operator = this.#takes('.', '[', '(', '??', '?', '!');
      if (!operator) return value;
      value = this.#apply(operator, value, source);
    }
  }

  #apply(operator: string, value: Evaluate, source: string): Evaluate {
    switch (operator) {
      case '.': {
        const name = this.#next().text;
        return (scope) => memberOf(value(scope), name, source);
      }
      case '[': {
        const key = this.expression();
        this.expect('symbol', ']');
        return (scope) => indexed(value(scope), key(scope), source);
      }
      case '(': {
        const values = this.#list(')');
        return (scope) =>
          called(
            value(scope),
            values.map((one) => one(scope)),
            source,
          );
      }
      case '??':
        return (scope) => valueOrMissing(value, scope) !== undefined;
      case '?':
        return builtin(this.expect('name', '').text, value, source, (name) => this.#unknownBuiltin(name));
      default: {
        const fallback = this.#startsOperand() ? this.#unary() : () => '';
        return (scope) => valueOrMissing(value, scope) ?? fallback(scope);
      }
    }
  }

  #unknownBuiltin(name: string): never {
    throw syntaxError(`The built-in ?${name} is not known`, this.template, this.#peek().offset);
  }

  /** Whether a default value follows `!`. */
  #startsOperand(): boolean {
    const { kind, text } = this.#peek();
    if (kind === 'name') return !['as', 'gt', 'gte', 'lt', 'lte', 'in', 'using'].includes(text);
    return (
      kind === 'number' || kind === 'string' || kind === 'raw' || (kind === 'symbol' && ['(', '[', '{'].includes(text))
    );
  }

  #primary(): Evaluate {
    const token = this.#next();
    switch (token.kind) {
      case 'number': {
        const number = Number(token.text);
        return () => number;
      }
      case 'raw':
        return () => token.text;
      case 'string':
        return this.interpolate(unquoted(token.text));
      case 'name':
        return this.#name(token.text);
      default:
        return this.#bracketed(token);
    }
  }

  #name(name: string): Evaluate {
    if (name === 'true' || name === 'false') return () => name === 'true';
    if (this.takes('->')) {
      const body = this.expression();
      return (scope) => (value) => {
        spend(1);
        return body(scope.with(name, value));
      };
    }
    return (scope) => scope.get(name);
  }

  #bracketed(token: Token): Evaluate {
    if (token.text === '(') {
      const inner = this.expression();
      this.expect('symbol', ')');
      return inner;
    }
    if (token.text === '[') {
      const items = this.#list(']');
      return (scope) => items.flatMap((item) => [item(scope)]);
    }
    if (token.text === '{') return this.#hash();
    throw syntaxError(`Unexpected ${token.text || 'end'}`, this.template, token.offset);
  }

  #hash(): Evaluate {
    const members: [Evaluate, Evaluate][] = [];
    while (!this.takes('}')) {
      const key = this.expression();
      if (!this.takes(':')) this.expect('symbol', ',');
      members.push([key, this.expression()]);
      this.takes(',');
    }
    return (scope) => new Map(members.map(([key, value]) => [textOf(key(scope), 'key'), value(scope)]));
  }

  #list(close: string): Evaluate[] {
    const items: Evaluate[] = [];
    while (!this.takes(close)) {
      items.push(this.expression());
      if (this.#peek().text !== close) this.expect('symbol', ',');
    }
    return items;
  }

  #takes(...texts: string[]): string | undefined {
    const { kind, text } = this.#peek();
    if ((kind !== 'symbol' && kind !== 'name') || !texts.includes(text)) return undefined;
    this.#index++;
    return text;
  }

  #peek(): Token {
    return this.list[this.#index] as Token;
  }

  #next(): Token {
    const token = this.#peek();
    if (token.kind !== 'end') this.#index++;
    return token;
  }
}

function calculate(operator: string, left: Evaluate, right: Evaluate): Evaluate {
  const apply = arithmetic[operator] as (left: number, right: number) => number;
  return (scope) => apply(numberOf(left(scope), `left of ${operator}`), numberOf(right(scope), `right of ${operator}`));
}
