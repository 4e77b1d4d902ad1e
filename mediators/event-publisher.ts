import { Fault } from '../runtime/message/fault.js';
import { requiredAttribute } from './attribute.js';
import { defineMediator } from './mediator.js';

/**
 * `<eventPublisher eventSourceName="name"/>`
 *
 * Sends a copy of the message to each subscriber of an event source whose filter lets it pass (mediators 12). The flow
 * goes on at once: it does not hear of subscribers that cannot be reached, which the log names.
 */
export const eventPublisher = defineMediator({
  name: 'eventPublisher',
  summary: 'Sends copies of the message to the subscribers of an event source.',
  attributes: { eventSourceName: { description: 'Name of the event source.', required: true } },
  compile(element) {
    const name = requiredAttribute(element, 'eventSourceName');
    return {
      contentAware: true,
      async mediate(message) {
        const source = message.environment.eventSource?.(name);
        if (!source) throw new Fault(`There is no event source named ${name}`);
        await source.publish(message);
        return true;
      },
    };
  },
});
