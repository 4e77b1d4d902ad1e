/**
 * Values that are kept for a while. Those that are over are dropped when others are set, so that what nobody asks for
 * any more does not pile up.
 */
export class ExpiringMap<Value> {
  /** In the order in which they were set last, which is that of their ends while all are kept equally long. */
  readonly #entries = new Map<string, { readonly value: Value; readonly until: number }>();

  constructor(private readonly now: () => number = Date.now) {}

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    return entry && entry.until > this.now() ? entry.value : undefined;
  }

  /** @param lifetime in milliseconds, from now */
  set(key: string, value: Value, lifetime: number): void {
    const now = this.now();
    this.#entries.delete(key);
    for (const [oldest, { until }] of this.#entries) {
      if (until > now) break;
      this.#entries.delete(oldest);
    }
    this.#entries.set(key, { value, until: now + lifetime });
  }

  /** Drops what was set first until no more than this many are left. */
  shrink(maximum: number): void {
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= maximum) return;
      this.#entries.delete(oldest);
    }
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }
}
