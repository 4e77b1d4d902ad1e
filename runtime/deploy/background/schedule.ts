import type { CronTimes } from './cron.js';

/** When something runs by itself. */
export type Trigger =
  | { readonly kind: 'cron'; readonly times: CronTimes }
  /** At once and then every so often, `count` times in all; for ever without a count. */
  | { readonly kind: 'interval'; readonly milliseconds: number; readonly count: number | undefined };

/** Longest time that a timer can wait, ms. */
const longest = 2 ** 31 - 1;

/**
 * Runs something by its trigger, never twice at once: what falls due while it runs is left out. It keeps no process alive.
 * @param signal ends it; a run that is under way ends by itself
 * @returns a promise that resolves when nothing will run any more
 */
export async function runByTrigger(trigger: Trigger, run: () => Promise<void>, signal: AbortSignal): Promise<void> {
  if (trigger.kind === 'cron') return runByCron(trigger.times, run, signal);
  const { milliseconds, count = Number.POSITIVE_INFINITY } = trigger;
  const start = performance.now();
  for (let done = 1; !signal.aborted; done++) {
    await run();
    if (done >= count) return;
    const passed = performance.now() - start;
    const due = start + Math.max(1, Math.ceil(passed / milliseconds)) * milliseconds;
    if (!(await pauseUntil(() => due - performance.now(), signal))) return;
  }
}

async function runByCron(times: CronTimes, run: () => Promise<void>, signal: AbortSignal): Promise<void> {
  for (let due = times.after(new Date()); due && !signal.aborted; due = times.after(new Date())) {
    const moment = due.getTime();
    // The clock may be set while it waits.
    if (!(await pauseUntil(() => moment - Date.now(), signal))) return;
    await run();
  }
}

/** A timer may be a little early, and cannot wait for months. */
async function pauseUntil(left: () => number, signal: AbortSignal): Promise<boolean> {
  for (let wait = left(); wait > 0; wait = left()) if (!(await pause(wait, signal))) return false;
  return !signal.aborted;
}

/** Waits; false when it was ended before. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(
      () => {
        signal.removeEventListener('abort', end);
        resolve(true);
      },
      Math.min(Math.max(0, milliseconds), longest),
    );
    timer.unref();
    signal.addEventListener('abort', end, { once: true });
  });
}
