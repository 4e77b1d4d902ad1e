import { toAddressEndpoint } from '../runtime/endpoint/to-address.js';
import { buildBody } from '../runtime/message/build.js';
import { type Message, stopAfter } from '../runtime/message/message.js';
import { dynamicAttribute } from './attribute.js';
import { defineMediator } from './mediator.js';
import { forgetEarlierSend, sendAway } from './sending.js';

/**
 * ```xml
 * <send receive="sequence|{expression}" buildmessage="true"><endpoint …/></send>
 * ```
 * Hands the message to the endpoint and stops the flow; the answer comes in by the receiving sequence, else the
 * out-sequence (mediators 4.8). Without an endpoint an answer goes to the client, a request to its To address.
 */
export const send = defineMediator({
  name: 'send',
  summary: 'Sends the message to an endpoint, or back to the client, and ends the sequence.',
  attributes: {
    receive: { description: 'Sequence that receives the answer; a name or {expression}.' },
    buildmessage: { description: 'true: build the body before sending.', values: ['true', 'false'] },
  },
  children: ['endpoint'],
  compile(element, context) {
    const child = element.element('endpoint');
    const endpoint = child && context.endpoint(child);
    const destination = endpoint ?? toAddressEndpoint();
    const receive = element.attribute('receive') === undefined ? undefined : dynamicAttribute(element, 'receive');
    const build = element.attribute('buildmessage') === 'true';

    const sendPrepared = (message: Message): false | Promise<false> => {
      forgetEarlierSend(message);
      message.properties.delete('RECEIVING_SEQUENCE');
      message.properties.delete('last_endpoint');
      if (receive) message.setProperty('RECEIVING_SEQUENCE', receive.evaluate(message));
      if (!endpoint && message.isResponse) return answerClient(message);
      sendAway(message, destination);
      return false;
    };
    return {
      contentAware: receive?.contentAware ?? false,
      mediate(message) {
        message.setProperty('LAST_SEQ_FAULT_HANDLER', message.faultStack.at(-1));
        if (build && !message.payload.built) return buildBody(message).then(() => sendPrepared(message));
        return sendPrepared(message);
      },
    };
  },
});

function answerClient(message: Message): false | Promise<false> {
  message.operation.set('RESPONSE_WRITTEN', 'SKIP');
  return stopAfter(message.exchange.respond(message));
}
