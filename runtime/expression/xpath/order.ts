import type { Node } from '@xmldom/xmldom';
import { spend } from '../../limit/time-limit.js';
import { attributesOf, isAttribute, isElement, isNode, NamespaceNode, nextBelow, parentOf, rootOf } from './nodes.js';
import type { Axis } from './syntax.js';

/**
 * What is known about the order of a list of nodes: one at most; in document order with none inside another; in
 * document order; anything. Steps carry it along so that only the last kind is ever sorted.
 */
export type Order = 'single' | 'apart' | 'ordered' | 'mixed';

/** The order of what a step selects, by axis and by the order of the nodes it starts from. */
export function orderAfter(axis: Axis, order: Order): Order {
  switch (axis) {
    case 'self':
      return order;
    case 'attribute':
    case 'namespace':
      return order === 'mixed' ? 'mixed' : 'apart';
    case 'child':
      return order === 'single' || order === 'apart' ? 'apart' : 'mixed';
    case 'descendant':
    case 'descendant-or-self':
      return order === 'single' || order === 'apart' ? 'ordered' : 'mixed';
    case 'parent':
      return order === 'single' ? 'single' : 'mixed';
    case 'following-sibling':
    case 'preceding-sibling':
      return order === 'single' ? 'apart' : 'mixed';
    default:
      return order === 'single' ? 'ordered' : 'mixed';
  }
}

/** Whether a step from distinct nodes in that order can reach a node twice. */
export function mayRepeat(axis: Axis, order: Order): boolean {
  if (order === 'single' || axis === 'self' || axis === 'child' || axis === 'attribute' || axis === 'namespace') {
    return false;
  }
  return order !== 'apart' || (axis !== 'descendant' && axis !== 'descendant-or-self');
}

/**
 * The items in document order, each once. Items of several trees keep the trees in the order of their first item; what
 * is no node comes last.
 */
export function inDocumentOrder(items: readonly unknown[]): unknown[] {
  const left = new Set(items);
  if (left.size < 2) return [...left];
  const sorted: unknown[] = [];
  for (const item of items) {
    if (left.has(item) && (isNode(item) || item instanceof NamespaceNode)) collect(item, left, sorted);
  }
  return [...sorted, ...left];
}

/** Moves what belongs to the tree of `item` from `left` to `sorted`. */
function collect(item: unknown, left: Set<unknown>, sorted: unknown[]): void {
  const root = left.size > fewItems ? rootOf(item) : topOf(item, left);
  const attached = attachedTo(left);
  let visited = 0;
  const take = (one: unknown): void => {
    if (left.delete(one)) sorted.push(one);
  };
  for (let node = isNode(root) ? root : null; node && left.size > 0; node = nextBelow(node, root as Node)) {
    visited++;
    take(node);
    const own = attached.get(node);
    if (own && isElement(node)) {
      for (const one of own) if (one instanceof NamespaceNode) take(one);
      for (const attr of attributesOf(node)) take(attr);
    }
  }
  spend(visited);
}

/** As many items as are compared with each other's ancestors, so that their surroundings are walked and not the tree. */
const fewItems = 10;

/** The lowest node that all items are in, or the root when they are in several trees. */
function topOf(item: unknown, items: Iterable<unknown>): unknown {
  let top: unknown = isNode(item) && !isAttribute(item) ? item : parentOf(item);
  for (const other of items) {
    for (let parent = parentOf(top); parent && !isWithin(other, top); parent = parentOf(top)) top = parent;
  }
  return top;
}

function isWithin(item: unknown, top: unknown): boolean {
  let depth = 0;
  for (let node = item; node; node = parentOf(node)) {
    depth++;
    if (node === top) return true;
  }
  spend(depth);
  return false;
}

/** Attributes and namespaces, which no walk along children meets, by their element. */
function attachedTo(items: Iterable<unknown>): Map<Node, unknown[]> {
  const attached = new Map<Node, unknown[]>();
  for (const item of items) {
    const owner = isAttribute(item) || item instanceof NamespaceNode ? parentOf(item) : null;
    if (!owner) continue;
    const known = attached.get(owner);
    if (known) known.push(item);
    else attached.set(owner, [item]);
  }
  return attached;
}
