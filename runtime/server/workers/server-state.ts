import { AnswerTable } from '../../../mediators/cache-entry.js';
import { ThrottleWindow } from '../../../mediators/throttle-window.js';
import { SubscriptionBook } from '../../eventing/subscription-book.js';
import type { SharedState, WindowRule } from '../../message/shared-state.js';
import type { Subscription } from '../../message/subscription-state.js';

/** What one mediator counts and keeps. */
interface Owned {
  readonly windows: Map<string, ThrottleWindow>;
  /** Places that are taken, by their counter. */
  readonly places: Map<string, Set<number>>;
  readonly answers: AnswerTable<string>;
}

/**
 * What the gateway processes of one server count and keep together: held by the process that started them, lost with
 * it.
 */
export class ServerState {
  readonly #owned = new Map<string, Owned>();
  readonly #places = new Map<number, { holder: object; counter: Set<number> }>();
  readonly #subscriptions = new SubscriptionBook();
  #lastPlace = 0;

  /** What one process sees of it. @param holder the process, see {@link release} */
  of(holder: object): SharedState {
    return {
      passes: async (owner, window, rule) => this.#passes(owner, window, rule),
      takePlace: async (owner, counter, limit) => this.#takePlace(holder, this.#of(owner), { counter, limit }),
      givePlaceBack: async (place) => this.#givePlaceBack(place),
      answer: async (owner, hash, limits) => this.#of(owner).answers.find(hash, limits, Date.now()),
      keepAnswer: async (owner, hash, limits, text) => this.#of(owner).answers.keep(hash, text, limits, Date.now()),
      forgetAnswer: async (owner, hash) => this.#of(owner).answers.forget(hash),
      subscribe: (...values) => this.#subscriptions.subscribe(...values),
      renew: (...values) => this.#subscriptions.renew(...values),
      unsubscribe: (...values) => this.#subscriptions.unsubscribe(...values),
      subscriptions: (owner) => this.#subscriptions.subscriptions(owner),
      drop: async (owner) => this.#drop(owner),
    };
  }

  /** Frees the places of a process that has ended. */
  release(holder: object): void {
    for (const [place, taken] of this.#places) if (taken.holder === holder) this.#givePlaceBack(place);
  }

  #of(owner: string): Owned {
    const known = this.#owned.get(owner);
    if (known) return known;
    const owned = { windows: new Map(), places: new Map(), answers: new AnswerTable<string>() };
    this.#owned.set(owner, owned);
    return owned;
  }

  #passes(owner: string, name: string, rule: WindowRule): boolean {
    const { windows } = this.#of(owner);
    const window = windows.get(name) ?? new ThrottleWindow(rule);
    windows.set(name, window);
    return window.accepts(performance.now());
  }

  #takePlace(holder: object, { places }: Owned, { counter, limit }: { counter: string; limit: number }) {
    const taken = places.get(counter) ?? new Set();
    places.set(counter, taken);
    if (taken.size >= limit) return undefined;
    const place = ++this.#lastPlace;
    taken.add(place);
    this.#places.set(place, { holder, counter: taken });
    return place;
  }

  /** A place that was dropped with its owner is none any more. */
  #givePlaceBack(place: number): void {
    this.#places.get(place)?.counter.delete(place);
    this.#places.delete(place);
  }

  #drop(owner: string): void {
    for (const taken of this.#owned.get(owner)?.places.values() ?? []) {
      for (const place of taken) this.#places.delete(place);
    }
    this.#owned.delete(owner);
    void this.#subscriptions.drop(owner);
  }
}

/** An operation of {@link SharedState} that a gateway process asks for. */
export interface StateCall {
  readonly operation: keyof SharedState;
  readonly values: readonly unknown[];
}

/** What a gateway process sees of the server's state. */
export function stateOfServer(request: (call: StateCall) => Promise<unknown>): SharedState {
  const ask = (operation: keyof SharedState, values: readonly unknown[]) => request({ operation, values });
  return {
    passes: async (...values) => (await ask('passes', values)) === true,
    takePlace: async (...values) => (await ask('takePlace', values)) as number | undefined,
    givePlaceBack: async (...values) => void (await ask('givePlaceBack', values)),
    answer: async (...values) => (await ask('answer', values)) as string | undefined,
    keepAnswer: async (...values) => void (await ask('keepAnswer', values)),
    forgetAnswer: async (...values) => void (await ask('forgetAnswer', values)),
    subscribe: async (...values) => (await ask('subscribe', values)) as string | undefined,
    renew: async (...values) => (await ask('renew', values)) === true,
    unsubscribe: async (...values) => (await ask('unsubscribe', values)) === true,
    subscriptions: async (...values) => (await ask('subscriptions', values)) as readonly Subscription[],
    drop: async (...values) => void (await ask('drop', values)),
  };
}
