/**
 * Tokens of a Synapse Expression (message-model 3.5 "Tokens of note"). Of the words that fit, the longest wins; words
 * of one length go to the keyword. The kinds are those that the grammar tells apart.
 */
export type TokenKind =
  | 'vars'
  | 'payload'
  | 'headers'
  | 'configs'
  | 'params'
  | 'props'
  | 'and'
  | 'or'
  | 'boolean'
  | 'null'
  | 'parameters'
  | 'scope'
  | 'function'
  | 'secondary'
  | 'pathFunction'
  | 'filterWord'
  | 'name'
  | 'number'
  | 'string'
  | 'quote'
  | 'symbol'
  | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Counts from 0. */
  readonly offset: number;
}

const words = (kind: TokenKind, list: string): [string, TokenKind][] => list.split(' ').map((word) => [word, kind]);

const keywords: ReadonlyMap<string, TokenKind> = new Map([
  ...words('filterWord', 'in nin subsetof anyof noneof size empty'),
  ...words('vars', 'vars'),
  ...words('payload', 'payload'),
  ...words('headers', 'headers'),
  ...words('configs', 'configs'),
  ...words('params', 'params'),
  ...words('props', 'props properties'),
  ...words('and', 'and'),
  ...words('or', 'or'),
  ...words('boolean', 'true false'),
  ...words('null', 'null'),
  ...words('parameters', 'queryParams pathParams functionParams'),
  ...words('scope', 'axis2 synapse'),
  ...words(
    'function',
    'length toUpper toLower subString startsWith endsWith contains trim replace split indexOf now formatDateTime charAt ' +
      'abs ceil floor sqrt log pow base64encode base64decode urlEncode urlDecode isString isNumber isArray isObject ' +
      'string float boolean integer round exists xpath wso2-vault hashicorp-vault not registry object array',
  ),
  ...words('secondary', 'property'),
]);

/** What a value may begin with. */
export const leadingWords: readonly string[] = [...keywords]
  .filter(([, kind]) => !['filterWord', 'and', 'or', 'parameters', 'scope', 'secondary'].includes(kind))
  .map(([word]) => word);

/** Written with their parentheses and no blank between: one token. */
const pathFunctions = new Set('length size min max avg sum stddev keys first last'.split(' '));

const blanks = /[ \t\n\r]+/y;
const word = /[a-zA-Z_][a-zA-Z_0-9-]*/y;
const number = /-?[0-9]+(?:\.[0-9]+)?/y;
const escapeSequence = String.raw`\\(?:[btnfr"'\\/]|u[0-9a-fA-F]{4}|[0-3]?[0-7][0-7])`;
const string = new RegExp(String.raw`"(?:${escapeSequence}|[^"\\])*"|'(?:${escapeSequence}|[^'\\])*'`, 'y');
const symbol = /=~|&&|\|\||\.\.|==|!=|>=|<=|[$*+\-/%><()[\].,:!?@]/y;

const symbolKinds: ReadonlyMap<string, TokenKind> = new Map([
  ['$', 'payload'],
  ['&&', 'and'],
  ['||', 'or'],
  ['=~', 'filterWord'],
]);

/**
 * Splits an expression into tokens, the last one of kind `end`. Characters that begin no token are dropped
 * (message-model 3.5: `5 === 5` is true); a lone `=`, `&` or `|` takes the character behind it along.
 */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = offset;
    return pattern.exec(source)?.[0];
  };
  while (offset < source.length) {
    const blank = match(blanks);
    if (blank !== undefined) {
      offset += blank.length;
      continue;
    }
    const token = wordToken(match(word), source, offset) ?? otherToken(match, source, offset);
    if (token) tokens.push(token);
    offset += token ? token.text.length : droppedLength(source, offset);
  }
  tokens.push({ kind: 'end', text: '', offset: source.length });
  return tokens;
}

function wordToken(text: string | undefined, source: string, offset: number): Token | undefined {
  if (text === undefined) return undefined;
  if (pathFunctions.has(text) && source.startsWith('()', offset + text.length)) {
    return { kind: 'pathFunction', text: `${text}()`, offset };
  }
  return { kind: keywords.get(text) ?? 'name', text, offset };
}

function otherToken(match: (pattern: RegExp) => string | undefined, source: string, offset: number): Token | undefined {
  const digits = match(number);
  if (digits !== undefined) return { kind: 'number', text: digits, offset };
  const quoted = match(string);
  if (quoted !== undefined) return { kind: 'string', text: quoted, offset };
  const sign = match(symbol);
  if (sign !== undefined) return { kind: symbolKinds.get(sign) ?? 'symbol', text: sign, offset };
  const character = source.charAt(offset);
  return character === '"' || character === "'" ? { kind: 'quote', text: character, offset } : undefined;
}

function droppedLength(source: string, offset: number): number {
  if (/[=&|]/.test(source.charAt(offset))) return 2;
  return (source.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
}
