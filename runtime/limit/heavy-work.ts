import { interruptible, TimeLimitError, transformationLimit } from './time-limit.js';

/**
 * Shares the event loop among pieces of long synchronous work, such as transformations. The first of a turn of the loop runs
 * where it is asked for. What is asked for beyond that waits until the network has been served: answers that have come,
 * time-outs, clients that have gone; then as much runs as fits into a {@link slice}. Among those that wait, what belongs to
 * the request that came first goes first: a request that is far on ends, with all that it holds in memory, before another
 * one begins.
 *
 * What runs together is watched over together, for a watch costs a thread, up to half of what a small transformation takes.
 *
 * The loop is the process's, so that module variables are the state.
 */

/** Milliseconds of such work in one turn of the loop; a single piece may take longer. */
const slice = 8;

interface Waiting {
  readonly whole: object;
  readonly rank: number;
  readonly begin: () => void;
  /** Tells that it was ended from outside. */
  readonly end: (error: unknown) => void;
}

/** Added to the rank of what nobody waits for any more. */
const late = 2 ** 40;

/** In which order wholes asked for their first turn. */
const ranks = new WeakMap<object, number>();
let lastRank = 0;
/** The next one at the end. */
const waiting: Waiting[] = [];
/** Milliseconds of this turn of the loop, and of those before that were longer than a slice. */
let used = 0;
let turnEnds = false;

/**
 * Runs long synchronous work at once where the loop has time for it, else in a later turn. There it is ended after
 * {@link transformationLimit}, in the midst of whatever it does: its `catch` and `finally` blocks do not run then.
 * @param whole what the work is a part of, such as a request with everything that it starts; true in `abandoned` says that
 * nobody waits for its outcome any more: others go first
 * @throws what the work throws, at once or as a rejection; {@link TimeLimitError}
 */
export function inTurn<Result>(whole: object, work: () => Result): Result | Promise<Result> {
  const rank = rankOf(whole);
  if (waiting.length === 0 && used === 0) return timed(work);
  return new Promise((resolve, reject) => {
    const begin = (): void => {
      try {
        resolve(work());
      } catch (error) {
        reject(error);
      }
    };
    wait({ whole, rank, begin, end: reject });
  });
}

function wait(one: Waiting): void {
  waiting.splice(placeOf(one.rank), 0, one);
}

/** Takes the next one; those whose client has gone while they waited go behind all others. */
function nextWaiting(): Waiting | undefined {
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (next.rank >= late || !isAbandoned(next.whole)) return next;
    wait({ ...next, rank: next.rank + late });
  }
  return undefined;
}

const isAbandoned = (whole: object): boolean => 'abandoned' in whole && whole.abandoned === true;

function rankOf(whole: object): number {
  const known = ranks.get(whole);
  if (known !== undefined) return known;
  ranks.set(whole, ++lastRank);
  return lastRank;
}

/** Behind all of higher rank, and those of the same that asked before. */
function placeOf(rank: number): number {
  let [low, high] = [0, waiting.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((waiting[middle] as Waiting).rank > rank) low = middle + 1;
    else high = middle;
  }
  return low;
}

function timed<Result>(work: () => Result): Result {
  if (!turnEnds) setImmediate(nextTurn);
  turnEnds = true;
  const start = performance.now();
  try {
    return work();
  } finally {
    used += performance.now() - start;
  }
}

/**
 * Runs when the network has been served once more. What took many slices is followed by as many turns without such work:
 * a turn accepts one connection, and an answer takes some until it is read.
 */
function nextTurn(): void {
  used = Math.max(0, used - slice);
  while (used < slice && waiting.length > 0) timed(runWaiting);
  turnEnds = used > 0;
  if (turnEnds) setImmediate(nextTurn);
}

/** Runs what waits until the slice is over, under one watch. One that has to be ended ends this. */
function runWaiting(): void {
  const end = performance.now() + slice - used;
  let running: Waiting | undefined;
  const run = (): void => {
    do {
      running = nextWaiting();
      running?.begin();
    } while (waiting.length > 0 && performance.now() < end);
  };
  try {
    // Each has its time, whatever ran before it.
    interruptible(run, transformationLimit + slice);
  } catch {
    running?.end(new TimeLimitError(transformationLimit));
  }
}
