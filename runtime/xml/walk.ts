import type { Attr, Document, Element, Node } from '@xmldom/xmldom';
import { addAttribute, appendNew, createElement, documentOf } from './create.js';

/** Child elements in document order. */
export function childElements(node: Node): Element[] {
  const found: Element[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.nodeType === 1) found.push(child as Element);
  }
  return found;
}

export function firstChildElement(node: Node): Element | undefined {
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.nodeType === 1) return child as Element;
  }
  return undefined;
}

/** The first child element of that name and namespace (empty for none). */
export function childNamed(node: Node, localName: string, namespace: string): Element | undefined {
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.nodeType === 1 && isNamed(child as Element, localName, namespace)) return child as Element;
  }
  return undefined;
}

export function isNamed(element: Element, localName: string, namespace: string): boolean {
  return element.localName === localName && (element.namespaceURI ?? '') === namespace;
}

/** The element's own text: its text and CDATA children joined, descendants excluded (message-model 3.3 rule 3). */
export function directText(element: Node): string {
  let text = '';
  for (let child = element.firstChild; child; child = child.nextSibling) {
    if (child.nodeType === 3 || child.nodeType === 4) text += child.nodeValue ?? '';
  }
  return text;
}

export function removeChildren(node: Node): void {
  while (node.firstChild) node.removeChild(node.firstChild);
}

/** A deep copy, not attached, that belongs to the document; many times faster than cloneNode and importNode. */
export function copyNode<T extends Node>(node: T, document: Document): T {
  if (node.nodeType !== 1) return document.importNode(node, true) as Node as T;
  const element = node as Node as Element;
  const copy = createElement(document, element.nodeName, element.namespaceURI ?? '');
  const { attributes } = element;
  for (let i = 0; i < attributes.length; i++) {
    const attr = attributes.item(i) as Attr;
    addAttribute(copy, attr.nodeName, attr.value, attr.namespaceURI ?? '');
  }
  for (let child = element.firstChild; child; child = child.nextSibling) {
    appendNew(copy, child.nodeType === 3 ? document.createTextNode(child.nodeValue ?? '') : copyNode(child, document));
  }
  return copy as Node as T;
}

/** A deep copy of the node that belongs to the tree of `target` and is its last child. */
export function cloneInto<T extends Node>(node: T, target: Node): T {
  const copy = copyNode(node, documentOf(target));
  target.appendChild(copy);
  return copy;
}

/**
 * Moves the node into the tree of `target` as its last child. Nodes of other documents are taken over as they are, not
 * copied, so that who holds the element keeps editing what the message sends.
 */
export function adopt<T extends Node>(node: T, target: Node): T {
  const document = documentOf(target);
  if (node.ownerDocument !== document) {
    node.parentNode?.removeChild(node);
    takeOver(node, document);
  }
  target.appendChild(node);
  return node;
}

function takeOver(node: Node, document: Node['ownerDocument']): void {
  (node as { ownerDocument: Node['ownerDocument'] }).ownerDocument = document;
  if (node.nodeType === 1) {
    const { attributes } = node as Element;
    for (let i = 0; i < attributes.length; i++) {
      (attributes.item(i) as unknown as { ownerDocument: Node['ownerDocument'] }).ownerDocument = document;
    }
  }
  for (let child = node.firstChild; child; child = child.nextSibling) takeOver(child, document);
}
