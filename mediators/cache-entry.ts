import type { JavaRegex } from '../runtime/java/regex.js';
import type { TransportHeaders } from '../runtime/message/headers.js';
import type { Payload } from '../runtime/message/payload.js';
import type { AnswerLimits } from '../runtime/message/shared-state.js';

/** What a cache does, as its finder is configured (mediators 9.2). */
export interface CacheSettings extends AnswerLimits {
  /** Bytes; a longer body is not kept. Infinity: any. */
  readonly maxMessageSize: number;
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

/** Where the answers of one finder are: in this process, or with the server that all gateway processes ask. */
export interface Answers {
  /** The answer of a request, while it is not too old; the request counts as the one that was asked last. */
  find(hash: string): CachedAnswer | undefined | Promise<CachedAnswer | undefined>;
  keep(hash: string, answer: CachedAnswer): void | Promise<void>;
  forget(hash: string): void | Promise<void>;
}

/** The place for one request's answer. It travels with the message from the finder to the collector. */
export class CacheEntry {
  constructor(
    readonly hash: string,
    readonly method: string,
    readonly settings: CacheSettings,
    readonly answers: Answers,
  ) {}

  toString(): string {
    return this.hash;
  }
}

/** Answers by the hash of their request, the longest unused first. A request takes its place when it is first asked for. */
export class AnswerTable<Answer> {
  readonly #entries = new Map<string, { answer: Answer; until: number } | undefined>();

  get size(): number {
    return this.#entries.size;
  }

  find(hash: string, { maxEntries }: AnswerLimits, now: number): Answer | undefined {
    const known = this.#entries.get(hash);
    const current = known && now <= known.until ? known : undefined;
    this.#put(hash, current, maxEntries);
    return current?.answer;
  }

  keep(hash: string, answer: Answer, { maxEntries, timeout }: AnswerLimits, now: number): void {
    this.#put(hash, { answer, until: now + timeout }, maxEntries);
  }

  forget(hash: string): void {
    this.#entries.delete(hash);
  }

  #put(hash: string, entry: { answer: Answer; until: number } | undefined, maxEntries: number): void {
    this.#entries.delete(hash);
    this.#entries.set(hash, entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= maxEntries) break;
      this.#entries.delete(oldest);
    }
  }
}

/** The answers of one finder in a server of one process. */
export class LocalAnswers implements Answers {
  readonly #table = new AnswerTable<CachedAnswer>();

  constructor(private readonly limits: AnswerLimits) {}

  find(hash: string): CachedAnswer | undefined {
    return this.#table.find(hash, this.limits, Date.now());
  }

  keep(hash: string, answer: CachedAnswer): void {
    this.#table.keep(hash, answer, this.limits, Date.now());
  }

  forget(hash: string): void {
    this.#table.forget(hash);
  }
}
