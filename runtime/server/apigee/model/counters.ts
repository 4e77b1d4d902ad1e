import type { Counters } from '../../../apigee/organization.js';

const sweepEveryMs = 60_000;

/** Counters of this node. Windows that are over are swept out, so that identifiers of long ago do not pile up. */
export class MemoryCounters implements Counters {
  readonly #windows = new Map<string, { sum: number; readonly expiresAt: number }>();
  #sweptAt = 0;

  constructor(private readonly now: () => number) {}

  get size(): number {
    return this.#windows.size;
  }

  async add(key: string, weight: number, expiresAt: number): Promise<number> {
    const now = this.now();
    this.#sweep(now);
    const window = this.#windows.get(key);
    if (window === undefined || window.expiresAt <= now) {
      this.#windows.set(key, { sum: weight, expiresAt });
      return weight;
    }
    window.sum += weight;
    return window.sum;
  }

  #sweep(now: number): void {
    if (now - this.#sweptAt < sweepEveryMs) return;
    this.#sweptAt = now;
    for (const [key, { expiresAt }] of this.#windows) if (expiresAt <= now) this.#windows.delete(key);
  }
}
