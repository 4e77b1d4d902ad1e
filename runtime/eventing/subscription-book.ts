import type { Expiry, Subscription, SubscriptionState } from '../message/subscription-state.js';

/** Subscriptions that one event source keeps: what anybody may ask for must not fill the memory. */
export const mostSubscriptions = 1_000;

/** Subscriptions in memory: lost with the process, as those of the reference's default manager (mediators 12). */
export class SubscriptionBook implements SubscriptionState {
  readonly #owners = new Map<string, Map<string, Subscription>>();

  constructor(private readonly now: () => number = Date.now) {}

  async subscribe(owner: string, subscription: Subscription, once: boolean): Promise<string | undefined> {
    const known = this.#of(owner);
    const same = once ? [...known.values()].find((other) => isSame(other, subscription)) : undefined;
    if (!same && known.size >= mostSubscriptions) return undefined;
    const id = same?.id ?? subscription.id;
    known.set(id, { ...subscription, id });
    return id;
  }

  async renew(owner: string, id: string, expires: Expiry): Promise<boolean> {
    const known = this.#of(owner);
    const subscription = known.get(id);
    if (subscription) known.set(id, { ...subscription, expires });
    return subscription !== undefined;
  }

  async unsubscribe(owner: string, id: string): Promise<boolean> {
    return this.#of(owner).delete(id);
  }

  async subscriptions(owner: string): Promise<readonly Subscription[]> {
    return [...this.#of(owner).values()];
  }

  async drop(owner: string): Promise<void> {
    this.#owners.delete(owner);
  }

  /** Those of an owner that have not expired. */
  #of(owner: string): Map<string, Subscription> {
    const known = this.#owners.get(owner) ?? new Map<string, Subscription>();
    this.#owners.set(owner, known);
    for (const [id, subscription] of known) if (hasExpired(subscription, this.now())) known.delete(id);
    return known;
  }
}

export function hasExpired({ expires }: Subscription, now: number): boolean {
  return expires !== undefined && expires.at <= now;
}

function isSame(one: Subscription, other: Subscription): boolean {
  return one.address === other.address && one.filter?.text === other.filter?.text;
}
