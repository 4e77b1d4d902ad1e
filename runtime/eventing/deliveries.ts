import { toAddressEndpoint } from '../endpoint/to-address.js';
import { cloneWith } from '../message/clone.js';
import type { Message } from '../message/message.js';
import { SettlingExchange } from '../message/settling-exchange.js';
import type { Subscription } from '../message/subscription-state.js';
import { withoutSecrets } from '../transport/target.js';

/** Copies for one subscriber that may be on their way: one that does not answer must not fill the memory. */
const mostUnderWay = 100;

/** How often an event has been passed on: event sources that subscribe to one another must not do so for ever. */
export const hopsHeader = 'X-Event-Hops';
const mostHops = 16;

/** Headers for the server that they were sent to, or for one that the flow calls. */
const credentials: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization', 'cookie']);

/** Nobody waits for what a subscriber answers. */
class DeliveryExchange extends SettlingExchange {
  readonly answered = false;

  respond(): void {}

  inject(): void {}

  unhandled(): void {}
}

/** The copies of events that are on their way to the subscribers of one event source. */
export class Deliveries {
  /** How many for each subscription. */
  readonly #underWay = new Map<string, number>();
  readonly #work = new Set<Promise<void>>();

  constructor(private readonly source: string) {}

  /**
   * Sends a copy of the message, which is built. A client does not wait for it; whatever else runs the flow does.
   * @param isTrusted whether the subscriber may see the credentials of the publisher
   */
  send(message: Message, subscription: Subscription, { isTrusted }: { isTrusted: boolean }): void {
    const { id } = subscription;
    const before = this.#underWay.get(id) ?? 0;
    const reason = reasonAgainst(before, hopsOf(message));
    if (reason !== undefined) {
      this.#warn(message, subscription, reason);
      return;
    }
    const copy = copyFor(message, subscription, isTrusted);
    this.#underWay.set(id, before + 1);
    const work = this.#deliver(copy, subscription).finally(() => {
      this.#work.delete(work);
      const left = (this.#underWay.get(id) ?? 1) - 1;
      if (left > 0) this.#underWay.set(id, left);
      else this.#underWay.delete(id);
    });
    this.#work.add(work);
    if (!message.exchange.whenAnswered) message.exchange.track(work);
  }

  /** Waits for those that are on their way. */
  async settled(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  /** Never rejects: what happens to one copy is nothing to the flow, nor to the others. */
  async #deliver(copy: Message, subscription: Subscription): Promise<void> {
    try {
      await toAddressEndpoint().send(copy);
      const status = Number(String(copy.axis2.get('HTTP_SC')));
      copy.payload.clear();
      if (status >= 300) this.#warn(copy, subscription, `it was answered with status ${status}`);
    } catch (error) {
      this.#warn(copy, subscription, (error as Error).message);
    }
  }

  #warn({ environment }: Message, { id, address }: Subscription, reason: string): void {
    const text = `${this.source}: an event did not reach ${withoutSecrets(address)} (subscription ${id}): ${reason}`;
    environment.logger.log('WARN', 'EventSource', text);
  }
}

function reasonAgainst(underWay: number, hops: number): string | undefined {
  if (underWay >= mostUnderWay) return `${underWay} events before it are still on their way`;
  return hops >= mostHops ? `it was passed on ${hops} times; subscribers publish it again` : undefined;
}

function hopsOf({ headers }: Message): number {
  const text = headers.text(hopsHeader) ?? '';
  return /^\d{1,3}$/.test(text) ? Number(text) : 0;
}

/** An event is posted to the address of its subscriber as that is, whatever request it came with. */
function copyFor(message: Message, { address }: Subscription, isTrusted: boolean): Message {
  const copy = cloneWith(message, message.payload.clone(), new DeliveryExchange());
  copy.operation = new Map();
  copy.addressing.to = address;
  copy.axis2.delete('TransportURL');
  copy.axis2.set('HTTP_METHOD', 'POST');
  copy.headers.set(hopsHeader, String(hopsOf(message) + 1));
  if (isTrusted) return copy;
  copy.headers.deleteAll(credentials);
  if (copy.credential) copy.headers.delete(copy.credential.source.header);
  for (const name of credentials) copy.excessHeaders?.delete(name);
  copy.properties.delete('LB_COOKIE_HEADER');
  return copy;
}
