import { connect } from '../profile/inspector.js';

/**
 * Collects the garbage of a Mediant that was started with `--inspect=127.0.0.1:0`.
 * @param log file with its output
 * @returns megabytes of its heap that are in use
 */
export async function heapAfterCollection(log: string): Promise<number> {
  const inspector = await connect(log);
  try {
    await inspector.call('HeapProfiler.enable');
    // What the first one frees may let go of more.
    for (let times = 0; times < 2; times++) await inspector.call('HeapProfiler.collectGarbage');
    await inspector.call('HeapProfiler.disable');
    const { usedSize } = (await inspector.call('Runtime.getHeapUsage')) as { usedSize: number };
    return usedSize / 2 ** 20;
  } finally {
    inspector.close();
  }
}
