import { Worker } from 'node:worker_threads';
import type { Task } from './evaluator.js';

/** Milliseconds. What is interpreted ends itself after one second; the rest is for a machine that does other things, too. */
const patience = 6_000;

/**
 * Does tasks in a thread of its own, so that one that hangs or runs out of memory is a failure like another and not the
 * end of all tests.
 */
export class Evaluator {
  #worker: Promise<Worker> | undefined;

  /** @throws Error for a task that hangs, crashes, changes a prototype or throws what nobody expects */
  async run(task: Task): Promise<void> {
    this.#worker ??= started();
    const worker = await this.#worker;
    const problem = await new Promise<string | undefined>((resolve) => {
      const settle = (result: string | undefined): void => {
        clearTimeout(timer);
        worker.removeAllListeners('message').removeAllListeners('error');
        resolve(result);
      };
      const timer = setTimeout(() => settle(`it takes longer than ${patience} ms`), patience);
      worker.once('message', settle);
      worker.once('error', (error) => settle(`the thread died: ${error.message}`));
      worker.postMessage(task);
    });
    if (problem === undefined) return;
    await this.stop();
    throw new Error(problem);
  }

  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await (await worker)?.terminate();
  }
}

async function started(): Promise<Worker> {
  const worker = new Worker(new URL('./evaluator.js', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: 1500 },
  });
  await new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  return worker;
}
