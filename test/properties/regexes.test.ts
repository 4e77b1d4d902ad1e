import fc from 'fast-check';
import { hold, textOf } from './hold.js';
import { Evaluator } from './limited.js';

/** What Java patterns are made of. */
const pattern = textOf(
  [
    'a',
    'b',
    'ab',
    '.',
    '\\w',
    '\\d',
    '\\s',
    '[ab]',
    '[^b]',
    '[a-z&&[^b]]',
    '\\p{L}',
    '\\b',
    '^',
    '$',
    '*',
    '+',
    '?',
    '*?',
    '++',
    '*+',
    '{2,}',
    '{0,30}',
    '{3}',
    '{1000}',
    '(',
    '(?:',
    '(?=',
    '(?!',
    '(?<=',
    '(?<!',
    '(?>',
    '(?<x>',
    '(?i)',
    '(?x)',
    ')',
    ')*',
    ')+',
    ')?',
    ')++',
    ')*?',
    ')*',
    ')+',
    '|',
    '|a',
    '\\1',
    '\\2',
    '\\k<x>',
    '\\X',
    '\\R',
    '\\Q*\\E',
    '#',
    '__proto__',
    '\\p{constructor}',
  ],
  14,
);
/** Patterns whose brackets fit, so that most of them compile. */
const nested = fc.letrec<{ part: string; pattern: string }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom('a', 'b', 'ab', 'a|b', 'a|aa', '.', '\\w', '[ab]', '[^a]', '\\s?', '\\1', '$', 'x'),
    fc
      .tuple(
        fc.constantFrom('(', '(?:', '(?=', '(?!', '(?<!', '(?>'),
        tie('pattern'),
        fc.constantFrom(')', ')*', ')+', ')?', '){2,}', '){1,40}', ')*?', ')++'),
      )
      .map((parts) => parts.join('')),
  ),
  pattern: fc.array(tie('part'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('')),
})).pattern;

const piece = fc.constantFrom('a', 'b', 'ab', 'aab', ' ', '\n', 'a ', '1', '', '😀', '\ud800', 'é', 'aaaaaaab');
const text = fc
  .tuple(piece, fc.constantFrom(1, 7, 25, 60, 1000, 30_000, 1_000_000), piece, fc.constantFrom('', 'x', '!', 'b'))
  .map(([one, times, other, end]) => one.repeat(times) + other + end);

describe('mediators 2.6: no regular expression crashes, hangs or changes a prototype on any text', () => {
  const evaluator = new Evaluator();
  after(() => evaluator.stop());

  it('texts that look like patterns', () =>
    hold(
      fc.asyncProperty(pattern, text, (one, on) => evaluator.run({ pattern: one, text: on })),
      400,
      true,
    )).timeout(300_000);

  it('patterns in one another', () =>
    hold(
      fc.asyncProperty(nested, text, (one, on) => evaluator.run({ pattern: one, text: on })),
      100,
      true,
    )).timeout(300_000);

  const endless: [name: string, pattern: string][] = [
    ['groups', '('.repeat(100_000)],
    ['groups that are closed', `${'('.repeat(5000)}a${')'.repeat(5000)}`],
    ['classes', '['.repeat(100_000)],
    ['classes that are closed', `${'['.repeat(5000)}a${']'.repeat(5000)}`],
    ['alternatives', 'a|'.repeat(50_000)],
    ['characters', 'a'.repeat(500_000)],
    ['options', 'a?'.repeat(20_000)],
    ['repetitions', `${'('.repeat(8)}a${'){100}'.repeat(8)}`],
    ['possessive repetitions', 'a++'.repeat(5000)],
    ['escapes', '\\'.repeat(100_001)],
    ['quotes', '\\Q'.repeat(50_000)],
    ['characters of many code points', '\\X'.repeat(500)],
    ['flags', '(?i)'.repeat(50_000)],
  ];
  for (const [name, one] of endless) {
    it(`${name} without end`, () => evaluator.run({ pattern: one, text: `${'a'.repeat(5000)}!` }));
  }
});
