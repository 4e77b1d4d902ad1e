import { WholeNumber } from '../java/value.js';
import type { Message } from './message.js';

/** Answers the client by a status and the headers that the message has, without a body. */
export function respondEmpty(message: Message, status: number): void | Promise<void> {
  message.axis2.set('NO_ENTITY_BODY', true);
  message.axis2.set('HTTP_SC', WholeNumber.integer(status));
  return message.exchange.respond(message);
}
