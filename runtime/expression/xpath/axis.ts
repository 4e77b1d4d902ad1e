import type { Node } from '@xmldom/xmldom';
import { attributesOf, isElement, isNode, namespacesOf, nextBelow, parentOf } from './nodes.js';
import type { Axis } from './syntax.js';

/** Gives every item on the axis to `visit`, nearest first. An item that is no node has only itself. */
export type Walk = (item: unknown, visit: (item: unknown) => void) => void;

/** Axes whose items come in reverse document order. */
export const reverseAxes: ReadonlySet<Axis> = new Set<Axis>([
  'ancestor',
  'ancestor-or-self',
  'preceding',
  'preceding-sibling',
]);

const children: Walk = (item, visit) => {
  if (!isParent(item)) return;
  for (let child = item.firstChild; child; child = child.nextSibling) visit(child);
};

const descendants: Walk = (item, visit) => {
  if (!isParent(item)) return;
  for (let node = item.firstChild; node; node = nextBelow(node, item)) visit(node);
};

const ancestors: Walk = (item, visit) => {
  for (let parent = parentOf(item); parent; parent = parentOf(parent)) visit(parent);
};

/** The subtrees after the item; what is inside of it does not follow it. */
const following: Walk = (item, visit) => {
  for (let node = isTreeNode(item) ? item : parentOf(item); node; node = parentOf(node)) {
    for (let next = node.nextSibling; next; next = next.nextSibling) {
      visit(next);
      descendants(next, visit);
    }
  }
};

/** The subtrees before the item, backwards; its ancestors do not precede it. */
const preceding: Walk = (item, visit) => {
  for (let node = isTreeNode(item) ? item : parentOf(item); node; node = parentOf(node)) {
    for (let previous = node.previousSibling; previous; previous = previous.previousSibling) {
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
  'descendant-or-self': (item, visit) => {
    visit(item);
    descendants(item, visit);
  },
  self: (item, visit) => visit(item),
  // The parent of a parentless node is one null, not nothing (message-model 3.3 rule 1).
  parent: (item, visit) => {
    if (typeof item === 'object' && item !== null) visit(parentOf(item));
  },
  ancestor: ancestors,
  'ancestor-or-self': (item, visit) => {
    visit(item);
    ancestors(item, visit);
  },
  attribute: (item, visit) => {
    if (isElement(item)) for (const attr of attributesOf(item)) visit(attr);
  },
  namespace: (item, visit) => {
    if (isElement(item)) for (const namespace of namespacesOf(item)) visit(namespace);
  },
  following,
  'following-sibling': (item, visit) => {
    if (!isTreeNode(item)) return;
    for (let node = item.nextSibling; node; node = node.nextSibling) visit(node);
  },
  preceding,
  'preceding-sibling': (item, visit) => {
    if (!isTreeNode(item)) return;
    for (let node = item.previousSibling; node; node = node.previousSibling) visit(node);
  },
};

const isTreeNode = (item: unknown): item is Node => isNode(item) && item.nodeType !== 2;
const isParent = (item: unknown): item is Node =>
  isNode(item) && (item.nodeType === 1 || item.nodeType === 9 || item.nodeType === 11);
