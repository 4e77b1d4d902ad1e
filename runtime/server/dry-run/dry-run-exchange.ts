import type { Deployed } from '../../deploy/deployed.js';
import { dispatchAnswer } from '../../deploy/dispatch.js';
import type { Exchange, Message } from '../../message/message.js';
import { type ClientAnswer, type ClientRequest, clientAnswer } from '../gateway/client-answer.js';

/** Keeps the answer that a client would receive instead of sending it. */
export class DryRunExchange implements Exchange {
  answer: ClientAnswer | undefined;
  /** The error that no fault handler took. */
  error: unknown;
  readonly #work = new Set<Promise<unknown>>();
  readonly #ending: (() => Promise<void>)[] = [];

  constructor(
    private readonly deployed: Deployed,
    private readonly request: ClientRequest,
  ) {}

  get answered(): boolean {
    return this.answer !== undefined;
  }

  async respond(message: Message): Promise<void> {
    if (this.answered) return;
    const answer = await clientAnswer(message, this.request);
    this.answer ??= answer;
  }

  inject(message: Message): Promise<void> {
    return dispatchAnswer(this.deployed, message);
  }

  track(work: Promise<unknown>): void {
    const guarded = work.catch((error: unknown) => this.unhandled(error)).finally(() => this.#work.delete(guarded));
    this.#work.add(guarded);
  }

  unhandled(error: unknown): void {
    this.error ??= error;
  }

  whenEnded(callback: () => Promise<void>): void {
    this.#ending.push(callback);
  }

  acknowledgeIfForced(): void {}

  /** Waits for everything that the run started. */
  async settle(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
    for (const callback of this.#ending.splice(0)) await callback();
  }
}
