import type { Element, Node } from '@xmldom/xmldom';
import { jsonText } from '../runtime/json/text.js';
import { JsonElement } from '../runtime/json/value.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { newDocument } from '../runtime/xml/create.js';
import { copyNode } from '../runtime/xml/walk.js';
import type { EnrichSource } from './enrich-parts.js';
import { isElement, isNode, isTextNode } from './enrich-value.js';

/** What a source gives when XML is edited: elements and texts (mediators 6.2 "XML mode source list"). */
export function sourceNodes(message: Message, source: EnrichSource): Node[] {
  switch (source.type) {
    case 'custom':
      return pathNodes(message, source);
    case 'body': {
      const first = message.payload.firstElement();
      return first ? [source.copies ? copyOf(first) : first] : [];
    }
    case 'envelope':
      return [source.copies ? copyOf(message.payload.envelope()) : message.payload.envelope()];
    case 'property':
      return propertyNodes(message, source.property, source.copies);
    case 'inline': {
      const content = source.inline.value(message);
      if (content === undefined) logError(message, 'The inline <source> names an entry that is missing');
      return content === undefined ? [] : [typeof content === 'string' ? textNode(content) : content];
    }
  }
}

/** Attributes, numbers and booleans are passed over. */
function pathNodes(message: Message, { path, copies }: Extract<EnrichSource, { type: 'custom' }>): Node[] {
  if (path.language !== 'xpath') throw new Fault(`${path.source} cannot be evaluated on XML; use an XPath`);
  const nodes: Node[] = [];
  for (const item of path.select(message)) {
    if (isElement(item)) nodes.push(copies ? copyOf(item) : item);
    else if (isTextNode(item)) nodes.push(textNode(item.nodeValue ?? ''));
    else if (typeof item === 'string') nodes.push(textNode(item));
  }
  if (nodes.length === 0) logError(message, `The source ${path.source} selects nothing that could be copied`);
  return nodes;
}

function propertyNodes(message: Message, property: string, copies: boolean): Node[] {
  const value = message.properties.get(property);
  if (typeof value === 'string') return [textNode(value)];
  if (isElement(value)) return [copies ? copyOf(value) : value];
  if (value instanceof JsonElement) return [textNode(jsonText(value.value))];
  if (Array.isArray(value)) {
    const nodes = value.filter(isNode);
    return copies ? nodes.map((node) => (isElement(node) ? copyOf(node) : node)) : nodes;
  }
  logError(message, `The property ${property} holds nothing that could be copied`);
  return [];
}

const copyOf = (element: Element): Element => copyNode(element, newDocument());

const textNode = (text: string): Node => newDocument().createTextNode(text);

/** What the reference only writes to its log leaves the message as it is. */
export function logError(message: Message, text: string): void {
  const artifact = message.artifactName;
  message.environment.logger.log('ERROR', 'EnrichMediator', text, artifact === undefined ? undefined : { artifact });
}
