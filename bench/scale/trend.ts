/** A figure at some point of a run. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** How fast a figure grows, with the range in which the true slope lies in 95 of 100 runs. */
export interface Trend {
  readonly slope: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The slope of Theil and Sen: the median of the slopes between all pairs of points, which single outliers do not move. The
 * range is that of Sen (1968), from the distribution of Kendall's rank statistic.
 * @throws Error for fewer than three points
 */
export function trend(points: readonly Point[]): Trend {
  const count = points.length;
  if (count < 3) throw new Error(`a trend needs three points, there are ${count}`);
  const slopes = points
    .flatMap((one, index) => points.slice(index + 1).map((other) => (other.y - one.y) / (other.x - one.x)))
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  const at = (rank: number): number => slopes[Math.max(0, Math.min(slopes.length - 1, Math.round(rank)))] ?? 0;
  const half = (1.96 * Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18)) / 2;
  const middle = (slopes.length - 1) / 2;
  return {
    slope: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    low: at(middle - half),
    high: at(middle + half),
  };
}

/** What a soak says of the memory of a process, in bytes. */
export interface Memory {
  /** Samples of the process's memory after its warm-up, by requests. */
  readonly samples: readonly Point[];
  /** Its heap after a garbage collection, before and after so many requests. */
  readonly heap: readonly [before: number, after: number];
  readonly requests: number;
}

export interface Flatness {
  readonly flat: boolean;
  /** Bytes that each request has left on the heap. */
  readonly perRequest: number;
  /** Of the process's memory, bytes a request. */
  readonly trend: Trend;
}

/** Growth that no shape of the heap or of the allocator's pools explains. */
const noise = { heap: 3e6, process: 0.1 };

/**
 * Whether memory stays flat. The heap: what is left of each request is less than the smallest object, or all of it less
 * than a run's noise. The process: its trend may be none, or comes to less than a tenth of its memory over the whole run.
 */
export function flatness({ samples, heap, requests }: Memory): Flatness {
  const left = heap[1] - heap[0];
  const perRequest = left / Math.max(1, requests);
  const process = trend(samples);
  const mean = samples.reduce((sum, { y }) => sum + y, 0) / samples.length;
  const grown = process.slope * ((samples.at(-1)?.x ?? 0) - (samples[0]?.x ?? 0));
  const heapFlat = perRequest < 8 || left < noise.heap;
  const processFlat = process.low <= 0 || grown < noise.process * mean;
  return { flat: heapFlat && processFlat, perRequest, trend: process };
}
