import { ExpressionSyntaxError } from '../expression.js';
import { hintForCharacter } from './hints.js';

/** `operator` covers the named operators too, told from element names by what stands before them. */
export interface Token {
  readonly type: 'number' | 'literal' | 'name' | 'operator' | 'symbol' | 'end';
  readonly text: string;
  /** Offset in the expression. */
  readonly at: number;
}

const nameStart = String.raw`\p{L}\p{Nl}_`;
const pattern = new RegExp(
  [
    String.raw`(?<blank>[ \t\r\n]+)`,
    String.raw`(?<number>\d+(?:\.\d*)?|\.\d+)`,
    `(?<literal>"[^"]*"|'[^']*')`,
    String.raw`(?<name>[${nameStart}][${nameStart}\p{M}\p{Nd}\p{Lm}.\-·]*)`,
    String.raw`(?<symbol>::|\/\/|\.\.|!=|<=|>=|[()[\]@,/.:$|+\-=<>*])`,
  ].join('|'),
  'uy',
);

const operators = new Set(['|', '+', '-', '=', '!=', '<', '<=', '>', '>=', 'and', 'or', 'div', 'mod']);
const namedOperators = new Set(['and', 'or', 'div', 'mod']);
/** After one of these a name is a name and `*` matches any name; after anything else both are operators (XPath 3.7). */
const beforeOperand = new Set(['@', '::', ':', '(', '[', ',', '$', '/', '//']);

/**
 * Splits an XPath 1.0 expression into tokens, the end included.
 * @throws ExpressionSyntaxError at the first character that starts no token.
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let previous: Token | undefined;
  for (let at = 0; at < text.length; ) {
    pattern.lastIndex = at;
    const groups = pattern.exec(text)?.groups;
    if (!groups) throw unreadable(text, at);
    const { number, literal, name, symbol } = groups;
    const found = number ?? literal ?? name ?? symbol;
    if (found !== undefined) {
      previous = { ...typed(number, literal, found, previous), at };
      tokens.push(previous);
    }
    at = pattern.lastIndex;
  }
  tokens.push({ type: 'end', text: '', at: text.length });
  return tokens;
}

function typed(
  number: string | undefined,
  literal: string | undefined,
  text: string,
  previous: Token | undefined,
): Omit<Token, 'at'> {
  if (number !== undefined) return { type: 'number', text };
  if (literal !== undefined) return { type: 'literal', text: text.slice(1, -1) };
  const afterOperand = previous !== undefined && previous.type !== 'operator' && !isBeforeOperand(previous);
  if (text === '*') return { type: afterOperand ? 'operator' : 'symbol', text };
  if (namedOperators.has(text)) return { type: afterOperand ? 'operator' : 'name', text };
  if (operators.has(text)) return { type: 'operator', text };
  return { type: /^[\p{L}\p{Nl}_]/u.test(text) ? 'name' : 'symbol', text };
}

const isBeforeOperand = (token: Token): boolean => token.type === 'symbol' && beforeOperand.has(token.text);

function unreadable(text: string, at: number): ExpressionSyntaxError {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (character === '"' || character === "'") {
    return new ExpressionSyntaxError(`the text that starts with ${character} has no end`, at + 1, 'close the quotes');
  }
  const hint = hintForCharacter(character, text.charAt(at - 1));
  return new ExpressionSyntaxError(`unexpected character "${character}" in the XPath expression`, at + 1, hint);
}
