import { XML_NAMESPACE } from '../../../xml/create.js';
import { type Focus, XPathError } from '../focus.js';
import { attributesOf, isAttribute, isElement, isNode, NamespaceNode, parentOf } from '../nodes.js';
import { numberOf, stringOf } from '../values.js';
import type { XPathFunction } from './function.js';

/** The node that `name()` and its like are about: the context item, the first of a set, or a single object. */
function subject(name: string, args: readonly unknown[], focus: Focus): unknown {
  const value = args.length === 0 ? focus.item : args[0];
  if (Array.isArray(value) && value.length === 0) return undefined;
  const item: unknown = Array.isArray(value) ? value[0] : value;
  if (isNode(item) || item instanceof NamespaceNode) return item;
  throw new XPathError(`The argument to the ${name} function must be a node-set`);
}

/**
 * `name()`: the name with its prefix. The reference appends the namespace instead of the local name, and has no name
 * for an attribute without a namespace, which is a fault here as there (message-model 3.2).
 */
export const name: XPathFunction = (args, focus) => {
  const node = subject('name', args, focus);
  if (isElement(node)) return node.nodeName;
  if (isAttribute(node)) {
    if (node.namespaceURI) return node.nodeName;
    throw new XPathError(`name() has no answer for attribute ${node.nodeName} in no namespace: use local-name()`);
  }
  if (node instanceof NamespaceNode) return node.prefix;
  return isNode(node) && node.nodeType === 7 ? node.nodeName : '';
};

export const localName: XPathFunction = (args, focus) => {
  const node = subject('local-name', args, focus);
  if (isElement(node) || isAttribute(node)) return node.localName ?? node.nodeName;
  if (node instanceof NamespaceNode) return node.prefix;
  return isNode(node) && node.nodeType === 7 ? node.nodeName : '';
};

export const namespaceUri: XPathFunction = (args, focus) => {
  const node = subject('namespace-uri', args, focus);
  return isElement(node) || isAttribute(node) ? (node.namespaceURI ?? '') : '';
};

export const count: XPathFunction = ([nodes]) => {
  if (!Array.isArray(nodes)) throw new XPathError('count() function can only be used for node-sets');
  return nodes.length;
};

export const sum: XPathFunction = ([nodes]) => {
  if (!Array.isArray(nodes)) throw new XPathError('The argument to the sum function must be a node-set');
  return nodes.reduce((total: number, node: unknown) => total + numberOf(stringOf([node])), 0);
};

/** `lang()`: the nearest `xml:lang` is that language or one of its sublanguages. */
export const lang: XPathFunction = ([language], { item }) => {
  const wanted = stringOf(language).toLowerCase();
  for (let node = isElement(item) ? item : parentOf(item); isElement(node); node = parentOf(node)) {
    const own = attributesOf(node).find((attr) => attr.localName === 'lang' && attr.namespaceURI === XML_NAMESPACE);
    const found = own?.value.toLowerCase();
    if (found !== undefined) return found === wanted || found.startsWith(`${wanted}-`);
  }
  return false;
};
