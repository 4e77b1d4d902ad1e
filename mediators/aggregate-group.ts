import { Fork } from '../runtime/message/fork.js';
import type { Message } from '../runtime/message/message.js';
import { sequenceProperty, withId } from './split.js';

/** The messages that one aggregate collects for one split (mediators 7.5). */
export class AggregateGroup {
  readonly messages: Message[] = [];
  #timer: NodeJS.Timeout | undefined;
  #expired: ((last: Message | undefined) => void) | undefined;
  #expiry: Promise<unknown> | undefined;
  /** Where the last message would go on, for a group that is completed by its time. */
  #parked: Fork<Message> | undefined;

  /** @param limits numbers of messages that complete the group; none when not above 0 */
  constructor(
    private readonly limits: { readonly min: number; readonly max: number },
    private readonly id: string | undefined,
  ) {}

  /** Ignored when there are as many as there may be. */
  add(message: Message): void {
    const { max } = this.limits;
    if (max <= 0 || this.messages.length < max) this.messages.push(message);
  }

  /** All branches of the split are here, or as many as are asked for. */
  get isComplete(): boolean {
    const { length } = this.messages;
    const { min, max } = this.limits;
    return length >= this.#total() || (min > 0 && length >= min) || (max > 0 && length >= max);
  }

  /**
   * Starts the time within which the group has to be complete.
   * @param timeout ms
   * @returns the last message when the time is over, undefined when the group was closed before
   */
  startTimer(timeout: number): Promise<Message | undefined> {
    return new Promise((resolve) => {
      this.#expired = resolve;
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        resolve(this.messages.at(-1));
      }, timeout);
    });
  }

  /** Ends the time. */
  close(): void {
    clearTimeout(this.#timer);
    this.#expired?.(undefined);
  }

  /** Leaves the fork by which the message that was added last goes on after the time is over. */
  park(message: Message): void {
    this.#parked = new Fork<Message>(false);
    if (this.#expiry) this.#parked.add(this.#expiry);
    message.fork = this.#parked;
    message.onWait?.();
  }

  /** What is done when the time is over: the fork of a parked message waits for it. */
  set expiry(work: Promise<unknown>) {
    this.#expiry = work;
  }

  resume(last: Message): void {
    this.#parked?.arrive(last);
  }

  #total(): number {
    const place = this.messages[0]?.properties.get(withId(sequenceProperty, this.id));
    const total = typeof place === 'string' ? Number(place.split('/')[1]) : Number.NaN;
    return Number.isNaN(total) ? Number.POSITIVE_INFINITY : total;
  }
}
