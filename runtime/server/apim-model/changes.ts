/** What a management call has changed, told after the change is durable and before the call is answered. */
export type Change =
  | { kind: 'api'; id: string }
  | { kind: 'application'; id: string }
  | { kind: 'client'; id: string }
  | { kind: 'subscription'; applicationId: string; apiId: string }
  | { kind: 'token'; jti: string }
  /** Something of the Apigee organisations. */
  | { kind: 'apigee' };

export type ChangeListener = (change: Change) => void | Promise<void>;

/** Tells the read model about changes, one after the other. */
export class Changes {
  readonly #listeners = new Set<ChangeListener>();
  #tail: Promise<unknown> = Promise.resolve();

  /**
   * @param relay brings changes that are made here to every process, this one included ({@link take}); without it
   *   there is but this process
   */
  constructor(private readonly relay?: (changes: readonly Change[]) => Promise<void>) {}

  /** @returns a function that ends the listening */
  listen(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves once every listener has taken the change in; rejects with the first listener's error. */
  announce(...changes: Change[]): Promise<void> {
    return this.relay ? this.relay(changes) : this.take(changes);
  }

  /** Tells the listeners of this process only. */
  take(changes: readonly Change[]): Promise<void> {
    const told = this.#tail.then(() => this.#tell(changes));
    this.#tail = told.catch(() => {});
    return told;
  }

  async #tell(changes: readonly Change[]): Promise<void> {
    for (const change of changes) {
      for (const listener of this.#listeners) await listener(change);
    }
  }
}
