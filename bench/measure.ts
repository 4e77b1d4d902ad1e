import { Bench } from 'tinybench';

/** One thing to measure. */
export interface Case {
  readonly name: string;
  /** Whose time it is: our own, or that of a library alone on the same input. */
  readonly by: string;
  /** Operations that one call of {@link run} does; more than one where the clock is coarse beside the operation. */
  readonly batch: number;
  /** Does the operations. Called before the measurement too: what it returns goes to {@link check}. */
  readonly run: () => unknown;
  /** Throws when the result is wrong. */
  readonly check: (result: unknown) => void | Promise<void>;
}

export interface Figure {
  readonly name: string;
  readonly by: string;
  /** Microseconds an operation, the median of all samples. */
  readonly microseconds: number;
  readonly perSecond: number;
  readonly samples: number;
}

/**
 * Measures cases one after another in this process.
 * @param milliseconds time for each, half as much again before it to warm up
 * @throws Error when a case fails or its result is wrong; nothing is measured then
 */
export async function measure(cases: readonly Case[], milliseconds: number): Promise<Figure[]> {
  for (const one of cases) {
    try {
      await one.check(await one.run());
    } catch (error) {
      throw new Error(`${one.name} (${one.by}): ${(error as Error).message}`, { cause: error });
    }
  }
  const bench = new Bench({ time: milliseconds, warmupTime: milliseconds / 2, throws: true });
  // The name only tells tasks apart.
  for (const [index, one] of cases.entries()) bench.add(String(index), one.run as () => unknown);
  const tasks = await bench.run();
  return cases.map((one, index) => figure(one, tasks[index]));
}

function figure({ name, by, batch }: Case, task: Bench['tasks'][number] | undefined): Figure {
  if (task?.result.state !== 'completed') throw new Error(`${name} (${by}) did not complete: ${task?.result.state}`);
  const { latency } = task.result;
  const microseconds = (latency.p50 * 1000) / batch;
  return { name, by, microseconds, perSecond: 1e6 / microseconds, samples: latency.samplesCount };
}

/** A case of synchronous work, repeated within a sample so that the clock's own cost does not count. */
export function repeated(name: string, by: string, batch: number, work: () => unknown, check: Case['check']): Case {
  const run = (): unknown => {
    let result: unknown;
    for (let count = 0; count < batch; count++) result = work();
    return result;
  };
  return { name, by, batch, run, check };
}

/** Microseconds of CPU that an operation costs this process, its threads included; another measure than the clock's. */
export async function cpuMicroseconds({ run, batch }: Case, operations: number): Promise<number> {
  for (let count = 0; count < operations / 4; count += batch) await run();
  const before = process.cpuUsage();
  for (let count = 0; count < operations; count += batch) await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / operations;
}
