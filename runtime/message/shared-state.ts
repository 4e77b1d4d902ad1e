import type { SubscriptionState } from './subscription-state.js';

/** So many requests in a unit of time (mediators 9.1). */
export interface WindowRule {
  readonly maximum: number;
  /** Milliseconds. */
  readonly unit: number;
  /** Milliseconds that callers wait after too many requests; 0: until the unit of time is over. */
  readonly prohibit: number;
}

/** Limits of a kept answer (mediators 9.2). */
export interface AnswerLimits {
  /** Entries of the cache; the one that was not asked for longest goes first. */
  readonly maxEntries: number;
  /** Milliseconds that an answer is kept. */
  readonly timeout: number;
}

/**
 * What the gateway processes of one server count and keep together. Each `owner` is one mediator of an artifact, or an event
 * source, by the same text in every process; what belongs to it goes when any of them undeploys it.
 */
export interface SharedState extends SubscriptionState {
  /** Whether one more request passes in that window of a throttle. */
  passes(owner: string, window: string, rule: WindowRule): Promise<boolean>;
  /** Takes one of the places for requests at once; undefined when none is free. A process that ends loses its own. */
  takePlace(owner: string, counter: string, limit: number): Promise<number | undefined>;
  givePlaceBack(place: number): Promise<void>;
  /** The text that is kept for a request. */
  answer(owner: string, hash: string, limits: AnswerLimits): Promise<string | undefined>;
  keepAnswer(owner: string, hash: string, limits: AnswerLimits, text: string): Promise<void>;
  forgetAnswer(owner: string, hash: string): Promise<void>;
}
