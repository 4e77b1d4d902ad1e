import type { Message } from '../../message/message.js';

/**
 * What an XPath expression is evaluated on: the message and the context item with its position among its fellows.
 * The outermost item is the SOAP envelope, fetched when something asks for it: most expressions read properties only
 * and must not build the tree (message-model 3.2).
 */
export class Focus {
  #item: unknown;

  constructor(
    readonly message: Message,
    item?: unknown,
    public position = 0,
    public size = 1,
  ) {
    this.#item = item;
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
  constructor(message: string) {
    super(message);
    this.name = 'XPathError';
  }
}
