/** Of a token, what hints need. */
interface Found {
  readonly type: string;
  readonly text: string;
}

const writtenOtherwise: Readonly<Record<string, string>> = {
  '&': 'XPath says "and"; in XML, & is written &amp;',
  '!': 'XPath says not(…) and !=',
  '%': 'XPath says "mod"',
  '?': 'filters are written [@a = 1]; JSONPath is json-eval($.…), and ${a ? b : c} has conditions',
  '\\': 'a text has no escapes: put it in quotes of the other kind',
};

/** What to write instead of a character that XPath does not know. */
export function hintForCharacter(character: string, before: string): string | undefined {
  if (character === '{' && before === '$')
    return 'an expression is ${…} as a whole; a text with ${…} in it is a template';
  if (character === '{' || character === '}')
    return 'braces belong around the whole of a dynamic value, not into an XPath';
  return writtenOtherwise[character];
}

/** What to do about a token that cannot stand where it does. */
export function hintForToken({ type, text }: Found, before: Found | undefined): string | undefined {
  if (type === 'end') return before ? `write what belongs behind "${before.text}"` : 'write an expression';
  if (text === '=' && before?.text === '=') return 'XPath compares with one =';
  if (text === '|' && before?.text === '|') return 'XPath says "or"';
  if (text === ')' || text === ']') return 'it closes what was not opened, or something is missing before it';
  if (type === 'name' || type === 'literal' || type === 'number') return 'an operator or a comma is missing before it';
  return undefined;
}
