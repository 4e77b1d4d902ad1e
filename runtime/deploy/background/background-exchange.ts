import type { Exchange, Message } from '../../message/message.js';
import type { Host } from './host.js';

/** The exchange of a message that no client has sent: nobody waits for an answer. */
export class BackgroundExchange implements Exchange {
  readonly answered = false;
  readonly #work = new Set<Promise<unknown>>();
  readonly #ending: (() => Promise<void>)[] = [];

  /** @param origin what the message comes from, for the log: `message processor Orders` */
  constructor(
    private readonly host: Host,
    private readonly origin: string,
  ) {}

  respond(message: Message): void {
    const { logger } = message.environment;
    logger.log('DEBUG', 'Axis2Sender', `Nobody waits for the answer to a message of the ${this.origin}`);
  }

  inject(message: Message): Promise<void> {
    return this.host.inject(message);
  }

  track(work: Promise<unknown>): void {
    const guarded = work.catch((error: unknown) => this.unhandled(error)).finally(() => this.#work.delete(guarded));
    this.#work.add(guarded);
  }

  /** Whoever raised it has logged it. */
  unhandled(_error: unknown): void {}

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
