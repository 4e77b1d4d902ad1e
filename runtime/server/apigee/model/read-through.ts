import { LRUCache } from 'lru-cache';

const maxEntries = 10_000;
/** Another node on the same database may have changed what is kept here: it is asked for again after this time. */
const maxAgeMs = 5_000;

/** What was lately read from the store. A change made here is seen at once, one of another node within seconds. */
export class ReadThrough<Value> {
  readonly #entries = new LRUCache<string, { readonly value: Value }>({ max: maxEntries, ttl: maxAgeMs });
  #changes = 0;

  async get(key: string, read: () => Promise<Value>): Promise<Value> {
    const known = this.#entries.get(key);
    if (known !== undefined) return known.value;
    const before = this.#changes;
    const value = await read();
    // What was read before a change may be what was changed.
    if (this.#changes === before) this.#entries.set(key, { value });
    return value;
  }

  /** To be called after the store has been changed. */
  forget(key: string): void {
    this.#changes += 1;
    this.#entries.delete(key);
  }

  forgetAll(): void {
    this.#changes += 1;
    this.#entries.clear();
  }
}
