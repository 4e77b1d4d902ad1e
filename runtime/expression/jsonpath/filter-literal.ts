import { Decimal } from '../../java/decimal.js';
import { type JavaRegexOptions, javaRegex } from '../../java/regex.js';
import { parseLenientJson } from '../../json/parse.js';
import { ExpressionSyntaxError } from '../expression.js';
import { JsonPathError } from './errors.js';
import { type FilterValue, nullValue } from './filter.js';
import { type PathText, unescaped } from './path-text.js';

/** A literal that is broken beyond taking its filter for another one. */
export class LiteralError extends ExpressionSyntaxError {}

/** Gives the value when the filter runs. */
export type Literal = () => FilterValue;

/** Reads the literal at the filter's position: a string, number, word, JSON or `/pattern/`. */
export function readLiteral(filter: PathText): Literal {
  switch (filter.current) {
    case "'":
    case '"':
      return string(filter);
    case 't':
      return word(filter, 'true', { kind: 'boolean', value: true });
    case 'f':
      return word(filter, 'false', { kind: 'boolean', value: false });
    case 'n':
      return word(filter, 'null', nullValue);
    case '{':
      return json(filter, '}');
    case '[':
      return json(filter, ']');
    case '/':
      return pattern(filter);
    default:
      return number(filter);
  }
}

const constant =
  (value: FilterValue): Literal =>
  () =>
    value;

function number(filter: PathText): Literal {
  const start = filter.position;
  while (filter.inBounds && /[0-9.eE-]/.test(filter.current)) filter.position++;
  const decimal = Decimal.parse(filter.slice(start, filter.position));
  if (decimal) return constant({ kind: 'number', decimal });
  const where = `error on position: ${start}, char: ${filter.text.charAt(start)}`;
  throw new LiteralError(`Failed to parse filter: ${filter.text}, ${where}`, start + 1);
}

function string(filter: PathText): Literal {
  const quote = filter.current;
  const end = filter.indexOfUnescaped(quote);
  if (end < 0) filter.fail(`String literal does not have matching quotes. Expected ${quote}`);
  const text = unescaped(filter.slice(filter.position + 1, end));
  filter.position = end + 1;
  return constant({ kind: 'string', text });
}

function word(filter: PathText, expected: string, value: FilterValue): Literal {
  const end = filter.position + expected.length;
  if (!filter.contains(end - 1) || filter.slice(filter.position, end) !== expected) {
    filter.fail(`Expected <${expected}> value`);
  }
  filter.position = end;
  return constant(value);
}

/** Malformed JSON shows when the filter runs, as with the reference engine. */
function json(filter: PathText, close: string): Literal {
  const end = filter.indexOfClosing(filter.position, filter.current, close, false);
  if (end < 0) filter.fail(`No closing ${close}`);
  const text = filter.slice(filter.position, end + 1);
  filter.position = end + 1;
  try {
    return constant({ kind: 'json', json: parseLenientJson(text), isLiteral: true });
  } catch (error) {
    const reason = `Malformed JSON ${text} in a filter: ${(error as Error).message}`;
    return () => {
      throw new JsonPathError(reason);
    };
  }
}

/** `/…/` with Java's flags behind it. */
function pattern(filter: PathText): Literal {
  const start = filter.position;
  const end = filter.indexOfUnescaped('/');
  if (end < 0) filter.fail('Pattern not closed. Expected /');
  let after = end + 1;
  while (filter.contains(after) && 'dixmsuU'.includes(filter.at(after))) after++;
  filter.position = after;
  try {
    const regex = javaRegex(filter.slice(start + 1, end), regexOptions(filter.slice(end + 1, after)));
    return constant({ kind: 'pattern', regex });
  } catch (error) {
    throw new LiteralError((error as Error).message, start + 1);
  }
}

function regexOptions(flags: string): JavaRegexOptions {
  return {
    ignoreCase: flags.includes('i'),
    comments: flags.includes('x'),
    multiline: flags.includes('m'),
    dotAll: flags.includes('s'),
  };
}
