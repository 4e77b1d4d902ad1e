import type { JavaRegex } from '../runtime/java/regex.js';
import type { TransportHeaders } from '../runtime/message/headers.js';
import type { Payload } from '../runtime/message/payload.js';

/** What a cache does, as its finder is configured (mediators 9.2). */
export interface CacheSettings {
  /** Milliseconds that an answer is kept. */
  readonly timeout: number;
  /** Bytes; a longer body is not kept. Infinity: any. */
  readonly maxMessageSize: number;
  /** Entries; the one that was not asked for longest goes first. */
  readonly maxEntries: number;
  /** Methods whose answers are kept; undefined: all. */
  readonly methods: ReadonlySet<string> | undefined;
  readonly responseCodes: JavaRegex;
  readonly cacheControl: boolean;
  readonly ageHeader: boolean;
}

/** An answer that was kept. */
export interface CachedAnswer {
  readonly payload: Payload;
  readonly headers: TransportHeaders;
  readonly status: unknown;
  readonly reason: unknown;
  readonly messageType: unknown;
  readonly contentType: unknown;
  /** ms since the epoch. */
  readonly received: number;
}

/** The place for one request's answer. It travels with the message from the finder to the collector. */
export class CacheEntry {
  answer: CachedAnswer | undefined;

  constructor(
    readonly hash: string,
    readonly method: string,
    readonly settings: CacheSettings,
  ) {}

  /** The answer while it is neither too old nor dropped. */
  current(now: number): CachedAnswer | undefined {
    if (this.answer && now - this.answer.received > this.settings.timeout) this.answer = undefined;
    return this.answer;
  }

  toString(): string {
    return this.hash;
  }
}

/** The entries of one finder, the longest unused first. */
export class CacheStore {
  readonly #entries = new Map<string, CacheEntry>();

  /** The entry of a request, made when there is none. */
  entry(hash: string, method: string, settings: CacheSettings): CacheEntry {
    const entry = this.#entries.get(hash) ?? new CacheEntry(hash, method, settings);
    this.#entries.delete(hash);
    this.#entries.set(hash, entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= settings.maxEntries) break;
      this.#entries.delete(oldest);
    }
    return entry;
  }
}
