import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes of one body up to which nothing is done: bodies of this size come and go with all the other garbage. */
const ordinaryBody = 1024 * 1024;

/** Bytes of long bodies, of all together, after which their buffers are freed. */
const freedAfter = 8 * 1024 * 1024;

let unfreed = 0;
let collect: (() => void) | undefined;

/**
 * Counts one long body while it streams through, and has its buffers freed in good time. Node reads a stream into buffers
 * of 64 kB, a new one for each read; V8 sees only the small objects that stand for them, and lets about 32 MB of them
 * wait before it looks. A collection of the young objects, of which a body that streams has few, frees them.
 *
 * @returns what to tell the length of each part of the body that was handed on
 */
export function streamedMemory(): (bytes: number) => void {
  let passed = 0;
  return (bytes) => {
    passed += bytes;
    if (passed <= ordinaryBody) return;
    unfreed += bytes;
    if (unfreed < freedAfter) return;
    unfreed = 0;
    collect ??= youngCollector();
    collect();
  };
}

/** V8's own collector, which it shows only to those who ask for it by a flag. */
function youngCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as (options: { type: 'minor' }) => void;
  setFlagsFromString('--no-expose-gc');
  return () => gc({ type: 'minor' });
}
