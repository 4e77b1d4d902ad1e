import type { Attr, Element, Node } from '@xmldom/xmldom';
import type { Expression } from '../runtime/expression/expression.js';
import { parseLenientJson } from '../runtime/json/parse.js';
import { isJsonArray, isJsonObject } from '../runtime/json/value.js';
import { soapVersionOf } from '../runtime/message/envelope.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { parseElement } from '../runtime/xml/parse.js';
import { adopt, directText } from '../runtime/xml/walk.js';
import { insertNodes, insertSafely, setText } from './enrich-insert.js';
import type { EnrichAction, EnrichSource, EnrichTarget } from './enrich-parts.js';
import { noteSavedBody } from './enrich-saved-body.js';
import { isElement, isNode, isTextNode } from './enrich-value.js';
import { logError } from './enrich-xml-source.js';

type Writer = (message: Message, nodes: Node[], source: EnrichSource) => void;

/** How a target takes elements and texts (mediators 6.2 "XML mode target"). */
export function compileXmlTarget(target: EnrichTarget): Writer {
  switch (target.type) {
    case 'custom':
    case 'key':
      return pathWriter(target.path, target.action);
    case 'body':
      return (message, nodes) => writeBody(message, nodes, target.action);
    case 'envelope':
      return writeEnvelope;
    case 'property':
      return (message, nodes, source) => {
        writeProperty(message.properties, target.property, nodes, target.action);
        if (source.type === 'body') noteSavedBody(message, target.property, message.properties.get(target.property));
      };
  }
}

function pathWriter(path: Expression, action: EnrichAction): Writer {
  const property = propertyOf(path.source);
  return (message, nodes) => {
    if (nodes.length === 0) {
      logError(message, 'There is nothing to enrich the message with');
      return;
    }
    if (path.language !== 'xpath') throw new Fault(`${path.source} is no place in an XML body; use an XPath`);
    if (property) writeProperty(property.scope(message), property.name, nodes, action);
    else {
      writeNode(path.select(message)[0], nodes, action, path);
      message.payload.dropJson();
      message.payload.changed();
    }
  };
}

/** `get-property('name')` or `get-property('scope', 'name')` as a target writes the property. */
function propertyOf(source: string) {
  if (!source.startsWith('get-property')) return undefined;
  const texts = [...source.matchAll(/'([^']*)'|"([^"]*)"/g)].map((match) => match[1] ?? match[2] ?? '');
  const name = texts.at(-1);
  if (name === undefined) return undefined;
  const scope = texts.length > 1 ? texts[0] : 'default';
  return {
    name,
    scope: (message: Message): Map<string, unknown> => {
      if (scope === 'axis2') return message.axis2;
      return scope === 'operation' ? message.operation : message.properties;
    },
  };
}

function writeNode(found: unknown, nodes: Node[], action: EnrichAction, path: Expression): void {
  if (isElement(found)) {
    insertNodes(found, nodes, action);
    return;
  }
  const [first] = nodes;
  if (isTextNode(found) && isElement(found.parentNode) && isNode(first)) {
    const parent = found.parentNode;
    if (isTextNode(first)) setText(parent, first.nodeValue ?? '');
    else {
      parent.removeChild(found);
      insertSafely(first, parent, null);
    }
    return;
  }
  if (isNode(found) && found.nodeType === 2 && isTextNode(first)) {
    (found as Attr).value = first.nodeValue ?? '';
    return;
  }
  throw new Fault(`The target ${path.source} is nothing that could be written to`);
}

function writeBody(message: Message, nodes: Node[], action: EnrichAction): void {
  const { payload } = message;
  const [node] = nodes;
  if (!node) return;
  const element = payload.firstElement();
  if (!element) {
    if (!nodes.some(isElement)) logError(message, 'Only elements can be put into an empty body');
    const body = payload.body();
    for (const one of nodes) if (isElement(one)) adopt(one, body);
  } else if (action === 'replace' && isTextNode(node) && isJsonDocument(node.nodeValue ?? '')) {
    payload.setJsonText(node.nodeValue ?? '');
    return;
  } else {
    insertNodes(element, nodes, action);
  }
  payload.dropJson();
  payload.changed();
}

function isJsonDocument(text: string): boolean {
  try {
    const value = parseLenientJson(text);
    return isJsonObject(value) || isJsonArray(value);
  } catch {
    return false;
  }
}

const writeEnvelope: Writer = (message, [node]) => {
  if (!isElement(node) || soapVersionOf(node) === undefined) {
    throw new Fault('The envelope can only be replaced by a SOAP envelope');
  }
  message.payload.setEnvelope(node);
};

/**
 * A property becomes the list of nodes, even of one; only *child* adds to the XML that it holds. Of a text that is XML
 * the root's own text is left then, as in the reference.
 */
function writeProperty(scope: Map<string, unknown>, name: string, nodes: Node[], action: EnrichAction): void {
  if (action === 'child') {
    const present = scope.get(name);
    if (isElement(present)) {
      insertNodes(present, nodes, action);
      return;
    }
    const root = typeof present === 'string' ? parsedText(present) : undefined;
    if (root) {
      insertNodes(root, nodes, action);
      scope.set(name, directText(root));
      return;
    }
  }
  scope.set(name, nodes);
}

function parsedText(text: string): Element | undefined {
  try {
    return parseElement(text);
  } catch {
    return undefined;
  }
}
