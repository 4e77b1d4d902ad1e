/**
 * Shares the event loop among pieces of long synchronous work, such as transformations. While they take less than
 * {@link slice} of a turn of the loop, they run where they are asked for. What is asked for beyond that waits for a later
 * turn, so that in between the network is served: answers that have come, time-outs, clients that have gone. Among
 * those that wait, what belongs to the request that came first goes first: a request that is far on ends, with all that
 * it holds in memory, before another one begins.
 *
 * The loop is the process's, so that module variables are the state.
 */

/** What a piece of work is a part of: a request with everything that it starts. */
export interface Whole {
  /** Nobody waits for its outcome any more. */
  readonly abandoned?: boolean;
}

/** Work that was not begun, because nobody waited for it any more when its turn came. */
export class AbandonedError extends Error {
  override readonly name = 'AbandonedError';

  constructor() {
    super('The client closed its connection while the message waited for its turn');
  }
}

/** Milliseconds of such work in one turn of the loop; a single piece may take longer. */
const slice = 8;

interface Waiting {
  readonly rank: number;
  readonly begin: () => void;
}

/** In which order wholes asked for their first turn. */
const ranks = new WeakMap<Whole, number>();
let lastRank = 0;
/** The next one at the end. */
const waiting: Waiting[] = [];
/** Milliseconds of this turn of the loop, and of those before that were longer than a slice. */
let used = 0;
let turnEnds = false;

/**
 * Runs long synchronous work at once where the loop has time for it, else in a later turn.
 * @throws what the work throws, at once or as a rejection; {@link AbandonedError} where it had to wait too long
 */
export function inTurn<Result>(whole: Whole, work: () => Result): Result | Promise<Result> {
  const rank = rankOf(whole);
  if (waiting.length === 0 && used < slice) return timed(work);
  return new Promise((resolve, reject) => {
    const begin = (): void => {
      try {
        if (whole.abandoned) throw new AbandonedError();
        resolve(timed(work));
      } catch (error) {
        reject(error);
      }
    };
    waiting.splice(placeOf(rank), 0, { rank, begin });
  });
}

function rankOf(whole: Whole): number {
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
  while (used < slice) {
    const next = waiting.pop();
    if (!next) break;
    next.begin();
  }
  turnEnds = used > 0;
  if (turnEnds) setImmediate(nextTurn);
}
