import assert from 'node:assert/strict';
import { stat } from 'node:fs';
import { inTurn } from '../../runtime/limit/heavy-work.js';
import { interruptible, TimeLimitError, transformationLimit } from '../../runtime/limit/time-limit.js';

/** Longer than what a turn of the loop has for such work. */
function long(): void {
  const end = performance.now() + 12;
  while (performance.now() < end);
}

/** Waits until nothing of what ran before counts any more. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
}

describe('heavy work', () => {
  beforeEach(quiet);

  it('runs at once while the loop has time, and gives results and errors on', async () => {
    assert.equal(
      inTurn({}, () => 5),
      5,
    );
    await quiet();
    const error = new Error('own');
    const fail = () => {
      throw error;
    };
    assert.throws(() => inTurn({}, fail), error);
  });

  it('lets the network be served between long pieces', async () => {
    const events: string[] = [];
    const ran = (event: string) => void events.push(event);
    stat('.', () => ran('input'));
    setImmediate(() => ran('turn'));
    const piece = (index: number) => inTurn({}, () => ran(`piece ${index}`) ?? long());
    await Promise.all(Array.from({ length: 20 }, (_, index) => piece(index)));
    assert.equal(events[0], 'piece 0');
    const before = events.slice(0, events.indexOf('piece 19'));
    assert.ok(before.includes('turn') && before.includes('input'), events.join());
  });

  it('has a turn of the loop for each slice that a piece took', async () => {
    let turns = 0;
    const count = (): void => {
      turns++;
      counting = setImmediate(count);
    };
    let counting = setImmediate(count);
    const five = (): void => {
      for (let i = 0; i < 5; i++) long();
    };
    const pieces = [inTurn({}, five), inTurn({}, () => turns)];
    const [, before] = await Promise.all(pieces);
    clearImmediate(counting);
    assert.ok((before as number) >= 6, `${before} turns`);
  });

  it('ends what came first before it begins what came later', async () => {
    const events: string[] = [];
    const pieces = Array.from({ length: 6 }, async (_, index) => {
      const whole = {};
      for (const part of ['first', 'second']) {
        await inTurn(whole, long);
        events.push(`${part} ${index}`);
      }
    });
    await Promise.all(pieces);
    const expected = [0, 1, 2, 3, 4, 5].flatMap((index) => [`first ${index}`, `second ${index}`]);
    assert.deepEqual(events, expected);
  });

  it('does what nobody waits for any more when all the rest is done', async () => {
    const events: string[] = [];
    const first = { abandoned: false };
    const second = { abandoned: false };
    const running = inTurn({}, long);
    const pieces = [first, second, {}, {}].map(async (whole, index) => {
      await inTurn(whole, long);
      events.push(String(index));
    });
    first.abandoned = true;
    second.abandoned = true;
    await Promise.all([running, ...pieces]);
    assert.deepEqual(events, ['2', '3', '0', '1']);
  });

  it('goes on after an error', async () => {
    inTurn({}, long);
    const failing = inTurn({}, () => {
      throw new Error('own');
    });
    const next = inTurn({}, () => 'next');
    await assert.rejects(async () => failing, /own/);
    assert.equal(await next, 'next');
  });

  it('ends what takes too long, and nothing else', async () => {
    inTurn({}, long);
    const short = inTurn({}, () => 'short');
    const endless = inTurn({}, () => {
      for (;;);
    });
    const next = inTurn({}, () => 'next');
    assert.equal(await short, 'short');
    await assert.rejects(async () => endless, new TimeLimitError(transformationLimit));
    assert.equal(await next, 'next');
  }).timeout(transformationLimit + 5_000);

  it('leaves waiting out of the time that a piece may take', async () => {
    const pieces = Array.from({ length: 10 }, () => inTurn({}, () => interruptible(long, 100)));
    await assert.doesNotReject(Promise.all(pieces));
  });
});
