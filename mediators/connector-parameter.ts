import { javaText } from '../runtime/java/text.js';

/** A parameter of a connector's operation that has attributes or children of its own (mediators 8.2). */
export class ConnectorParameter {
  constructor(
    readonly name: string,
    /** Its text, or what its expression yields; undefined when it has children instead. */
    readonly value: unknown,
    readonly attributes: ReadonlyMap<string, unknown>,
    readonly children: readonly ConnectorParameter[],
  ) {}

  toString(): string {
    return this.value === undefined ? '' : javaText(this.value);
  }
}
