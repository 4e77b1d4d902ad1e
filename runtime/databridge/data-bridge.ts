import type { Transport } from '../transport/transport.js';
import type { DataEvent } from './data-event.js';
import type { BridgeSurroundings, Credentials } from './receiver.js';
import { ReceiverGroup } from './receiver-group.js';
import type { ReceiverGroupUrls } from './receiver-urls.js';

/** Milliseconds for what waits when a publisher is closed. */
const closeTimeout = 30_000;

/** Publishes events to all groups of receivers of one event sink. */
export class EventPublisher {
  readonly #groups: readonly ReceiverGroup[];

  /** @param queueSize events that wait in each group at most; 32768 by default */
  constructor(
    groups: readonly ReceiverGroupUrls[],
    credentials: Credentials,
    around: BridgeSurroundings,
    queueSize?: number,
  ) {
    this.#groups = groups.map((urls) => new ReceiverGroup(urls, credentials, around, queueSize));
  }

  /** Queues an event. What finds a queue full is dropped there, logged and counted. @returns whether all took it */
  offer(event: DataEvent): boolean {
    return this.#groups.map((group) => group.offer(event)).every(Boolean);
  }

  /** {@link offer} that waits for room, at most so many milliseconds. */
  async offerWithin(event: DataEvent, ms: number): Promise<boolean> {
    return (await Promise.all(this.#groups.map((group) => group.offerWithin(event, ms)))).every(Boolean);
  }

  /** Resolves when a receiver of each group has taken the event. @throws Error when one has not within the milliseconds */
  async deliver(event: DataEvent, ms: number): Promise<void> {
    await Promise.all(this.#groups.map((group) => group.deliver(event, ms)));
  }

  /** Hands over what waits while a receiver can be reached, and ends the sessions. */
  async close(ms = closeTimeout): Promise<void> {
    await Promise.all(this.#groups.map((group) => group.close(ms)));
  }
}

/** The publishers of a server, each with its connections and queues. */
export class DataBridge {
  readonly #around: BridgeSurroundings;
  readonly #publishers = new Set<EventPublisher>();
  readonly #retiring = new Set<Promise<void>>();

  constructor(around: BridgeSurroundings) {
    this.#around = around;
  }

  /** Undefined when the transport opens no connections of this kind. */
  static over(
    transport: Pick<Transport, 'open'>,
    logger: { log(level: 'INFO' | 'WARN', logger: string, text: string): void },
  ): DataBridge | undefined {
    const open = transport.open?.bind(transport);
    return open && new DataBridge({ open, log: (level, text) => logger.log(level, 'DataPublisher', text) });
  }

  /** Nothing is connected before its first event. */
  publisher(groups: readonly ReceiverGroupUrls[], credentials: Credentials): EventPublisher {
    const publisher = new EventPublisher(groups, credentials, this.#around);
    this.#publishers.add(publisher);
    return publisher;
  }

  /** Takes no more events for it; what waits is handed over in the background. */
  retire(publisher: EventPublisher): void {
    if (!this.#publishers.delete(publisher)) return;
    const closing = publisher.close().finally(() => this.#retiring.delete(closing));
    this.#retiring.add(closing);
  }

  /** Hands over what waits everywhere, when no flow runs any more. */
  async close(): Promise<void> {
    for (const publisher of [...this.#publishers]) this.retire(publisher);
    await Promise.all(this.#retiring);
  }
}
