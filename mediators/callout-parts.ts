import type { Element } from '@xmldom/xmldom';
import type { ConfigElement } from '../runtime/configuration/element.js';
import type { XPathExpression } from '../runtime/expression/xpath/compile.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { documentOf } from '../runtime/xml/create.js';
import { adopt, copyNode } from '../runtime/xml/walk.js';
import { xpathAttribute } from './attribute.js';
import { entryOf } from './entry.js';

/** Gives the element that is sent instead of the body. @throws Fault when there is none */
export type CalloutSource = (message: Message) => Element;

/** Puts the answer's element into the message. @throws Fault when there is no place for it */
export type CalloutTarget = (message: Message, answer: Element) => void;

/** Compiles `<source>`: undefined for the whole envelope. @throws ConfigurationError without xpath and key */
export function compileCalloutSource(element: ConfigElement | undefined): CalloutSource | undefined {
  if (!element || element.attribute('type') === 'envelope') return undefined;
  const { path, key } = pathOrKey(element);
  if (path) {
    return (message) => {
      const [found] = path.select(message);
      if (isElement(found)) return found;
      throw new Fault(`The source ${path.source} of the callout selects no element`);
    };
  }
  return (message) => {
    const value = message.properties.get(key) ?? entryOf(message.environment, key);
    if (isElement(value)) return value;
    throw new Fault(`The source ${key} of the callout is neither a property nor an entry with XML`);
  };
}

/** Compiles `<target>`: undefined when the answer becomes the message. @throws ConfigurationError without xpath and key */
export function compileCalloutTarget(element: ConfigElement | undefined): CalloutTarget | undefined {
  if (!element) return undefined;
  const { path, key } = pathOrKey(element);
  if (!path) return (message, answer) => message.setProperty(key, answer);
  return (message, answer) => {
    const [found] = path.select(message);
    if (!isElement(found) || !found.parentNode) throw new Fault(`The target ${path.source} selects no element`);
    const parent = found.parentNode;
    const copy = adopt(copyNode(answer, documentOf(parent)), parent);
    parent.insertBefore(copy, found);
    parent.removeChild(found);
    message.payload.dropJson();
    message.payload.changed();
  };
}

function pathOrKey(element: ConfigElement): { path: XPathExpression | undefined; key: string } {
  const path = xpathAttribute(element, 'xpath');
  const key = element.attribute('key');
  if (!path && key === undefined) {
    element.fail('missing-attribute', `<${element.localName}> of a callout needs "xpath" or "key"`, {
      hint: 'add xpath="…" or key="…"',
    });
  }
  return { path, key: key ?? '' };
}

function isElement(value: unknown): value is Element {
  return typeof value === 'object' && value !== null && 'nodeType' in value && value.nodeType === 1;
}
