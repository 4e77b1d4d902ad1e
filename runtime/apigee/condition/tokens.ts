/** A condition that cannot be read. */
export class ConditionSyntaxError extends Error {
  constructor(
    message: string,
    /** Where in the condition, from 0. */
    readonly offset: number,
  ) {
    super(message);
    this.name = 'ConditionSyntaxError';
  }
}

export type Comparison = '=' | '!=' | ':=' | '>' | '>=' | '<' | '<=' | '~' | '~~' | '~/' | '=|';

export type Token = { readonly at: number } & (
  | { readonly kind: 'string' | 'name'; readonly text: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'true' | 'false' | 'null' | 'not' | 'and' | 'or' | '(' | ')' | 'end' }
  | { readonly kind: 'comparison'; readonly operator: Comparison; readonly spelling: string }
);

/** Spellings of operators in signs, the longer ones first. */
const signs: readonly (readonly [spelling: string, operator: Comparison | 'not' | 'and' | 'or' | '(' | ')'])[] = [
  ['&&', 'and'],
  ['||', 'or'],
  ['==', '='],
  ['=|', '=|'],
  ['!=', '!='],
  [':=', ':='],
  ['>=', '>='],
  ['<=', '<='],
  ['~~', '~~'],
  ['~/', '~/'],
  // Undocumented, in use (api-management 2.3).
  ['/~', '~/'],
  ['=', '='],
  ['!', 'not'],
  ['>', '>'],
  ['<', '<'],
  ['~', '~'],
  ['(', '('],
  [')', ')'],
];

/** Words of the language, in lower case; they are read in any case. */
const words: Readonly<Record<string, Comparison | 'not' | 'and' | 'or' | 'true' | 'false' | 'null' | undefined>> = {
  __proto__: null as never,
  and: 'and',
  or: 'or',
  not: 'not',
  true: 'true',
  false: 'false',
  null: 'null',
  equals: '=',
  is: '=',
  notequals: '!=',
  isnot: '!=',
  equalscaseinsensitive: ':=',
  greaterthan: '>',
  greaterthanorequals: '>=',
  lesserthan: '<',
  lesserthanorequals: '<=',
  matches: '~',
  like: '~',
  javaregex: '~~',
  matchespath: '~/',
  likepath: '~/',
  startswith: '=|',
};

const comparisons = new Set<string>(['=', '!=', ':=', '>', '>=', '<', '<=', '~', '~~', '~/', '=|']);
const space = /\s+/y;
const number = /[+-]?\d+(?:\.\d+)?(?![\w.$-])/y;
/** Variables have hyphens and dots in their names; anything else needs single quotes. */
const name = /[\w$](?:[\w.$#@-]|:(?!=))*/y;
const quoted = /"((?:[^"\\]|\\.)*)"/sy;
const quotedName = /'([^']+)'/y;

/** Takes a condition apart. @throws ConditionSyntaxError */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) at = pattern.lastIndex;
    return match;
  };
  while (at < text.length) {
    if (take(space)) continue;
    const start = at;
    tokens.push(nextToken(text, start, take));
  }
  tokens.push({ kind: 'end', at });
  return tokens;
}

function nextToken(text: string, at: number, take: (pattern: RegExp) => RegExpExecArray | null): Token {
  const string = take(quoted);
  if (string) return { kind: 'string', text: (string[1] as string).replace(/\\(["\\])/g, '$1'), at };
  const quote = take(quotedName);
  if (quote) return { kind: 'name', text: quote[1] as string, at };
  const digits = take(number);
  if (digits) return { kind: 'number', value: Number(digits[0]), at };
  const word = take(name);
  if (word) return wordToken(word[0], at);
  const sign = signs.find(([spelling]) => text.startsWith(spelling, at));
  if (!sign) throw new ConditionSyntaxError(unexpected(text, at), at);
  take(new RegExp(sign[0].replace(/[|()]/g, '\\$&'), 'y'));
  return operatorToken(sign[1], sign[0], at);
}

function wordToken(word: string, at: number): Token {
  const meaning = words[word.toLowerCase()];
  return meaning === undefined ? { kind: 'name', text: word, at } : operatorToken(meaning, word, at);
}

function operatorToken(meaning: NonNullable<(typeof words)[string]> | '(' | ')', spelling: string, at: number): Token {
  if (comparisons.has(meaning)) return { kind: 'comparison', operator: meaning as Comparison, spelling, at };
  return { kind: meaning as Exclude<typeof meaning, Comparison>, at };
}

function unexpected(text: string, at: number): string {
  const character = text[at] as string;
  if (character === '"' || character === "'") return `the quote ${character} is not closed`;
  return `unexpected character ${character}`;
}
