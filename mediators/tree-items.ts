import type { Node } from '@xmldom/xmldom';
import type { Expression } from '../runtime/expression/expression.js';
import { isNode } from '../runtime/expression/xpath/nodes.js';
import type { Message } from '../runtime/message/message.js';
import type { Payload } from '../runtime/message/payload.js';

/** Whether a selected item stands in a tree of its own right: an element, a text …, but no attribute. */
export function isTreeNode(value: unknown): value is Node {
  return isNode(value) && value.nodeType !== 2;
}

/** What the expression selects when the message has this body: for a copy that is to be taken apart. */
export function selectIn(message: Message, body: Payload, expression: Expression): unknown[] {
  const { payload } = message;
  message.payload = body;
  try {
    return expression.select(message);
  } finally {
    message.payload = payload;
  }
}
