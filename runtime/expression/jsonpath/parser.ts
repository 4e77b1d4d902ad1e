import { ExpressionSyntaxError } from '../expression.js';
import type { FilterPathCompiler } from './filter.js';
import { FilterParser } from './filter-parser.js';
import { readParameters } from './parameter-parser.js';
import { PathText, unescaped } from './path-text.js';
import type { Parameter, PathSyntax, Token } from './token.js';

/**
 * Parses a JSONPath as Jayway JsonPath does, its leniency included: `a.b` means `$.a.b`, one character left at the end
 * is ignored (`$.a[`), a function need not exist until it is called (message-model 3.1, 3.4.1).
 *
 * @param compilePath makes a reader of a path inside a filter
 * @throws ExpressionSyntaxError with the column within `text`
 */
export function parsePath(text: string, compilePath: FilterPathCompiler): PathSyntax {
  if (text === '') throw new ExpressionSyntaxError('The path is empty', 1, 'write $ for the whole document');
  const isRooted = text.startsWith('$') || text.startsWith('@');
  try {
    return new PathParser(isRooted ? text : `$.${text}`, compilePath).parse();
  } catch (error) {
    if (isRooted || !(error instanceof ExpressionSyntaxError)) throw error;
    throw new ExpressionSyntaxError(error.message, Math.max(1, error.column - 2), error.hint);
  }
}

class PathParser {
  private readonly path: PathText;
  private readonly tokens: Token[] = [];

  constructor(
    text: string,
    private readonly compilePath: FilterPathCompiler,
  ) {
    this.path = new PathText(text);
    this.path.trim();
  }

  parse(): PathSyntax {
    const { path } = this;
    if (path.at(path.last) === '.') path.fail("Path must not end with a '.' or '..'", path.last);
    while (path.inBounds && /[ \t\r\n]/.test(path.current)) path.position++;
    const root = path.current;
    if (root !== '$' && root !== '@') return path.fail("Path must start with '$' or '@'");
    if (!path.isAtTail) {
      path.position++;
      if (!path.is('.') && !path.is('[')) {
        path.fail(`Illegal character at position ${path.position} expected '.' or '['`);
      }
      this.steps();
    }
    return { root, tokens: this.tokens };
  }

  /** Reads steps until the tail. */
  private steps(): void {
    do this.step();
    while (!this.path.isAtTail);
  }

  private step(): void {
    const { path } = this;
    switch (path.current) {
      case '[':
        if (!(this.quotedNames() || this.indexes() || this.bracketWildcard() || this.filter())) {
          path.fail(`Could not parse token starting at position ${path.position}. Expected ?, ', 0-9, * `);
        }
        return;
      case '.':
        this.dot();
        return;
      case '*':
        path.position++;
        this.tokens.push({ kind: 'wildcard' });
        return;
      default:
        this.nameOrFunction();
    }
  }

  private dot(): void {
    const { path } = this;
    if (path.contains(path.position + 1) && path.at(path.position + 1) === '.') {
      this.tokens.push({ kind: 'scan' });
      path.position += 2;
    } else {
      if (!path.contains(path.position + 1)) path.fail("Path must not end with a '.");
      path.position++;
    }
    if (path.is('.')) path.fail(`Character '.' on position ${path.position} is not valid.`);
    this.step();
  }

  private nameOrFunction(): void {
    const { path } = this;
    if (path.is(' ')) path.fail(`Could not parse token starting at position ${path.position}`);
    const start = path.position;
    let end = start;
    while (path.contains(end) && !'.[( '.includes(path.at(end))) end++;
    if (path.contains(end) && path.at(end) === ' ') {
      path.fail(`Use bracket notion ['my prop'] if your property contains blank characters. position: ${start}`);
    }
    const name = path.slice(start, end);
    if (path.contains(end) && path.at(end) === '(') {
      this.tokens.push({ kind: 'function', name, parameters: this.parameters(name, end) });
      return;
    }
    path.position = end;
    this.tokens.push({ kind: 'member', names: [name], quote: "'" });
  }

  /** Reads what stands in the parentheses that open at `open`. `()` leaves the position on its `)`. */
  private parameters(name: string, open: number): readonly Parameter[] {
    const { path } = this;
    let depth = 1;
    for (let at = open + 1; at < path.length && depth > 0; at++) {
      if (path.at(at) === ')') depth--;
      else if (path.at(at) === '(') depth++;
    }
    if (depth !== 0) path.fail(`Arguments to function: '${name}' are not closed properly.`, open);
    path.position = open + 1;
    if (path.is(')')) return [];
    return readParameters(path, name, (text) => new PathParser(text, this.compilePath).parse());
  }

  /** `['a']`, `["a", "b"]` */
  private quotedNames(): boolean {
    const { path } = this;
    const quote = path.nextSignificantCharacter();
    if (quote !== "'" && quote !== '"') return false;
    const names: string[] = [];
    let start = 0;
    let end = 0;
    let isInName = false;
    let isAfterComma = false;
    for (let at = path.position + 1; path.contains(at); at++) {
      const character = path.at(at);
      if (character === '\\') {
        at++;
      } else if (character === quote) {
        if (isInName) {
          if (!'],'.includes(path.nextSignificantCharacter(at))) {
            path.fail('Names in brackets are separated by commas and end with ]', at);
          }
          end = at;
          names.push(unescaped(path.slice(start, end)));
        } else {
          start = at + 1;
          isAfterComma = false;
        }
        isInName = !isInName;
      } else if (!isInName && (character === ']' || character === ',')) {
        if (isAfterComma) path.fail(`Found empty property at index ${at}`, at);
        if (character === ']') break;
        isAfterComma = true;
      }
    }
    if (isInName) path.fail(`Property has not been closed - missing closing ${quote}`, start);
    const close = path.indexIfNext(']', end);
    if (close < 0) path.fail('Property has not been closed - missing closing ]', end);
    path.position = close + 1;
    this.tokens.push({ kind: 'member', names, quote });
    return true;
  }

  /** `[1]`, `[1,2]`, `[1:]`, `[1:2]`, `[:2]` */
  private indexes(): boolean {
    const { path } = this;
    if (!/[0-9:-]/.test(path.nextSignificantCharacter())) return false;
    const start = path.position + 1;
    const end = path.indexOf(']', start);
    if (end < 0) return false;
    const inner = path.slice(start, end).trim();
    if (!/^[0-9,:\- ]*$/.test(inner)) return false;
    this.tokens.push(inner.includes(':') ? this.slice(inner) : this.indexList(inner));
    path.position = end + 1;
    return true;
  }

  /** The third part, a step, is accepted and ignored. */
  private slice(inner: string): Token {
    const [fromText = '', toText = ''] = inner.split(':');
    const from = fromText === '' ? undefined : this.integer(fromText);
    const to = toText === '' ? undefined : this.integer(toText);
    if (inner.includes(' ') || (from === undefined && to === undefined)) {
      this.path.fail(`Failed to parse SliceOperation: ${inner}`);
    }
    return { kind: 'slice', from, to };
  }

  private indexList(inner: string): Token {
    return { kind: 'index', indexes: inner.split(',').map((text) => this.integer(text.trim())) };
  }

  private integer(text: string): number {
    const value = /^-?[0-9]{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (!(Math.abs(value) <= 0x7fffffff)) this.path.fail(`Failed to parse token in ArrayIndexOperation: ${text}`);
    return value;
  }

  private bracketWildcard(): boolean {
    const { path } = this;
    if (path.nextSignificantCharacter() !== '*') return false;
    const star = path.nextSignificant();
    if (path.nextSignificantCharacter(star) !== ']') {
      path.fail(`Expected wildcard token to end with ']' on position ${star + 1}`, star + 1);
    }
    path.position = path.nextSignificant(star) + 1;
    this.tokens.push({ kind: 'wildcard' });
    return true;
  }

  /** `[?(…)]` */
  private filter(): boolean {
    const { path } = this;
    const start = path.position;
    const questionMark = path.indexIfNext('?');
    const open = questionMark < 0 ? -1 : path.indexIfNext('(', questionMark);
    const close = open < 0 ? -1 : path.indexOfClosing(open, '(', ')', true);
    if (close < 0 || path.nextSignificantCharacter(close) !== ']') return false;
    const end = path.nextSignificant(close);
    const test = new FilterParser(path.slice(start, end + 1), start, this.compilePath).parse();
    this.tokens.push({ kind: 'filter', test });
    path.position = end + 1;
    return true;
  }
}
