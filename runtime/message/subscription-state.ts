/** When a subscription ends. */
export interface Expiry {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** As answers show it: an `xs:dateTime`. */
  readonly text: string;
}

/** Which events a subscriber wants. */
export interface SubscriptionFilter {
  readonly dialect: string;
  readonly text: string;
  /** Prefixes of the text. */
  readonly namespaces: Readonly<Record<string, string>>;
}

/** What a subscriber asked for: plain values, which go from process to process (mediators 12). */
export interface Subscription {
  readonly id: string;
  /** HTTP URL that events are posted to. */
  readonly address: string;
  /** Absent: every event. */
  readonly filter?: SubscriptionFilter;
  /** Absent: until somebody ends it. */
  readonly expires?: Expiry;
}

/** The subscriptions of event sources, each by its `owner`: the same text in every process of a server. */
export interface SubscriptionState {
  /**
   * @param once whether one that an address has for the same filter is renewed instead of doubled
   * @returns the id of the one in force; undefined when the owner has as many as it can
   */
  subscribe(owner: string, subscription: Subscription, once: boolean): Promise<string | undefined>;
  /** @returns false when there is none of that id, or not any more */
  renew(owner: string, id: string, expires: Expiry): Promise<boolean>;
  /** @returns false when there is none of that id, or not any more */
  unsubscribe(owner: string, id: string): Promise<boolean>;
  /** Those that have not expired. */
  subscriptions(owner: string): Promise<readonly Subscription[]>;
  /** Drops all that belongs to an owner. */
  drop(owner: string): Promise<void>;
}
