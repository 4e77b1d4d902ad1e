import type { Message } from './message.js';

/**
 * Builds the body of an unread message with the builder that `ContentType` selects (message-model 4.1 step 3, 5.1).
 * Sets axis2 `messageType`, `message.builder.invoked` and what the builder sets. Idempotent.
 * @throws Fault 601000 or another of mediators 2.2 when the body does not build; the message then has an empty body.
 */
export async function buildBody(_message: Message): Promise<void> {
  throw new Error('abstract');
}
