import assert from 'node:assert/strict';
import { interruptible, limited, spend, spendCharacters, TimeLimitError } from '../../runtime/limit/time-limit.js';

function countForEver(): never {
  for (;;) spend(1);
}

function stepForEver(): never {
  for (;;);
}

describe('time limits: message-model 3: no expression stops the server', () => {
  const endless: [what: string, work: () => unknown][] = [
    ['counted steps', () => limited(countForEver)],
    [
      'characters',
      () =>
        limited(() => {
          for (;;) spendCharacters(1000);
        }),
    ],
    ['an evaluation inside another', () => limited(() => limited(countForEver))],
    [
      'evaluations inside another, each of them short',
      () =>
        limited(() => {
          for (;;) limited(() => spend(1));
        }),
    ],
    ['work that counts nothing', () => interruptible(stepForEver, 50)],
    ['work that counts nothing inside an evaluation', () => limited(() => interruptible(stepForEver, 60_000))],
    [
      'short work without end inside an evaluation',
      () =>
        limited(() => {
          for (;;) interruptible(() => 0);
        }),
    ],
    ['interruptible work inside another', () => interruptible(() => interruptible(stepForEver, 60_000), 50)],
    ['a matcher', () => interruptible(() => /(a+)+$/.test(`${'a'.repeat(60)}!`), 50)],
    ['a search without backtracking', () => interruptible(() => ' '.repeat(3_000_000).replace(/\s+x/g, ''), 50)],
  ];
  for (const [what, work] of endless) {
    it(`ends ${what}`, () => assert.throws(work, TimeLimitError));
  }

  it('gives results and errors on', () => {
    assert.equal(
      limited(() => interruptible(() => 5)),
      5,
    );
    const error = new Error('own');
    const fail = () => {
      throw error;
    };
    assert.throws(() => interruptible(fail), error);
    assert.throws(() => limited(fail), error);
  });

  it('begins anew after an evaluation was ended in the midst of another', () => {
    assert.throws(() => interruptible(() => limited(stepForEver), 50), TimeLimitError);
    assert.throws(() => limited(countForEver), TimeLimitError);
    for (let steps = 0; steps < 100_000; steps++) spend(1);
    limited(() => spend(1_000_000));
  });
});
