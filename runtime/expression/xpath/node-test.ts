import type { Attr, Element } from '@xmldom/xmldom';
import type { Namespaces } from '../expression.js';
import { XPathError } from './focus.js';
import { isAttribute, isElement, isNode, isText, NamespaceNode } from './nodes.js';
import type { Axis, NodeTest } from './syntax.js';

type NameTest = Extract<NodeTest, { type: 'name' }>;

/** Whether a step keeps an item that its axis has found. */
export type Accepts = (item: unknown) => boolean;

/** Compiles a node test. A prefix that is not declared fails when an element is met, not before (message-model 3.1). */
export function compileNodeTest(test: NodeTest, axis: Axis, namespaces: Namespaces): Accepts {
  switch (test.type) {
    case 'node':
      return () => true;
    case 'text':
      return isText;
    case 'comment':
      return (item) => isNode(item) && item.nodeType === 8;
    case 'instruction':
      return (item) =>
        isNode(item) && item.nodeType === 7 && (test.target === undefined || item.nodeName === test.target);
    case 'name':
      return compileNameTest(test, axis, namespaces);
  }
}

function compileNameTest({ at, prefix, local }: NameTest, axis: Axis, namespaces: Namespaces): Accepts {
  const isKind = kindOf(axis);
  if (prefix === '') {
    if (local === '*') return isKind;
    if (axis === 'namespace') return (item) => item instanceof NamespaceNode && item.prefix === local;
    return (item) => isKind(item) && localNameOf(item) === local && !item.namespaceURI;
  }
  const uri = prefix === 'xml' ? 'http://www.w3.org/XML/1998/namespace' : namespaces.get(prefix);
  return (item) => {
    if (!isKind(item)) return false;
    if (uri === undefined) throw unboundPrefix(prefix, local, at);
    return (item.namespaceURI ?? '') === uri && (local === '*' || localNameOf(item) === local);
  };
}

function unboundPrefix(prefix: string, local: string, offset: number): XPathError {
  const error = new XPathError(
    `Cannot resolve namespace prefix '${prefix}'`,
    `declare xmlns:${prefix} on the mediator or an element around it, or write *[local-name()='${local}']`,
  );
  error.column = offset + 1;
  return error;
}

/** A name test selects the axis's own kind of node: attributes, namespaces, or elements (XPath 1.0 2.3). */
function kindOf(axis: Axis): (item: unknown) => item is Element | Attr {
  if (axis === 'attribute') return isAttribute;
  if (axis === 'namespace') return (item): item is Attr => item instanceof NamespaceNode;
  return isElement;
}

const localNameOf = (node: Element | Attr): string => node.localName ?? node.nodeName;
