import { defineMediator } from './mediator.js';
import { forgetEarlierSend } from './sending.js';

/**
 * `<loopback/>`: takes the message from the request path to the response path: the out-sequence of its API or proxy,
 * else the main sequence, runs at once (mediators 4.7). Stops the flow, on the response path without doing anything.
 */
export const loopback = defineMediator({
  name: 'loopback',
  summary: 'Moves the message from the in path to the out path.',
  attributes: {},
  compile: () => ({
    mediate: (message) => {
      if (message.isResponse) return false;
      forgetEarlierSend(message);
      message.properties.delete('RECEIVING_SEQUENCE');
      message.response = true;
      message.addressing.to = undefined;
      message.operation.set('RESPONSE_WRITTEN', 'SKIP');
      return Promise.resolve(message.exchange.inject(message)).then(() => false);
    },
    contentAware: false,
  }),
});
