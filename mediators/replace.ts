import { Fault } from '../runtime/message/fault.js';
import { documentOf } from '../runtime/xml/create.js';
import { adopt, copyNode } from '../runtime/xml/walk.js';
import { requiredAttribute, xpathAttribute } from './attribute.js';
import { defineMediator } from './mediator.js';
import { bodyChanged, selectedNode } from './selected-node.js';
import { isTreeNode } from './tree-items.js';

/**
 * `<replace target="xpath" property="name"/>`: puts the node of a property, as `<detach>` leaves it, in the place of the
 * first node that the path selects (mediators 12). Without `target` that is the first body element. The property stays.
 */
export const replace = defineMediator({
  name: 'replace',
  summary: 'Puts the element of a property in the place of one of the message.',
  attributes: {
    target: { description: 'XPath of the node that is replaced; the first body element when absent.' },
    property: { description: 'Property that holds the new node.', required: true },
  },
  compile(element) {
    const target = xpathAttribute(element, 'target');
    const property = requiredAttribute(element, 'property');
    return {
      contentAware: true,
      mediate(message) {
        const replacement = message.properties.get(property);
        if (!isTreeNode(replacement)) throw new Fault(`The property ${property} holds no element to replace by`);
        const { node, parent } = selectedNode(message, target);
        const copy = adopt(copyNode(replacement, documentOf(parent)), parent);
        parent.insertBefore(copy, node);
        parent.removeChild(node);
        bodyChanged(message);
        return true;
      },
    };
  },
});
