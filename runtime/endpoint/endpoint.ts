import type { Endpoint, Message } from '../message/message.js';

/** A way of sending: `call blocking="true"` has rules of its own. */
export type SendMode = 'send' | 'sendBlocking';

/** An endpoint that a composite one can have as its child (artifacts 3.8). */
export interface ChildEndpoint extends Endpoint {
  /** Whether a message can be sent through it now (artifacts 3.3). */
  ready(message: Message): boolean;
  /** Whether a composite goes on to another child after this code. */
  retryable(code: number): boolean;
}

/** The code of the failure that a send has just reported on the message. */
export function reportedCode(message: Message): number {
  return Number(String(message.properties.get('ERROR_CODE') ?? 0));
}

/** Removes the ERROR_* of an earlier attempt (artifacts 3.8). */
export function forgetError(message: Message): void {
  for (const name of ['ERROR_CODE', 'ERROR_MESSAGE', 'ERROR_DETAIL', 'ERROR_EXCEPTION'])
    message.properties.delete(name);
}
