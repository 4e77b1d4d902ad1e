import type { Host } from './host.js';

/** An artifact that runs by itself once it is deployed. */
export interface Runner {
  readonly name: string;
  /** Begins, also again after a stop; does nothing while it runs. */
  start(host: Host): void;
  /** Resolves when nothing of it runs any more; what it has not finished it has given back. */
  stop(): Promise<void>;
}

/** Everything that runs by itself: it begins when the server is ready, and ends with it or with its artifact. */
export class Runners {
  readonly #runners = new Set<Runner>();
  readonly #stopping = new Set<Promise<void>>();
  #host: Host | undefined;
  #isMine: (runner: Runner) => boolean = () => true;

  /** Starts what is deployed, and from now on what will be. @param isMine whether it is this process that runs it */
  start(host: Host, isMine: (runner: Runner) => boolean): void {
    this.#host = host;
    this.#isMine = isMine;
    for (const runner of this.#runners) if (isMine(runner)) runner.start(host);
  }

  /** Starts it when all that is being stopped has ended: its predecessor may still be at work. */
  add(runner: Runner): void {
    this.#runners.add(runner);
    void Promise.all(this.#stopping).then(() => {
      if (this.#host && this.#runners.has(runner) && this.#isMine(runner)) runner.start(this.#host);
    });
  }

  remove(runner: Runner): void {
    this.#runners.delete(runner);
    this.track(runner.stop());
  }

  /** Lets {@link close} wait for something that ends. */
  track(work: Promise<void>): void {
    const done = work.catch(() => {}).finally(() => this.#stopping.delete(done));
    this.#stopping.add(done);
  }

  /** Stops everything. @param timeoutMs after which what still runs is left alone @returns whether all has ended */
  async close(timeoutMs: number): Promise<boolean> {
    this.#host = undefined;
    for (const runner of this.#runners) this.track(runner.stop());
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), timeoutMs);
    });
    const ended = await Promise.race([late, this.#ended().then(() => true)]);
    clearTimeout(timer);
    return ended;
  }

  async #ended(): Promise<void> {
    while (this.#stopping.size > 0) await Promise.all(this.#stopping);
  }
}
