import assert from 'node:assert/strict';
import { isExplosive, longestHarmless } from '../../runtime/java/regex-cost.js';
import { translated } from '../../runtime/java/regex-translation.js';

/** The order of the length up to which a pattern is matched without supervision. */
type Length = 'none' | 'tens' | 'hundreds' | 'thousands' | 'any';

function lengthOf(characters: number): Length {
  if (characters < 10) return 'none';
  if (characters < 100) return 'tens';
  if (characters < 500) return 'hundreds';
  return characters < 100_000 ? 'thousands' : 'any';
}

describe('Java regular expressions that can be matched without supervision', () => {
  const patterns: [pattern: string, whole: Length, anywhere: Length][] = [
    ['abc', 'any', 'any'],
    ['2[0-9][0-9]', 'any', 'any'],
    ['(?i)true|yes', 'any', 'any'],
    ['.*', 'any', 'thousands'],
    ['.*foo.*', 'thousands', 'hundreds'],
    ['.*foo.*bar.*', 'hundreds', 'tens'],
    ['\\s*\\w+\\s*', 'any', 'thousands'],
    ['(a|b)*', 'any', 'thousands'],
    ['(.|\\n)*', 'any', 'thousands'],
    ['"(?:[^"\\\\]|\\\\.)*"', 'any', 'thousands'],
    ['[\\w.-]+@([\\w-]+\\.)+[a-z]{2,}', 'thousands', 'hundreds'],
    ['(?=.*\\d)(?=.*[a-z]).{8,20}', 'any', 'thousands'],
    ['[\\x{10001}]*[\\x{10003}]', 'any', 'thousands'],
    ['([\\x{10001}]*[\\x{10001}])*', 'none', 'none'],
    ['(a+)+', 'none', 'none'],
    ['(\\w+\\s?)*', 'none', 'none'],
    ['(a|aa)*', 'tens', 'tens'],
    ['(a|ab|b)*', 'tens', 'none'],
    ['(a|aa){1,100}', 'tens', 'tens'],
    ['(a?){40}a{40}', 'none', 'none'],
    ['(a?|b?){100}c', 'none', 'none'],
    ['(a++)+b', 'thousands', 'hundreds'],
    ['a*(?=.*b)c', 'thousands', 'hundreds'],
    ['(a*)\\1*b', 'hundreds', 'tens'],
    ['(?<=a{1,50})b', 'none', 'none'],
    ['(?<!x)b', 'any', 'any'],
  ];
  for (const [pattern, whole, anywhere] of patterns) {
    it(`${pattern}: texts of length ${whole}, ${anywhere} when it is looked for`, () => {
      const source = translated(pattern);
      assert.deepEqual(
        [lengthOf(longestHarmless(`^(?:${source})$`, false)), lengthOf(longestHarmless(source, true))],
        [whole, anywhere],
      );
    });
  }

  it('a long pattern is estimated in no time', () => {
    assert.equal(lengthOf(longestHarmless(translated('a?'.repeat(5_000)), false)), 'none');
    assert.equal(lengthOf(longestHarmless(translated('abc'.repeat(5_000)), false)), 'any');
  });
});

describe('Java regular expressions that can take exponentially long', () => {
  const explosive = [
    '(a+)+',
    '((a+)+)+b',
    '(\\w+\\s?)*',
    '(a|aa)*',
    '(a|ab|b)*',
    '(\\d+)*-',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    '(x+x+)+y',
    '(a?){40}a{40}',
    '(a?|b?){100}c',
    '(.*?,){11}P',
  ];
  const harmless = [
    '',
    'abc',
    '.*',
    '.*foo.*bar.*baz.*',
    '(a|b)*',
    '(a++)+b',
    '(?>a+)+b',
    '(a*)\\1*b',
    '(\\d{1,3}\\.){3}\\d{1,3}',
    '[\\w.-]+@([\\w-]+\\.)+[a-z]{2,}',
    '(\\s*\\w+\\s*,)*',
    '"(?:[^"\\\\]|\\\\.)*"',
    '(?<=a{1,50})b',
    'a?'.repeat(10),
  ];
  for (const pattern of explosive) it(pattern, () => assert.ok(isExplosive(translated(pattern))));
  for (const pattern of harmless) it(`not ${pattern}`, () => assert.ok(!isExplosive(translated(pattern))));
});
