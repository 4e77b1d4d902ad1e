import type { Document, Element, Node } from '@xmldom/xmldom';
import type { XPathExpression } from '../runtime/expression/xpath/compile.js';
import { isDocument, isElement } from '../runtime/expression/xpath/nodes.js';
import { soapVersionOf } from '../runtime/message/envelope.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { parsingFault } from '../runtime/message/payload-parts.js';
import { scannedElement } from '../runtime/message/scanned-element.js';
import { parseElement, parseXml } from '../runtime/xml/parse.js';
import { serializeElement } from '../runtime/xml/serialize.js';
import { adopt, childElements, removeChildren } from '../runtime/xml/walk.js';

/** What is transformed. */
export interface TransformationSource {
  /** A document of its own. */
  text(): string;
  /** Puts the result, a document too, where the source was. @throws Fault 601000 when it is no XML document */
  replace(result: string): void;
  /** {@link replace} by an element. */
  replaceByElement(result: Element): void;
}

/**
 * What is transformed: the first node that the path finds, or the first body element, which stays text where it is one
 * and its result can be.
 */
export function sourceOf(message: Message, path?: XPathExpression): TransformationSource | undefined {
  const { payload } = message;
  if (path) {
    const node = selectedNode(message, path);
    return node && sourceOfNode(message, () => node);
  }
  if (!payload.firstElementName()) return undefined;
  // Looked for when its turn has come: a message that waits holds no tree.
  const inTree = sourceOfNode(message, () => payload.firstElement() as Element);
  const scanned = scannedElement(payload);
  if (!scanned) return inTree;
  return {
    text: () => scanned.text,
    replace: (result) => {
      if (!scanned.replace(result)) inTree.replace(result);
    },
    replaceByElement: inTree.replaceByElement,
  };
}

function sourceOfNode(message: Message, node: () => Element): TransformationSource {
  return {
    text: () => serializeElement(node()),
    replace: (result) => replaceSource(message, node(), resultElement(result)),
    replaceByElement: (result) => replaceSource(message, node(), result),
  };
}

/** The result as an element. @throws Fault 601000 when it is no XML document */
export function resultElement(text: string): Element {
  try {
    return parseXml(text, { allowDoctype: true }).documentElement as Element;
  } catch (error) {
    throw parsingFault('The transformation gave no XML document', error);
  }
}

function selectedNode(message: Message, path: XPathExpression): Element | undefined {
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
function replaceSource(message: Message, source: Element, result: Element): void {
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
