import type { Counters } from './counters.js';
import { dropped, Flight } from './flight.js';
import { TokenError } from './token-error.js';
import type { KeptToken } from './token-settings.js';

export interface SlotOptions {
  /**
   * Gets a new token, by whatever way.
   * @param known the token that it replaces
   * @param wanted whether anybody still wants it
   */
  readonly fetch: (known: KeptToken | undefined, wanted: () => boolean) => Promise<KeptToken>;
  /** Tells the other nodes that a token was refused. */
  readonly purge: (token: KeptToken) => void;
  readonly counters: Counters;
  readonly now: () => number;
  readonly tokenUrl: string;
}

const shortPause = 300;
const firstPause = 1_000;
const longestPause = 60_000;
/** Purges that a request lives through before it gives up: each costs a refused call of somebody. */
const patience = 5;

/** The token of one key: kept, renewed before its end, fetched by one for all who want it (api-management 1.16, 3.11). */
export class TokenSlot {
  readonly #options: SlotOptions;
  #token: KeptToken | undefined;
  #flight: Flight<KeptToken> | undefined;
  /** The last failure, which answers requests until its time is over. */
  #failure: { readonly error: TokenError; readonly until: number } | undefined;
  /** Refusals of the client in a row. */
  #refusals = 0;
  #closed = false;

  constructor(options: SlotOptions) {
    this.#options = options;
  }

  /** Nothing would be lost with it. */
  get idle(): boolean {
    const until = Math.max(this.#token?.expiresAt ?? 0, this.#failure?.until ?? 0);
    return this.#flight === undefined && until <= this.#options.now();
  }

  get busy(): boolean {
    return this.#flight !== undefined;
  }

  /**
   * A token that can be used now; at once when there is one.
   * @throws TokenError
   */
  get(): KeptToken | Promise<KeptToken> {
    const { counters, now } = this.#options;
    const token = this.#token;
    const time = now();
    if (!token || time >= token.usableUntil) return this.#wait();
    counters.hits++;
    if (time >= token.refreshAt && !this.#flight && time >= (this.#failure?.until ?? 0)) {
      counters.refreshes++;
      this.#begin();
    }
    return token;
  }

  /** The backend refused this token: it goes, and whatever is under way with it, unless it has gone already. */
  reject(value: string): void {
    const token = this.#token;
    if (token?.value !== value) return;
    this.#options.counters.purges++;
    // Of what is over, the refresh token is still of use.
    this.#token = { ...token, value: '', refreshAt: 0, usableUntil: 0, expiresAt: 0 };
    this.#failure = undefined;
    this.#abandon();
    this.#options.purge(token);
  }

  /** The configuration is gone: nothing of it is used any more, not even what is under way. */
  close(): void {
    this.#closed = true;
    this.#token = undefined;
    this.#abandon();
  }

  async #wait(): Promise<KeptToken> {
    const { counters, tokenUrl } = this.#options;
    for (let round = 0; round < patience && !this.#closed; round++) {
      if (this.#flight) counters.waits++;
      const flight = this.#flight ?? this.#beginUnlessFailed();
      if (!flight) return this.#lastResort(this.#failure?.error);
      const outcome = await flight.outcome.catch((error: unknown) =>
        this.#closed ? dropped : this.#lastResort(error),
      );
      if (outcome !== dropped && !this.#closed) return outcome;
    }
    counters.refused++;
    throw new TokenError('superseded', tokenUrl);
  }

  #beginUnlessFailed(): Flight<KeptToken> | undefined {
    const failure = this.#failure;
    return failure && this.#options.now() < failure.until ? undefined : this.#begin();
  }

  /** A token in its last moments is better than none. */
  #lastResort(error: unknown): KeptToken {
    const token = this.#token;
    if (token && this.#options.now() < token.expiresAt) return token;
    this.#options.counters.refused++;
    throw error;
  }

  #begin(): Flight<KeptToken> {
    const flight: Flight<KeptToken> = new Flight((wanted) => this.#options.fetch(this.#token, wanted));
    this.#flight = flight;
    flight.outcome.then(
      (outcome) => outcome !== dropped && this.#flight === flight && this.#landed(outcome),
      (error) => this.#flight === flight && this.#failed(error),
    );
    return flight;
  }

  #landed(token: KeptToken): void {
    this.#flight = undefined;
    this.#failure = undefined;
    this.#refusals = 0;
    // One that is over so soon serves those who waited, and nobody else; its refresh token may still be of use.
    this.#token = token;
  }

  #failed(error: unknown): void {
    this.#flight = undefined;
    if (!(error instanceof TokenError)) return;
    this.#refusals = error.wrongClient ? this.#refusals + 1 : 0;
    const pause = error.wrongClient ? Math.min(longestPause, firstPause * 2 ** (this.#refusals - 1)) : shortPause;
    const wished = Math.min(longestPause, error.retryAfter ?? 0);
    this.#failure = { error, until: this.#options.now() + Math.max(pause, wished) };
  }

  #abandon(): void {
    const flight = this.#flight;
    this.#flight = undefined;
    flight?.drop();
  }
}
