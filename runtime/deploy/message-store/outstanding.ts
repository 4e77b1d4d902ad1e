/** Counts what has been taken from a store and neither acknowledged nor released. */
export class Outstanding {
  #count = 0;
  readonly #waiting: (() => void)[] = [];

  get count(): number {
    return this.#count;
  }

  /** Something is taken; what it returns, called once or more, says that it is done with. */
  add(): () => void {
    let open = true;
    this.#count++;
    return () => {
      if (!open) return;
      open = false;
      if (--this.#count === 0) for (const resolve of this.#waiting.splice(0)) resolve();
    };
  }

  /** Resolves when there is none. */
  none(): Promise<void> {
    return this.#count === 0 ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }
}
