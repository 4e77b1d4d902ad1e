import assert from 'node:assert/strict';
import { flatness, trend } from '../../bench/scale/trend.js';

/** Numbers that look random and are the same in every run, from -1 to 1. */
function* swings(): Generator<number> {
  for (let seed = 1; ; ) {
    seed = (seed * 48_271) % 2_147_483_647;
    yield (2 * seed) / 2_147_483_647 - 1;
  }
}

/** Memory of a process: a level, a growth for each request, and what the allocator adds to and fro. */
function samples({
  level = 150e6,
  perRequest = 0,
  swing = 0,
}: {
  level?: number;
  perRequest?: number;
  swing?: number;
}) {
  const noise = swings();
  return Array.from({ length: 40 }, (_, index) => {
    const x = index * 25_000;
    return { x, y: level + perRequest * x + swing * (noise.next().value as number) };
  });
}

const requests = 1_000_000;
const heap = 40e6;

describe('benchmark: memory of a soak', () => {
  it('the trend is the slope; its range holds it, and one outlier does not move it', () => {
    const points = samples({ perRequest: 20, swing: 2e6 });
    const { slope, low, high } = trend(points);
    assert.ok(low <= 20 && 20 <= high, `${low} to ${high}`);
    assert.ok(Math.abs(slope - 20) < 3, String(slope));
    const outlier = points.map((point, index) => (index === 20 ? { ...point, y: 900e6 } : point));
    assert.ok(Math.abs(trend(outlier).slope - 20) < 3);
    assert.throws(() => trend(points.slice(0, 2)), /three points, there are 2/);
  });

  const cases: readonly [what: string, growth: Parameters<typeof samples>[0], left: number, flat: boolean][] = [
    ['level', {}, 0, true],
    ['level with the swings of an allocator', { swing: 10e6 }, 1e6, true],
    ['falling', { perRequest: -10, swing: 5e6 }, -2e6, true],
    ['growing by less than a tenth', { perRequest: 5, swing: 1e6 }, 1e6, true],
    ['growing by 40 bytes a request', { perRequest: 40, swing: 10e6 }, 0, false],
    ['a heap that keeps 32 bytes of each request', { swing: 5e6 }, 32e6, false],
    ['a heap that keeps less than an object of each request', { swing: 5e6 }, 5e6, true],
  ];
  for (const [what, growth, left, flat] of cases) {
    it(`${what} is ${flat ? 'flat' : 'not flat'}`, () => {
      assert.equal(flatness({ samples: samples(growth), heap: [heap, heap + left], requests }).flat, flat);
    });
  }
});
