import { MissingValueError } from './error.js';
import type { Value } from './model.js';

/** A compiled expression. */
export type Evaluate = (scope: Scope) => Value;

/** The value of an expression; a path that has no value on the way counts as missing, in parentheses or not. */
export function valueOrMissing(evaluate: Evaluate, scope: Scope): Value {
  try {
    return evaluate(scope);
  } catch (error) {
    if (error instanceof MissingValueError) return undefined;
    throw error;
  }
}

/** Where a loop stands: what `item?index`, `?has_next` … read. */
export interface Loop {
  readonly index: number;
  readonly size: number;
}

/** The variables of a running template. */
export class Scope {
  readonly #own = new Map<string, Value>();
  readonly #loops = new Map<string, Loop>();

  constructor(
    readonly parent: Scope | undefined,
    values: Iterable<readonly [string, Value]> = [],
  ) {
    for (const [name, value] of values) this.#own.set(name, value);
  }

  get(name: string): Value {
    if (this.#own.has(name)) return this.#own.get(name);
    return this.parent?.get(name);
  }

  loop(name: string): Loop | undefined {
    return this.#loops.get(name) ?? this.parent?.loop(name);
  }

  /** `<#assign>`: sets a variable of the template itself. */
  assign(name: string, value: Value): void {
    if (this.parent?.parent) this.parent.assign(name, value);
    else this.#own.set(name, value);
  }

  with(name: string, value: Value, loop?: Loop): Scope {
    const inner = new Scope(this, [[name, value]]);
    if (loop) inner.#loops.set(name, loop);
    return inner;
  }
}
