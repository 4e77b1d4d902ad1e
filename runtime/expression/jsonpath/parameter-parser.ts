import type { PathText } from './path-text.js';
import type { Parameter, PathSyntax } from './token.js';

/**
 * Reads the parameters of a path function, `path` standing behind the opening parenthesis; it stands behind the closing
 * one afterwards. A parameter that starts with `$` or `@` is a path, one that starts with `{`, a digit, `"` or `-` is
 * JSON; others are dropped, as the reference's library does.
 */
export function readParameters(path: PathText, name: string, parse: (text: string) => PathSyntax): Parameter[] {
  const parameters: Parameter[] = [];
  const depth = { '(': 1, '[': 0, '{': 0 };
  let quotes = 0;
  let kind: 'json' | 'path' | undefined;
  let text = '';
  let previous = '';
  let isOpen = true;
  while (path.inBounds && isOpen) {
    const character = path.current;
    path.position++;
    if (kind === undefined) {
      if (/[ \t\r\n]/.test(character)) continue;
      if (/[{0-9"-]/.test(character)) kind = 'json';
      else if (character === '$' || character === '@') kind = 'path';
    }
    if (character === '"') quotes += previous !== '\\' && quotes > 0 ? -1 : 1;
    else if (character === '(' || character === '[' || character === '{') depth[character]++;
    else if (character === '}' && depth['{']-- === 0) path.fail("Unexpected close brace '}'", path.position - 1);
    else if (character === ']' && depth['[']-- === 0) path.fail("Unexpected close bracket ']'", path.position - 1);
    const isClose = character === ')';
    if (isClose) {
      depth['(']--;
      if (depth['('] < 0 || previous === '(') text += character;
    }
    const isFree = quotes === 0 && depth['{'] === 0 && depth['['] === 0;
    const isEnd = isClose ? depth['('] === 0 || depth['('] === 1 : character === ',' && depth['('] === 1;
    if (isFree && isEnd) {
      isOpen = depth['('] !== 0;
      if (kind === 'json') parameters.push({ json: text });
      else if (kind === 'path') parameters.push({ path: parse(text) });
      text = '';
      kind = undefined;
    }
    if (kind !== undefined && !(character === ',' && depth['{'] === 0 && depth['['] === 0 && depth['('] === 1)) {
      text += character;
    }
    previous = character;
  }
  if (depth['('] !== 0 || depth['['] !== 0 || depth['{'] !== 0) {
    path.fail(`Arguments to function: '${name}' are not closed properly.`);
  }
  return parameters;
}
