import type { Document, Element, Node } from '@xmldom/xmldom';
import type { XPathExpression } from '../runtime/expression/xpath/compile.js';
import { isDocument, isElement } from '../runtime/expression/xpath/nodes.js';
import { soapVersionOf } from '../runtime/message/envelope.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { parseElement } from '../runtime/xml/parse.js';
import { adopt, childElements, removeChildren } from '../runtime/xml/walk.js';

/** The node that is transformed: the first one that the path finds, or the first body element. */
export function sourceNode(message: Message, path: XPathExpression | undefined): Element | undefined {
  if (!path) return message.payload.firstElement();
  const [found] = path.select(message);
  if (typeof found === 'string') return parsedSource(found, path.source);
  if (isElement(found)) return found;
  if (isDocument(found)) return (found as Document).documentElement ?? undefined;
  throw new Fault(`The source ${path.source} selects no element`);
}

function parsedSource(text: string, path: string): Element {
  try {
    return parseElement(text);
  } catch (error) {
    throw new Fault(`The source ${path} is a text that is no XML`, { cause: error });
  }
}

/**
 * Puts a result where its source was (mediators 6.3): an envelope is replaced whole; a SOAP body or header takes the
 * result's child elements; any other node is replaced by the result.
 */
export function replaceSource(message: Message, source: Element, result: Element): void {
  const { payload } = message;
  if (source === payload.envelope()) {
    if (soapVersionOf(result) === undefined)
      throw new Fault('The transformation of the envelope gave no SOAP envelope');
    payload.setEnvelope(result);
    return;
  }
  if (source === payload.body() || source === payload.header()) {
    removeChildren(source);
    for (const child of childElements(result)) adopt(child, source);
  } else {
    replaceNode(source, result);
  }
  payload.dropJson();
  payload.changed();
}

function replaceNode(node: Element, result: Element): void {
  const parent: Node | null = node.parentNode;
  // What was parsed from a text stands nowhere in the message: its result is for a target alone.
  if (!isElement(parent)) return;
  adopt(result, parent);
  parent.insertBefore(result, node);
  parent.removeChild(node);
}
