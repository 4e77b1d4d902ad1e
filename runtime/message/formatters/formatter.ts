import type { Message } from '../message.js';

/** What a formatter makes of a built body. */
export interface Written {
  /** Text is encoded by the caller, in the output encoding unless `charset` says otherwise; undefined: nothing. */
  readonly content: string | Uint8Array | undefined;
  /** The type that the formatter reports (message-model 5.9, second table). */
  readonly contentType: string;
  readonly charset?: string;
}

/** Writes the body of a built message. Throws a Fault or what the payload throws for a body it cannot read. */
export type Formatter = (message: Message) => Written;
