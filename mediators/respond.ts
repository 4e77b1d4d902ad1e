import { type Message, stopAfter } from '../runtime/message/message.js';
import { defineMediator } from './mediator.js';

/** `<respond/>`: sends the message, as it stands, back to the client and stops the flow (mediators 4.6). */
export const respond = defineMediator({
  name: 'respond',
  summary: 'Sends the message back to the client.',
  attributes: {},
  compile: () => ({ mediate: respondToClient, contentAware: false }),
});

/** Answers the client; a ReplyTo of the message does not redirect the answer, unlike in the reference engine. */
export function respondToClient(message: Message): false | Promise<false> {
  message.addressing.to = undefined;
  message.response = true;
  message.operation.set('RESPONSE_WRITTEN', 'SKIP');
  return stopAfter(message.exchange.respond(message));
}
