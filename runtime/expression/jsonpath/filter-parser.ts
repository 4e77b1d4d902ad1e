import { ExpressionSyntaxError, withinText } from '../expression.js';
import {
  type FilterContext,
  type FilterPath,
  type FilterPathCompiler,
  type FilterTest,
  type FilterValue,
  operandOf,
  operators,
} from './filter.js';
import { LiteralError, readLiteral } from './filter-literal.js';
import { PathText } from './path-text.js';

/** An operand: a path, or a value that is the same for every item. */
type Operand =
  | { readonly path: FilterPath; readonly isNegated: boolean }
  | { readonly value: (context: FilterContext) => FilterValue };

const isOperatorCharacter = (character: string) => '<>=~!'.includes(character);

/**
 * Parses a filter, `[?(…)]` with its brackets, into a test (message-model 3.4.1 "Filters"). Comparison operators,
 * `&& || !` and parentheses; the words `and` and `or`, `%` and arithmetic are refused.
 *
 * @throws ExpressionSyntaxError with the column counted from `offset` characters before the filter
 */
export class FilterParser {
  private readonly filter: PathText;

  constructor(
    text: string,
    private readonly offset: number,
    private readonly compilePath: FilterPathCompiler,
  ) {
    const filter = new PathText(text);
    filter.position++;
    filter.last--;
    filter.trim();
    filter.position++;
    filter.trim();
    this.filter = filter;
  }

  parse(): FilterTest {
    return withinText(this.offset, () => {
      const test = this.disjunction();
      this.filter.skipBlanks();
      if (this.filter.inBounds) this.filter.fail(`Expected end of filter instead of ${this.filter.current}`);
      return test;
    });
  }

  private disjunction(): FilterTest {
    const tests = this.chain('||', () => this.conjunction());
    const [first] = tests;
    return tests.length === 1 && first ? first : (context) => tests.some((test) => test(context));
  }

  private conjunction(): FilterTest {
    const tests = this.chain('&&', () => this.negation());
    const [first] = tests;
    return tests.length === 1 && first ? first : (context) => tests.every((test) => test(context));
  }

  private chain(sign: string, next: () => FilterTest): FilterTest[] {
    const tests = [next()];
    while (this.takeSign(sign)) tests.push(next());
    return tests;
  }

  private takeSign(sign: string): boolean {
    const { filter } = this;
    const before = filter.position;
    filter.skipBlanks();
    const end = filter.position + sign.length;
    if (filter.contains(end - 1) && filter.slice(filter.position, end) === sign) {
      filter.position = end;
      return true;
    }
    filter.position = before;
    return false;
  }

  private negation(): FilterTest {
    const { filter } = this;
    const before = filter.skipBlanks().position;
    if (filter.is('!')) {
      filter.position++;
      if (!'$@'.includes(filter.skipBlanks().current)) {
        const negated = this.negation();
        return (context) => !negated(context);
      }
      // `!@.a` is an existence check of its own.
      filter.position = before;
    }
    if (!filter.skipBlanks().is('(')) return this.comparison();
    filter.position++;
    const inner = this.disjunction();
    if (!filter.skipBlanks().is(')')) filter.fail('Expected character: )');
    filter.position++;
    return inner;
  }

  /** A comparison; a path that no comparison follows is an existence check. */
  private comparison(): FilterTest {
    const left = this.operand();
    const before = this.filter.position;
    const operator = this.operator();
    if (operator) {
      const right = this.tryOperand();
      if (right) {
        const leftValue = readerOf(left);
        const rightValue = readerOf(right);
        return (context) => operator(leftValue(context), rightValue(context));
      }
    }
    this.filter.position = before;
    if (!('path' in left)) return this.filter.fail('Expected path node');
    const { path, isNegated } = left;
    return ({ item, root }) => path.exists(item, root) !== isNegated;
  }

  private operator() {
    const { filter } = this;
    const start = filter.skipBlanks().position;
    const isSign = isOperatorCharacter(filter.current);
    while (filter.inBounds && (isSign ? isOperatorCharacter(filter.current) : !filter.is(' '))) filter.position++;
    const name = filter.slice(start, filter.position).toUpperCase();
    return Object.hasOwn(operators, name) ? operators[name] : undefined;
  }

  /** The right operand. One that is malformed as JSONPath has it makes the left side an existence check. */
  private tryOperand(): Operand | undefined {
    try {
      return this.operand();
    } catch (error) {
      if (error instanceof ExpressionSyntaxError && !(error instanceof LiteralError)) return undefined;
      throw error;
    }
  }

  private operand(): Operand {
    const { filter } = this;
    const first = filter.skipBlanks().current;
    if (first === '$' || first === '@') return this.path();
    if (first === '!') {
      filter.position++;
      if ('$@'.includes(filter.skipBlanks().current)) return this.path();
      return filter.fail('Unexpected character: !');
    }
    return { value: readLiteral(filter) };
  }

  private path(): Operand {
    const { filter } = this;
    const before = filter.previousSignificant();
    const start = filter.position++;
    while (filter.inBounds) {
      if (filter.is('[')) {
        const close = filter.indexOfClosing(filter.position, '[', ']', false);
        if (close < 0) filter.fail('Square brackets do not match');
        filter.position = close + 1;
      }
      if (!filter.inBounds || isOperatorCharacter(filter.current) || filter.is(' ')) break;
      if (filter.is(')') && !this.isFunctionEnd(start)) break;
      filter.position++;
    }
    const text = filter.slice(start, filter.position);
    return {
      path: withinText(start, () => this.compilePath(text)),
      isNegated: before >= 0 && filter.at(before) === '!',
    };
  }

  /** Whether the `)` here closes a `.length()`: a `(` directly before it and a point somewhere before that. */
  private isFunctionEnd(pathStart: number): boolean {
    const { filter } = this;
    const open = filter.previousSignificant();
    return open >= 0 && filter.at(open) === '(' && filter.slice(pathStart + 1, open).includes('.');
  }
}

function readerOf(operand: Operand): (context: FilterContext) => FilterValue {
  if (!('path' in operand)) return operand.value;
  const { path } = operand;
  if (!path.fromRoot) return ({ item, root }) => operandOf(path.value(item, root));
  return ({ root, rootValues }) => {
    const known = rootValues.get(path);
    if (known) return known;
    const value = operandOf(path.value(root, root));
    rootValues.set(path, value);
    return value;
  };
}
