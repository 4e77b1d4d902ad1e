/** Lets one at a time have something, in the order in which they asked. */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #taken = false;

  /**
   * Waits for a turn; what it returns ends it.
   * @param wait milliseconds
   * @throws Error when it takes longer
   */
  take(wait: number): Promise<() => void> {
    if (!this.#taken) {
      this.#taken = true;
      return Promise.resolve(() => this.#next());
    }
    return new Promise((resolve, reject) => {
      const begin = (): void => {
        clearTimeout(timer);
        resolve(() => this.#next());
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(begin), 1);
        reject(new Error(`the database was busy for ${wait} ms`));
      }, wait);
      this.#waiting.push(begin);
    });
  }

  #next(): void {
    const begin = this.#waiting.shift();
    if (begin) begin();
    else this.#taken = false;
  }
}
