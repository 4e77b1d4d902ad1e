import { requiredAttribute, xpathAttribute } from './attribute.js';
import { defineMediator } from './mediator.js';
import { bodyChanged, selectedNode } from './selected-node.js';

/**
 * `<detach source="xpath" property="name"/>`: takes the first node that the path selects out of the message and keeps it
 * in a property (mediators 12). Without `source` it is the first body element. A path that selects nothing is a fault.
 */
export const detach = defineMediator({
  name: 'detach',
  summary: 'Moves an element of the message into a property.',
  attributes: {
    source: { description: 'XPath of the node; the first body element when absent.' },
    property: { description: 'Property that the node is kept in.', required: true },
  },
  compile(element) {
    const source = xpathAttribute(element, 'source');
    const property = requiredAttribute(element, 'property');
    return {
      contentAware: true,
      mediate(message) {
        const { node, parent } = selectedNode(message, source);
        parent.removeChild(node);
        message.setProperty(property, node);
        bodyChanged(message);
        return true;
      },
    };
  },
});
