import type { WindowRule } from '../runtime/message/shared-state.js';

/** The unit of time that is running for one key of a throttle (mediators 9.1). */
export class ThrottleWindow {
  #start: number | undefined;
  #count = 0;
  /** When requests pass again after too many. */
  #next: number | undefined;

  constructor(private readonly rule: WindowRule) {}

  /** Whether one more request passes. @param now ms since an arbitrary start */
  accepts(now: number): boolean {
    const { maximum, unit, prohibit } = this.rule;
    if (maximum === 0) return false;
    if (this.#start === undefined) return this.#restart(now);
    if (now < this.#start + unit) {
      if (this.#count < maximum) {
        this.#count++;
        return true;
      }
      this.#next ??= prohibit === 0 ? this.#start + unit : now + prohibit;
      return now >= this.#next && this.#restart(now);
    }
    if (this.#count < maximum || this.#next === undefined || now >= this.#next) return this.#restart(now);
    return false;
  }

  #restart(now: number): true {
    this.#start = now;
    this.#count = 1;
    this.#next = undefined;
    return true;
  }
}
