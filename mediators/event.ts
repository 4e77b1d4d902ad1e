import type { Element } from '@xmldom/xmldom';
import { topicOf } from '../runtime/eventing/event-broker.js';
import type { XPathExpression } from '../runtime/expression/xpath/compile.js';
import { isElement } from '../runtime/expression/xpath/nodes.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { dynamicAttribute, xpathAttribute } from './attribute.js';
import { defineMediator } from './mediator.js';

/**
 * `<event topic="topic|{expression}" expression="xpath"/>`
 *
 * Publishes an element of the message to the event broker of the server (mediators 12): the one that the path selects,
 * else the first of the body. Without `topic` it is the one that the message names, behind `/publish/` in its address or
 * in the SOAP header block `topic`. The flow goes on at once; the log names subscribers that cannot be reached.
 */
export const event = defineMediator({
  name: 'event',
  summary: 'Publishes an element of the message under a topic.',
  attributes: {
    topic: {
      description: 'Topic, such as `orders/new`, or an expression in braces; the one of the message when absent.',
    },
    expression: { description: 'XPath of the element; the first body element when absent.' },
  },
  compile(element, { lifetime }) {
    const topic = element.attribute('topic') === undefined ? undefined : dynamicAttribute(element, 'topic');
    const expression = xpathAttribute(element, 'expression');
    // Subscribers are taken while something that publishes is deployed.
    lifetime?.follow({
      begin: ({ eventBroker }) => eventBroker?.addPublisher(),
      end: ({ eventBroker }) => eventBroker?.removePublisher(),
    });
    return {
      contentAware: true,
      async mediate(message) {
        const name = topic ? topic.evaluate(message) : topicOf(message);
        if (!name) throw new Fault('Topic for the event cannot be found');
        const { eventBroker } = message.environment;
        if (!eventBroker) throw new Fault('EventBroker cannot be found');
        await eventBroker.publish(message, payloadOf(message, expression), name);
        return true;
      },
    };
  },
});

function payloadOf(message: Message, expression: XPathExpression | undefined): Element {
  const [found] = expression ? expression.select(message) : [message.payload.firstElement()];
  if (isElement(found)) return found;
  throw new Fault(
    expression
      ? `The result of the expression: ${expression.source} should be an element`
      : 'The message has no body element that could be published',
  );
}
