import { showsContent } from '../configured.js';
import type { Variables } from '../template.js';
import { textOf } from '../value.js';
import { compare, matchers, type PatternOperator } from './compare.js';
import { type Comparison, ConditionSyntaxError, type Token, tokenize } from './tokens.js';

type Value = (variables: Variables) => unknown;

interface Expression {
  readonly value: Value;
  /** Known before there is a message. */
  readonly constant?: string | number | boolean | null;
}

/** A condition as a function over the variables. */
export interface CompiledCondition {
  /** Whether it looks at content of a message. */
  readonly contentAware: boolean;
  isTrue(variables: Variables): boolean;
}

/** How tightly an operator binds; `not` binds tighter than all of them (api-management 2.3). */
const binding = { comparison: 3, and: 2, or: 1 } as const;

/**
 * Compiles a condition to closures (api-management 2.3).
 * @throws ConditionSyntaxError saying what is wrong, and where in the text
 */
export function compileCondition(text: string): CompiledCondition {
  const parser = new Parser(tokenize(text));
  const { value } = parser.parse();
  return {
    contentAware: parser.variables.some(showsContent),
    isTrue: (variables) => isTrue(value(variables)),
  };
}

/** What a value means where a truth is asked for: `<Condition>servicecallout.Log-In.failed</Condition>`. */
function isTrue(value: unknown): boolean {
  return value === true || textOf(value)?.toLowerCase() === 'true';
}

/** A parser by operator precedence (Pratt). */
class Parser {
  readonly variables: string[] = [];
  #at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  parse(): Expression {
    const expression = this.#expression(0);
    const rest = this.#next();
    if (rest.kind === 'end') return expression;
    throw new ConditionSyntaxError(`"and" or "or" expected before ${describe(rest)}`, rest.at);
  }

  #expression(minimum: number): Expression {
    let left = this.#prefix();
    for (;;) {
      const token = this.#peek();
      const power = token.kind in binding ? binding[token.kind as keyof typeof binding] : 0;
      if (power <= minimum) return left;
      this.#next();
      left = this.#infix(left, token, power);
    }
  }

  #prefix(): Expression {
    const token = this.#next();
    switch (token.kind) {
      case '(': {
        const inner = this.#expression(0);
        const close = this.#next();
        if (close.kind === ')') return { value: inner.value };
        throw new ConditionSyntaxError(`")" expected before ${describe(close)}`, close.at);
      }
      case 'not': {
        const { value } = this.#expression(binding.comparison);
        return { value: (variables) => !isTrue(value(variables)) };
      }
      case 'string':
        return literal(token.text);
      case 'number':
        return literal(token.value);
      case 'true':
      case 'false':
        return literal(token.kind === 'true');
      case 'null':
        return literal(null);
      case 'name': {
        const { text } = token;
        this.variables.push(text);
        return { value: (variables) => variables.get(text) };
      }
      default:
        throw new ConditionSyntaxError(`a variable or a value expected before ${describe(token)}`, token.at);
    }
  }

  #infix(left: Expression, token: Token, power: number): Expression {
    if (token.kind === 'comparison') return this.#comparison(left, token.operator);
    const [one, other] = [left.value, this.#expression(power).value];
    return token.kind === 'and'
      ? { value: (variables) => isTrue(one(variables)) && isTrue(other(variables)) }
      : { value: (variables) => isTrue(one(variables)) || isTrue(other(variables)) };
  }

  #comparison(left: Expression, written: Comparison): Expression {
    // `is not null`: the word after `is` negates the comparison, not the value.
    const isNegated = written === '=' && this.#peek().kind === 'not';
    if (isNegated) this.#next();
    const operator = isNegated ? '!=' : written;
    const { at } = this.#peek();
    const right = this.#expression(binding.comparison);
    if (operator in matchers) return matching(left.value, operator as PatternOperator, right, at);
    const apply = compare[operator as keyof typeof compare];
    return { value: (variables) => apply(left.value(variables), right.value(variables)) };
  }

  #peek(): Token {
    return this.tokens[this.#at] as Token;
  }

  #next(): Token {
    const token = this.#peek();
    if (token.kind !== 'end') this.#at++;
    return token;
  }
}

function literal(constant: string | number | boolean | null): Expression {
  return { constant, value: () => constant };
}

/** A pattern that is written out is compiled once; one in a variable when it is there. */
function matching(left: Value, operator: PatternOperator, right: Expression, at: number): Expression {
  const compile = matchers[operator];
  if (typeof right.constant === 'string') {
    const matches = compileAt(() => compile(right.constant as string), at);
    return {
      value: (variables) => {
        const text = textOf(left(variables));
        return text !== undefined && matches(text);
      },
    };
  }
  return {
    value: (variables) => {
      const [text, pattern] = [textOf(left(variables)), textOf(right.value(variables))];
      return text !== undefined && pattern !== undefined && compile(pattern)(text);
    },
  };
}

function compileAt<Result>(compile: () => Result, at: number): Result {
  try {
    return compile();
  } catch (error) {
    throw new ConditionSyntaxError(`the pattern cannot be read: ${(error as Error).message}`, at);
  }
}

function describe(token: Token): string {
  switch (token.kind) {
    case 'end':
      return 'the end';
    case 'string':
      return `"${token.text}"`;
    case 'name':
      return token.text;
    case 'number':
      return String(token.value);
    case 'comparison':
      return token.spelling;
    default:
      return `"${token.kind}"`;
  }
}
