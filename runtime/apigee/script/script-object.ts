/** An object of a script that a flow variable holds; the object itself stays in the realm of its transaction. */
export class ScriptObject {
  /**
   * @param owner whose object it is: what the transaction's scripts have in common
   * @param text its JSON text, or its own text when it has one, as it stood at the end of the last script
   */
  constructor(
    readonly owner: object,
    readonly id: number,
    public text: string,
  ) {}

  /** What templates, conditions and other policies see. */
  toString(): string {
    return this.text;
  }

  /** What other transactions see: a copy in plain values. */
  plain(): unknown {
    try {
      return JSON.parse(this.text);
    } catch {
      return this.text;
    }
  }
}
