import type { DataEvent } from './data-event.js';
import { type BridgeSurroundings, type Credentials, isRefusedEvent, Receiver } from './receiver.js';
import type { ReceiverGroupUrls } from './receiver-urls.js';

/** Events that wait at most, and events of one bundle: the reference's own numbers. */
const queueSize = 32_768;
const batchSize = 200;
/** Milliseconds between two log lines about dropped events. */
const dropLogInterval = 10_000;

interface Entry {
  readonly event: DataEvent;
  /** A bundle of its own, after one with others was refused. */
  alone: boolean;
  /** Somebody waits for it. */
  readonly waiter: { resolve(): void; reject(error: Error): void } | undefined;
}

/**
 * Receivers of which one takes each event, with the events that wait for them. What a receiver fails to take goes to another
 * one, or waits until one is back, so that an event may arrive twice but is not lost; what no receiver will take is logged
 * and counted.
 */
export class ReceiverGroup {
  readonly #receivers: readonly Receiver[];
  readonly #failover: boolean;
  readonly #around: BridgeSurroundings;
  readonly #size: number;
  #queue: Entry[] = [];
  #room: (() => void)[] = [];
  #next = 0;
  #timer: NodeJS.Timeout | undefined;
  #closing = false;
  #idle: (() => void) | undefined;
  #dropped = 0;
  #logged = 0;
  #lastLog = 0;

  /** @param size events that wait at most */
  constructor(
    { failover, receivers }: ReceiverGroupUrls,
    credentials: Credentials,
    around: BridgeSurroundings,
    size = queueSize,
  ) {
    this.#receivers = receivers.map((urls) => new Receiver(urls, credentials, around));
    this.#failover = failover;
    this.#around = around;
    this.#size = size;
  }

  /** Puts an event into the queue. @returns false when the queue is full: then it is dropped, logged and counted */
  offer(event: DataEvent): boolean {
    if (this.#closing || this.#isFull) return this.#refuse();
    this.#add({ event, alone: false, waiter: undefined });
    return true;
  }

  /** {@link offer} that waits for room. @param ms at most */
  async offerWithin(event: DataEvent, ms: number): Promise<boolean> {
    if (this.#isFull && !(await this.#hasRoom(ms))) return this.#refuse();
    return this.offer(event);
  }

  /** Resolves when a receiver has taken the event. @throws Error when none does within the time, or none can */
  async deliver(event: DataEvent, ms: number): Promise<void> {
    const end = Date.now() + ms;
    const late = () => new Error(`no receiver took the event within ${ms} ms`);
    if (this.#isFull && !(await this.#hasRoom(ms))) throw late();
    if (this.#closing) throw new Error('the event sink is being closed');
    await new Promise<void>((resolve, reject) => {
      const waiter = {
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
        reject: (error: Error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      const giveUp = () => {
        this.#queue = this.#queue.filter((entry) => entry.waiter !== waiter);
        reject(late());
      };
      const timer = setTimeout(giveUp, Math.max(1, end - Date.now()));
      // Who waits wants to know now, not when the next attempt is due.
      if (this.#receivers.every(({ wait }) => wait > 0)) for (const receiver of this.#receivers) receiver.retryNow();
      this.#add({ event, alone: false, waiter });
    });
  }

  /** Hands over what waits, for at most so many milliseconds; what is left is logged and counted. Then sessions end. */
  async close(ms: number): Promise<void> {
    this.#closing = true;
    for (const receiver of this.#receivers) receiver.retryNow();
    const idle = new Promise<void>((resolve) => {
      this.#idle = resolve;
    });
    const timer = setTimeout(() => this.#idle?.(), ms);
    this.#pump();
    await idle;
    clearTimeout(timer);
    clearTimeout(this.#timer);
    this.#drop(this.#queue.splice(0), 'the event sink was closed before a receiver took it');
    if (this.#dropped > this.#logged) this.#logDropped('some were dropped since the last line about it');
    await Promise.all(this.#receivers.map((receiver) => receiver.close()));
  }

  get #isFull(): boolean {
    return this.#queue.length >= this.#size;
  }

  #add(entry: Entry): void {
    this.#queue.push(entry);
    this.#pump();
  }

  #refuse(): false {
    this.#count(1, this.#closing ? 'the event sink is being closed' : `the queue of ${this.#size} events is full`);
    return false;
  }

  /** Whether there is room in time. */
  #hasRoom(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#room = this.#room.filter((other) => other !== tell);
        resolve(false);
      }, ms);
      const tell = () => {
        clearTimeout(timer);
        resolve(true);
      };
      this.#room.push(tell);
    });
  }

  /** Gives what waits to receivers that are free. */
  #pump(): void {
    while (this.#queue.length > 0) {
      const receiver = this.#free();
      if (!receiver) break;
      void this.#send(receiver, this.#take());
    }
    for (let room = this.#size - this.#queue.length; room > 0 && this.#room.length > 0; room--) this.#room.shift()?.();
    const isBusy = this.#receivers.some(({ busy }) => busy);
    if (this.#queue.length > 0 && !isBusy) this.#wakeUp();
    if (this.#queue.length === 0 && !isBusy) this.#idle?.();
  }

  /** The first receiver that can, or the next one in turn that is free. */
  #free(): Receiver | undefined {
    const up = this.#receivers.filter(({ wait }) => wait === 0);
    if (this.#failover) return up[0]?.busy ? undefined : up[0];
    const count = this.#receivers.length;
    for (let step = 0; step < count; step++) {
      const receiver = this.#receivers[(this.#next + step) % count];
      if (!receiver || receiver.busy || receiver.wait > 0) continue;
      this.#next = (this.#next + step + 1) % count;
      return receiver;
    }
    return undefined;
  }

  #take(): Entry[] {
    const alone = this.#queue.findIndex((entry) => entry.alone);
    const upTo = alone < 0 ? this.#queue.length : Math.max(1, alone);
    return this.#queue.splice(0, Math.min(batchSize, upTo));
  }

  async #send(receiver: Receiver, batch: Entry[]): Promise<void> {
    try {
      await receiver.publish(batch.map(({ event }) => event));
      for (const { waiter } of batch) waiter?.resolve();
    } catch (error) {
      if (!isRefusedEvent(error)) this.#again(batch, error as Error);
      else if (batch.length > 1) this.#queue.unshift(...batch.map((entry) => ({ ...entry, alone: true })));
      else this.#drop(batch, `the receiver ${receiver.url} refuses it: ${(error as Error).message}`, error as Error);
    }
    this.#pump();
  }

  /** What a receiver has not taken is first in the queue again, for another one or for later. */
  #again(batch: Entry[], error: Error): void {
    const isUp = this.#receivers.some(({ wait }) => wait === 0);
    if (isUp) this.#queue.unshift(...batch);
    else if (this.#closing) this.#drop([...batch, ...this.#queue.splice(0)], 'no receiver can be reached', error);
    else {
      for (const { waiter } of batch) waiter?.reject(error);
      this.#queue.unshift(...batch.filter(({ waiter }) => !waiter));
    }
  }

  #wakeUp(): void {
    clearTimeout(this.#timer);
    const wait = Math.min(...this.#receivers.map((receiver) => receiver.wait));
    this.#timer = setTimeout(() => this.#pump(), Math.max(1, wait));
    this.#timer.unref();
  }

  #drop(entries: readonly Entry[], reason: string, error = new Error(reason)): void {
    for (const { waiter } of entries) waiter?.reject(error);
    const lost = entries.filter(({ waiter }) => !waiter).length;
    if (lost > 0) this.#count(lost, reason);
  }

  #count(lost: number, reason: string): void {
    this.#dropped += lost;
    if (Date.now() - this.#lastLog >= dropLogInterval) this.#logDropped(reason);
  }

  #logDropped(reason: string): void {
    this.#lastLog = Date.now();
    this.#logged = this.#dropped;
    const urls = this.#receivers.map(({ url }) => url).join(', ');
    this.#around.log('WARN', `Events for ${urls} are dropped: ${reason}; ${this.#dropped} dropped so far`);
  }
}
