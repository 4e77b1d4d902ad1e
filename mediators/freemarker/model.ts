import type { Element, Node } from '@xmldom/xmldom';
import { serializeNode } from '../../runtime/xml/serialize.js';
import { childElements } from '../../runtime/xml/walk.js';
import { FreemarkerError, MissingValueError } from './error.js';

/** A value of the template language; undefined is a missing one. */
export type Value = string | number | boolean | Value[] | Map<string, Value> | NodeList | Callable | undefined;

/** A function: a built-in that waits for its arguments, or a lambda. `text`: what it shows without brackets. */
export type Callable = ((...values: Value[]) => Value) & { readonly text?: string };

/** XML nodes that a path selects; one node counts as its text (FreeMarker "Imperative XML processing"). */
export class NodeList {
  constructor(readonly nodes: readonly Node[]) {}

  /** `list.name`, `list['@a']`, `list['*']`: children, attributes, or special keys of every node. */
  child(name: string): Value {
    if (name === '@@markup') return this.nodes.map((node) => serializeNode(node)).join('');
    if (name === '@@text') return this.nodes.map((node) => node.textContent ?? '').join('');
    if (name === '@@name' || name === '@@qname') return this.nodes[0]?.nodeName;
    return new NodeList(this.nodes.flatMap((node) => selected(node, name)));
  }

  /** The text of the only node. */
  text(): string {
    const [node] = this.nodes;
    if (this.nodes.length !== 1 || !node) {
      throw new FreemarkerError(`An XML path that selects ${this.nodes.length} nodes has no text`);
    }
    return node.nodeType === 2 ? (node.nodeValue ?? '') : (node.textContent ?? '');
  }
}

function selected(node: Node, name: string): Node[] {
  if (name.startsWith('@')) {
    if (node.nodeType !== 1) return [];
    const attributes = Array.from((node as Element).attributes as unknown as Iterable<Node>);
    return attributes.filter((one) => name === '@*' || one.nodeName === name.slice(1));
  }
  const elements = childElements(node);
  if (name === '*') return elements;
  if (name === '**') return elements.flatMap((element) => [element, ...selected(element, '**')]);
  return elements.filter((element) => element.nodeName === name || element.localName === name);
}

const grouped = new Intl.NumberFormat('en-US', {
  maximumFractionDigits: 3,
  roundingMode: 'halfEven',
} as Intl.NumberFormatOptions);

/** A number as `${…}` shows it: grouped by thousands, at most three decimals. */
export function numberText(value: number): string {
  return grouped.format(value);
}

/** A number as `?c` shows it: no grouping, no exponent. */
export function computerText(value: number): string {
  if (Number.isInteger(value)) return BigInt(value).toString();
  return value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 16 });
}

/** The text of a value in `${…}` and `+`. @throws FreemarkerError for a missing value and for those without a text. */
export function textOf(value: Value, source: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return numberText(value);
  if (value instanceof NodeList) return value.text();
  if (typeof value === 'function' && value.text !== undefined) return value.text;
  if (value === undefined) throw new MissingValueError(source);
  const kind = typeof value === 'boolean' ? 'a boolean (use ?c)' : 'no text';
  throw new FreemarkerError(`The expression ${source} is ${kind}`);
}

/** @throws FreemarkerError for what is no number. */
export function numberOf(value: Value, source: string): number {
  if (typeof value === 'number') return value;
  throw new FreemarkerError(`The expression ${source} is no number`);
}

/** @throws FreemarkerError for what is neither true nor false. */
export function booleanOf(value: Value, source: string): boolean {
  if (typeof value === 'boolean') return value;
  throw new FreemarkerError(`The expression ${source} is neither true nor false`);
}

/** The items of a sequence, the nodes of a path. @throws FreemarkerError for other values. */
export function itemsOf(value: Value, source: string): Value[] {
  if (Array.isArray(value)) return value;
  if (value instanceof NodeList) return value.nodes.map((node) => new NodeList([node]));
  throw new FreemarkerError(`The expression ${source} is no sequence`);
}

/** `a.name`, `a["name"]`. @throws FreemarkerError for a value without members. */
export function memberOf(value: Value, name: string, source: string): Value {
  if (value instanceof Map) return value.get(name);
  if (value instanceof NodeList) return value.child(name);
  if (value === undefined) throw new MissingValueError(source);
  throw new FreemarkerError(`The expression ${source} has no members`);
}
