import type { Message } from '../../message/message.js';

/**
 * What an XPath expression is evaluated on: the message and the context item with its position among its fellows.
 * The outermost item is the SOAP envelope, fetched when something asks for it: most expressions read properties only
 * and must not build the tree (message-model 3.2).
 */
export class Focus {
  #item: unknown;
  #shared: Map<object, unknown> | undefined;

  /** @param outer the focus of the evaluation, for those of its predicates */
  constructor(
    readonly message: Message,
    item?: unknown,
    public position = 0,
    public size = 1,
    private readonly outer?: Focus,
  ) {
    this.#item = item;
  }

  /** Whether this is the focus of a predicate, which is evaluated again and again. */
  get isInner(): boolean {
    return this.outer !== undefined;
  }

  /** The focus of a predicate inside. */
  inner(size: number): Focus {
    return new Focus(this.message, null, 0, size, this.outer ?? this);
  }

  /** What the whole evaluation knows already, by what it was found by. */
  get shared(): Map<object, unknown> {
    if (this.outer) return this.outer.shared;
    this.#shared ??= new Map();
    return this.#shared;
  }

  get item(): unknown {
    if (this.#item === undefined) this.#item = this.message.payload.envelope();
    return this.#item;
  }

  set item(item: unknown) {
    this.#item = item;
  }
}

/** An XPath expression as a closure; see `values.ts` for what it may return. */
export type Evaluate = (focus: Focus) => unknown;

/** Why an evaluation failed. The expression that contains it turns it into a fault (message-model 3.3 "Errors"). */
export class XPathError extends Error {
  /** Where the part of the expression begins that failed, from 1; set on the way out of it. */
  column: number | undefined;

  constructor(
    message: string,
    /** What to do. */
    readonly hint?: string,
  ) {
    super(message);
    this.name = 'XPathError';
  }
}

/** Names the column at which a part begins, unless one inside has named its own. */
export function located(offset: number, evaluate: Evaluate): Evaluate {
  return (focus) => {
    try {
      return evaluate(focus);
    } catch (error) {
      if (error instanceof XPathError) error.column ??= offset + 1;
      throw error;
    }
  };
}
