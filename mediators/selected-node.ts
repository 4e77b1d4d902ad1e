import type { Node } from '@xmldom/xmldom';
import type { XPathExpression } from '../runtime/expression/xpath/compile.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { isTreeNode } from './tree-items.js';

/** A node that can be taken out of the tree it stands in. */
export interface PlacedNode {
  readonly node: Node;
  readonly parent: Node;
}

/**
 * The first node that the path selects, or the first body element without one.
 * @throws Fault when there is none, or it cannot be taken out: an attribute, a text of a JSON body
 */
export function selectedNode(message: Message, path: XPathExpression | undefined): PlacedNode {
  const [node] = path ? path.select(message) : [message.payload.firstElement()];
  if (isTreeNode(node) && node.parentNode) return { node, parent: node.parentNode };
  throw new Fault(path ? `The path ${path.source} selects no element and no text` : 'The message has no body element');
}

/** The tree of the body was changed: what is written from now on is the tree. */
export function bodyChanged({ payload }: Message): void {
  payload.dropJson();
  payload.changed();
}
