/** Rows of a table that are not to be given to anybody: taken ones, and those that nobody can read. */
export class HeldRows {
  readonly #rows = new Set<string>();
  #turn: Promise<unknown> = Promise.resolve();

  /**
   * Looks for a row and holds it; one search after the other, so that no two find the same one.
   * @param search gets the rows that are held
   */
  hold<Row extends { readonly index: string }>(
    search: (held: readonly string[]) => Promise<Row | undefined>,
  ): Promise<Row | undefined> {
    return this.#inTurn(async () => {
      const row = await search([...this.#rows]);
      if (row) this.#rows.add(row.index);
      return row;
    });
  }

  /** Not during a search, which may still find a row that has been deleted since it began. */
  release(index: string): Promise<void> {
    return this.#inTurn(async () => void this.#rows.delete(index));
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {});
    return result;
  }
}
