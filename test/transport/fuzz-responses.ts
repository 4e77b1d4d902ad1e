/**
 * Looks for bytes that the reader of answers takes wrongly, for as long as is asked; the tests try a few only.
 *
 *     npm run fuzz -- [--times N] [--seed N]
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { responseProperties } from './response-properties.js';

const { values } = parseArgs({
  options: {
    /** Times the inputs of a test run. */
    times: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
});
const factor = Number(values.times);
const seed = Number(values.seed);
if (!(factor > 0) || !Number.isSafeInteger(seed)) throw new Error('--times takes a number above 0, --seed an integer');

console.log(`seed ${seed}`);
for (const [rule, check] of responseProperties) {
  await check(async (property, runs) => {
    const numRuns = Math.ceil(runs * factor);
    fc.assert(property, { seed, numRuns });
    console.log(`${rule}: ${numRuns} inputs`);
  });
}
