import type { Attr, Element, Node } from '@xmldom/xmldom';
import { spend, spendCharacters } from '../../limit/time-limit.js';
import { XML_NAMESPACE } from '../../xml/create.js';

/** DOM has no namespace nodes; the namespace axis makes these. */
export class NamespaceNode {
  constructor(
    readonly parent: Element,
    readonly prefix: string,
    readonly uri: string,
  ) {}
}

export const isNode = (item: unknown): item is Node => typeof item === 'object' && item !== null && 'nodeType' in item;
export const isElement = (item: unknown): item is Element => isNode(item) && item.nodeType === 1;
export const isAttribute = (item: unknown): item is Attr => isNode(item) && item.nodeType === 2;
export const isText = (item: unknown): item is Node => isNode(item) && (item.nodeType === 3 || item.nodeType === 4);
export const isDocument = (item: unknown): item is Node => isNode(item) && item.nodeType === 9;

/**
 * The parent of an item; null for a root and for what is no node. An envelope has a document above it only when it came
 * in as SOAP, which the payload takes care of (message-model 3.2).
 */
export function parentOf(item: unknown): Node | null {
  if (item instanceof NamespaceNode) return item.parent;
  if (!isNode(item)) return null;
  return isAttribute(item) ? item.ownerElement : item.parentNode;
}

/** The topmost node above an item: where an absolute path starts. */
export function rootOf(item: unknown): unknown {
  let root = item;
  let depth = 1;
  for (let parent = parentOf(root); parent; parent = parentOf(root)) {
    root = parent;
    depth++;
  }
  spend(depth);
  return root;
}

/** Attributes in document order, namespace declarations left out. */
export function attributesOf(element: Element): Attr[] {
  const found: Attr[] = [];
  const { attributes } = element;
  for (let i = 0; i < attributes.length; i++) {
    const attr = attributes.item(i);
    if (attr && attr.prefix !== 'xmlns' && attr.nodeName !== 'xmlns') found.push(attr);
  }
  return found;
}

/** Namespaces in scope, nearest first, `xml` last (`wso2-axiom: DocumentNavigator`). */
export function namespacesOf(element: Element): NamespaceNode[] {
  const found = new Map<string, NamespaceNode>();
  const add = (owner: Element, prefix: string | null, uri: string | null): void => {
    if (uri && !found.has(prefix ?? '')) found.set(prefix ?? '', new NamespaceNode(owner, prefix ?? '', uri));
  };
  for (let node: Node | null = element; isElement(node); node = node.parentNode) {
    const { attributes } = node;
    for (let i = 0; i < attributes.length; i++) {
      const attr = attributes.item(i) as Attr;
      if (attr.prefix === 'xmlns') add(node, attr.localName, attr.value);
      else if (attr.nodeName === 'xmlns') add(node, '', attr.value);
    }
    add(node, node.prefix, node.namespaceURI);
    for (const attr of attributesOf(node)) if (attr.prefix !== 'xml') add(node, attr.prefix, attr.namespaceURI);
    spend(1 + attributes.length);
  }
  return [...found.values(), new NamespaceNode(element, 'xml', XML_NAMESPACE)];
}

/** The XPath string value of an item that is a node; undefined for anything else. */
export function nodeText(item: unknown): string | undefined {
  if (item instanceof NamespaceNode) return item.uri;
  if (!isNode(item)) return undefined;
  const text = textOfNode(item);
  spendCharacters(text.length);
  return text;
}

function textOfNode(node: Node): string {
  if (node.nodeType === 1) return elementText(node);
  if (node.nodeType !== 9) return node.nodeValue ?? '';
  const root = (node as Node & { documentElement: Element | null }).documentElement;
  return root ? elementText(root) : '';
}

/** All text below an element, in document order. */
function elementText(element: Node): string {
  let text = '';
  let visited = 0;
  for (let node: Node | null = element.firstChild; node; node = nextBelow(node, element)) {
    if (node.nodeType === 3 || node.nodeType === 4) text += node.nodeValue ?? '';
    visited++;
  }
  spend(visited);
  return text;
}

/** The node that follows in document order, within the tree below `top`; null at its end. */
export function nextBelow(node: Node, top: Node): Node | null {
  if (node.firstChild) return node.firstChild;
  let current: Node | null = node;
  while (current && current !== top) {
    if (current.nextSibling) return current.nextSibling;
    current = current.parentNode;
  }
  return null;
}
