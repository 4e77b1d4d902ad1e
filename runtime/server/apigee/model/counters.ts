import type { Counters } from '../../../apigee/organization.js';

const sweepEveryMs = 60_000;
/** Identifiers of SpikeArrest policies that are remembered; the one that was not seen longest goes first. */
const maxIdentifiers = 100_000;

/** Counters of this node. Windows that are over are swept out, so that identifiers of long ago do not pile up. */
export class MemoryCounters implements Counters {
  readonly #windows = new Map<string, { sum: number; readonly expiresAt: number }>();
  /** When the next message of a key may pass. */
  readonly #next = new Map<string, number>();
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

  pass(key: string, spacing: number): boolean {
    const now = this.now();
    if (now < (this.#next.get(key) ?? 0)) return false;
    // Put behind all others: the first is the one that was not seen longest.
    this.#next.delete(key);
    this.#next.set(key, now + spacing);
    if (this.#next.size > maxIdentifiers) this.#next.delete(this.#next.keys().next().value as string);
    return true;
  }

  #sweep(now: number): void {
    if (now - this.#sweptAt < sweepEveryMs) return;
    this.#sweptAt = now;
    for (const [key, { expiresAt }] of this.#windows) if (expiresAt <= now) this.#windows.delete(key);
  }
}
