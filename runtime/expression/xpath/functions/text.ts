import { numberOf, stringOf } from '../values.js';
import type { XPathFunction } from './function.js';
import { javaRound } from './number.js';

/**
 * `substring` with positions rounded as Java rounds; they count characters, not UTF-16 units. A length or start that is
 * NaN gives "".
 */
export const substring: XPathFunction = ([text, from, length]) => {
  const characters = [...stringOf(text)];
  const start = javaRound(numberOf(from)) - 1;
  const end = length === undefined ? characters.length : start + javaRound(numberOf(length));
  if (Number.isNaN(start) || Number.isNaN(end)) return '';
  return characters.slice(Math.max(start, 0), Math.max(end, 0)).join('');
};

export const substringBefore: XPathFunction = ([text, mark]) => {
  const whole = stringOf(text);
  const at = whole.indexOf(stringOf(mark));
  return at < 0 ? '' : whole.slice(0, at);
};

export const substringAfter: XPathFunction = ([text, mark]) => {
  const whole = stringOf(text);
  const found = stringOf(mark);
  const at = whole.indexOf(found);
  return at < 0 ? '' : whole.slice(at + found.length);
};

/** Of a character named twice the first mention counts. */
export const translate: XPathFunction = ([text, from, to]) => {
  const targets = [...stringOf(to)];
  const replacements = new Map<string, string>();
  [...stringOf(from)].forEach((character, index) => {
    if (!replacements.has(character)) replacements.set(character, targets[index] ?? '');
  });
  return [...stringOf(text)].map((character) => replacements.get(character) ?? character).join('');
};

export const normalizeSpace = (text: string): string => text.replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, '');

export const codePoints = (text: string): number => {
  let count = 0;
  for (const _ of text) count++;
  return count;
};
