import type { Element, Node } from '@xmldom/xmldom';
import { documentOf } from '../runtime/xml/create.js';
import { adopt } from '../runtime/xml/walk.js';
import type { EnrichAction } from './enrich-parts.js';
import { isElement, isTextNode } from './enrich-value.js';

/**
 * Puts nodes at an element (mediators 6.2 "insert semantics"): *replace* puts elements in its place and gives it texts,
 * *child* appends elements, *sibling* puts each directly behind it, so that several end up reversed.
 */
export function insertNodes(element: Element, nodes: readonly Node[], action: EnrichAction): void {
  const elements = nodes.filter(isElement);
  if (action === 'replace') {
    for (const node of nodes) {
      if (isTextNode(node)) setText(element, node.nodeValue ?? '');
      else if (element.parentNode) insertSafely(node, element.parentNode, element);
    }
    if (elements.length > 0) element.parentNode?.removeChild(element);
  } else if (action === 'child') {
    for (const node of elements) insertSafely(node, element, null);
  } else if (action === 'sibling') {
    for (const node of elements) {
      if (element.parentNode) insertSafely(node, element.parentNode, element.nextSibling);
    }
  }
}

/** Replaces the element's own text; child elements stay, in front of it. */
export function setText(element: Element, text: string): void {
  for (let child = element.firstChild; child; ) {
    const next = child.nextSibling;
    if (isTextNode(child)) element.removeChild(child);
    child = next;
  }
  element.appendChild(documentOf(element).createTextNode(text));
}

/** Moves the node. One that contains its own destination is cut off with it, as in the reference. */
export function insertSafely(node: Node, parent: Node, before: Node | null): void {
  const reference = before === node ? node.nextSibling : before;
  const isInside = contains(node, parent);
  node.parentNode?.removeChild(node);
  if (isInside) return;
  adopt(node, parent);
  if (reference) parent.insertBefore(node, reference);
}

function contains(node: Node, inner: Node): boolean {
  for (let at: Node | null = inner; at; at = at.parentNode) if (at === node) return true;
  return false;
}
