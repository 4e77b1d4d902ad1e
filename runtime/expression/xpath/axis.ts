import type { Node } from '@xmldom/xmldom';
import type { Message } from '../../message/message.js';
import { attributesOf, isElement, isNode, namespacesOf, nextBelow, parentOf } from './nodes.js';
import type { Axis } from './syntax.js';

/** Gives every item on the axis to `visit`, nearest first. An item that is no node has only itself. */
export type Walk = (item: unknown, message: Message, visit: (item: unknown) => void) => void;

/** Axes whose items come in reverse document order. */
export const reverseAxes: ReadonlySet<Axis> = new Set<Axis>([
  'ancestor',
  'ancestor-or-self',
  'preceding',
  'preceding-sibling',
]);

const children: Walk = (item, _message, visit) => {
  if (!isParent(item)) return;
  for (let child = item.firstChild; child; child = child.nextSibling) visit(child);
};

const descendants: Walk = (item, _message, visit) => {
  if (!isParent(item)) return;
  for (let node = item.firstChild; node; node = nextBelow(node, item)) visit(node);
};

const ancestors: Walk = (item, message, visit) => {
  for (let parent = parentOf(item, message); parent; parent = parentOf(parent, message)) visit(parent);
};

/** The subtrees after the item; what is inside of it does not follow it. */
const following: Walk = (item, message, visit) => {
  for (let node = isTreeNode(item) ? item : parentOf(item, message); node; node = parentOf(node, message)) {
    for (let next = siblingOf(node, message, 'nextSibling'); next; next = next.nextSibling) {
      visit(next);
      descendants(next, message, visit);
    }
  }
};

/** The subtrees before the item, backwards; its ancestors do not precede it. */
const preceding: Walk = (item, message, visit) => {
  for (let node = isTreeNode(item) ? item : parentOf(item, message); node; node = parentOf(node, message)) {
    for (let previous = siblingOf(node, message, 'previousSibling'); previous; previous = previous.previousSibling) {
      backwards(previous, visit);
    }
  }
};

function backwards(node: Node, visit: (item: unknown) => void): void {
  const tree: Node[] = [node];
  for (let next = node.firstChild; next; next = nextBelow(next, node)) tree.push(next);
  for (const one of tree.reverse()) visit(one);
}

export const walks: Record<Axis, Walk> = {
  child: children,
  descendant: descendants,
  'descendant-or-self': (item, message, visit) => {
    visit(item);
    descendants(item, message, visit);
  },
  self: (item, _message, visit) => visit(item),
  // The parent of a parentless node is one null, not nothing (message-model 3.3 rule 1).
  parent: (item, message, visit) => {
    if (typeof item === 'object' && item !== null) visit(parentOf(item, message));
  },
  ancestor: ancestors,
  'ancestor-or-self': (item, message, visit) => {
    visit(item);
    ancestors(item, message, visit);
  },
  attribute: (item, _message, visit) => {
    if (isElement(item)) for (const attr of attributesOf(item)) visit(attr);
  },
  namespace: (item, _message, visit) => {
    if (isElement(item)) for (const namespace of namespacesOf(item)) visit(namespace);
  },
  following,
  'following-sibling': (item, message, visit) => {
    if (!isTreeNode(item)) return;
    for (let node = siblingOf(item, message, 'nextSibling'); node; node = node.nextSibling) visit(node);
  },
  preceding,
  'preceding-sibling': (item, message, visit) => {
    if (!isTreeNode(item)) return;
    for (let node = siblingOf(item, message, 'previousSibling'); node; node = node.previousSibling) visit(node);
  },
};

/** A root whose document does not count has no siblings, whatever stands beside it there. */
function siblingOf(node: Node, message: Message, side: 'nextSibling' | 'previousSibling'): Node | null {
  return node[side] && parentOf(node, message) ? node[side] : null;
}

const isTreeNode = (item: unknown): item is Node => isNode(item) && item.nodeType !== 2;
const isParent = (item: unknown): item is Node =>
  isNode(item) && (item.nodeType === 1 || item.nodeType === 9 || item.nodeType === 11);
