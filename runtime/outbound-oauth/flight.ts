/** The token was purged, or its configuration replaced, while it was under way. */
export const dropped = Symbol('dropped');

/** A call that several may wait for. It belongs to none of them: a client that goes away ends nothing. */
export class Flight<Value> {
  readonly outcome: Promise<Value | typeof dropped>;
  #drop: () => void = () => undefined;
  #wanted = true;

  /** @param work is given a way to ask whether anybody still wants its value */
  constructor(work: (wanted: () => boolean) => Promise<Value>) {
    const abandoned = new Promise<typeof dropped>((resolve) => {
      this.#drop = () => resolve(dropped);
    });
    this.outcome = Promise.race([work(() => this.#wanted), abandoned]);
    // Nobody may be waiting any more when it fails.
    this.outcome.catch(() => undefined);
  }

  /** Lets those who wait go on at once; what the call yields is not used. */
  drop(): void {
    this.#wanted = false;
    this.#drop();
  }
}
