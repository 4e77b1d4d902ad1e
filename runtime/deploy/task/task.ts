import type { Host } from '../background/host.js';
import type { Runner } from '../background/runners.js';
import { runByTrigger, type Trigger } from '../background/schedule.js';

/** When a task runs, as it is configured. */
export type TaskTrigger =
  | { readonly cron: string }
  /** Seconds; a count that is undefined: for ever. */
  | { readonly interval: number; readonly count: number | undefined };

export interface TaskSettings {
  readonly name: string;
  readonly group: string;
  /** Java class that the task stands for. */
  readonly implementation: string;
  readonly configured: TaskTrigger;
  readonly trigger: Trigger;
  /** Texts of its properties. */
  readonly properties: ReadonlyMap<string, string>;
}

/**
 * What a task does each time.
 * @returns the work that it has started; the next time does not wait for it unless `sequential`
 */
export interface Job {
  readonly sequential: boolean;
  run(host: Host): Promise<void>;
}

/** A deployed `<task>` (artifacts 2.6): it runs at once and then by its trigger, never twice at a time. */
export class Task implements Runner {
  readonly name: string;
  #host: Host | undefined;
  #abort: AbortController | undefined;
  #running: Promise<void> = Promise.resolve();
  readonly #work = new Set<Promise<void>>();

  constructor(
    readonly settings: TaskSettings,
    private readonly job: Job,
  ) {
    this.name = settings.name;
  }

  /** Whether it runs by its trigger, now or when the server is ready. */
  get active(): boolean {
    return this.#abort !== undefined;
  }

  start(host: Host): void {
    this.#host = host;
    this.activate();
  }

  async stop(): Promise<void> {
    this.#host = undefined;
    await this.deactivate();
  }

  activate(): void {
    if (!this.#host || this.#abort) return;
    const host = this.#host;
    const abort = new AbortController();
    this.#abort = abort;
    const { trigger } = this.settings;
    this.#running = this.#running.then(() => runByTrigger(trigger, () => this.#once(host), abort.signal));
  }

  async deactivate(): Promise<void> {
    this.#abort?.abort();
    this.#abort = undefined;
    await this.#running;
    await Promise.all(this.#work);
  }

  /** Runs it once, apart from its trigger. */
  async runNow(): Promise<void> {
    if (this.#host) await this.#once(this.#host);
  }

  async #once(host: Host): Promise<void> {
    const work = this.job
      .run(host)
      .catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        host.environment.logger.log('ERROR', 'Task', `Task [${this.name}] failed: ${reason}`);
      })
      .finally(() => this.#work.delete(work));
    this.#work.add(work);
    if (this.job.sequential) await work;
  }
}
