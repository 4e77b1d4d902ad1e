import { type Attr, DOMImplementation, type Document, type Element, type Node } from '@xmldom/xmldom';

export const XMLNS_NAMESPACE = 'http://www.w3.org/2000/xmlns/';
export const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';

const implementation = new DOMImplementation();

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** A document without a root. */
export function newDocument(): Document {
  return implementation.createDocument(null, '');
}

/**
 * An element, not yet attached. The name is taken as it is: JSON keys make names that are not legal in XML
 * (message-model 4.4 rule 9), and checking every name again costs as much as building the tree.
 * @param name qualified name, `p:local` or `local`
 * @param namespace empty for none
 */
export function createElement(document: Document, name: string, namespace = ''): Element {
  const element = document.createElement(name) as Writable<Element>;
  nameNode(element, name, namespace);
  return element as Element;
}

/** Sets or adds an attribute; `name` is qualified, its prefix is the one before the first colon. */
export function setAttribute(element: Element, name: string, value: string, namespace = ''): void {
  if (namespace !== '') {
    element.setAttributeNS(namespace, name, value);
    return;
  }
  element.setAttribute(name, value);
}

/** Adds an attribute that the element is known not to have; a name without a namespace may be any text. */
export function addAttribute(element: Element, name: string, value: string, namespace: string): void {
  if (namespace === '') {
    element.setAttribute(name, value);
    return;
  }
  const attr = documentOf(element).createAttribute(name) as Writable<Attr>;
  nameNode(attr, name, namespace);
  attr.value = value;
  attr.nodeValue = value;
  element.setAttributeNode(attr as Attr);
}

/**
 * Appends a node that has just been made, as appendChild does, but without its checks and the bookkeeping for live
 * lists: trees are built several times faster. The node must be in no tree yet, the parent an element.
 */
export function appendNew(parent: Element, node: Node): void {
  const child = node as Writable<Node>;
  const target = parent as Writable<Element>;
  const last = parent.lastChild as Writable<Node> | null;
  child.parentNode = parent;
  child.previousSibling = last;
  if (last) last.nextSibling = node;
  else target.firstChild = node as Writable<Element>['firstChild'];
  target.lastChild = node as Writable<Element>['lastChild'];
  const children = parent.childNodes as unknown as { length: number; [index: number]: Node };
  children[children.length++] = node;
}

/** Declares a prefix (empty for the default namespace) on the element. */
export function declareNamespace(element: Element, prefix: string, namespace: string): void {
  element.setAttributeNS(XMLNS_NAMESPACE, prefix === '' ? 'xmlns' : `xmlns:${prefix}`, namespace);
}

/** The document that creates nodes for the element's tree. */
export function documentOf(node: Node): Document {
  return node.nodeType === 9 ? (node as Document) : (node.ownerDocument as Document);
}

function nameNode(node: Writable<Element> | Writable<Attr>, name: string, namespace: string): void {
  const colon = namespace === '' ? -1 : name.indexOf(':');
  node.namespaceURI = namespace === '' ? null : namespace;
  node.prefix = colon === -1 ? null : name.slice(0, colon);
  node.localName = colon === -1 ? name : name.slice(colon + 1);
}
