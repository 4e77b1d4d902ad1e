import { type LoadTarget, measure, type Run, settle } from './load.js';

/** What is measured in turns with others, and its runs so far. */
export interface Turn {
  readonly target: LoadTarget;
  /** Seconds of one run. */
  readonly seconds: number;
  readonly runs: Run[];
}

/**
 * Measures all of them, round by round, each round in another order, so that none always follows the same one.
 * @param wait seconds before each run, at most, for other work on the machine to end
 */
export async function inTurns(turns: readonly Turn[], rounds: number, wait: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (const [index] of turns.entries()) {
      const one = turns[(index + round) % turns.length];
      if (!one) continue;
      await settle(wait);
      one.runs.push(await measure(one.target, one.seconds));
    }
  }
}
