import type { Exchange, Message } from './message.js';

/** An exchange without a connection: whoever made it waits until all that its message has started is done. */
export abstract class SettlingExchange implements Exchange {
  abstract readonly answered: boolean;
  readonly #work = new Set<Promise<unknown>>();
  readonly #ending: (() => Promise<void>)[] = [];

  abstract respond(message: Message): void | Promise<void>;

  abstract inject(message: Message): unknown;

  abstract unhandled(error: unknown): void;

  track(work: Promise<unknown>): void {
    const guarded = work.catch((error: unknown) => this.unhandled(error)).finally(() => this.#work.delete(guarded));
    this.#work.add(guarded);
  }

  whenEnded(callback: () => Promise<void>): void {
    this.#ending.push(callback);
  }

  acknowledgeIfForced(): void {}

  /** Waits for everything that the message has started. */
  async settle(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
    for (const callback of this.#ending.splice(0)) await callback();
  }
}
