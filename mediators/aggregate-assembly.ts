import type { Element, Node } from '@xmldom/xmldom';
import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import type { Expression } from '../runtime/expression/expression.js';
import { jsonText } from '../runtime/json/text.js';
import { isJsonArray, isJsonObject, type JsonElement, type JsonObject, type JsonValue } from '../runtime/json/value.js';
import { buildBody } from '../runtime/message/build.js';
import { cloneMessage } from '../runtime/message/clone.js';
import { soapVersionOf } from '../runtime/message/envelope.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { documentOf, newDocument } from '../runtime/xml/create.js';
import { cloneInto, copyNode } from '../runtime/xml/walk.js';
import { bodyJson } from './body-path.js';
import { isTreeNode } from './tree-items.js';

/** Makes the message that stands for all collected ones. @throws Fault when they do not fit together */
export type Assemble = (messages: readonly Message[]) => Promise<Message>;

/** Compiles how `<onComplete>` puts the collected messages together (mediators 7.5). */
export function compileAssembly(onComplete: ConfigElement, context: CompileContext): Assemble {
  const text = onComplete.attribute('expression');
  const expression = text === undefined ? undefined : context.expression(onComplete, 'expression');
  const property = onComplete.attribute('enclosingElementProperty');
  const mergesMembers = onComplete.attribute('aggregateElementType') === 'child';
  return async (messages) => {
    const [first] = messages;
    if (!first) throw new Fault('An aggregate has collected no message');
    for (const message of messages) if (!message.payload.built) await buildBody(message);
    const result = await cloneMessage(first);
    result.transactions = first.transactions;
    const enclosing = property === undefined ? undefined : enclosingElement(first, property);
    if (isJson(expression, first)) {
      const values = messages.map((message) => jsonResult(message, expression));
      const value = mergesMembers ? merged(values) : values;
      const name = enclosing && (enclosing.localName ?? enclosing.nodeName);
      result.payload.setJsonText(jsonText(name === undefined ? value : new Map([[name, value]])));
    } else if (expression?.language === 'synapse') {
      throw new Fault(`An aggregate cannot collect by ${expression.source}: only XPath and json-eval select results`);
    } else if (enclosing) {
      const whole = copyNode(enclosing, newDocument());
      for (const message of messages) for (const node of results(message, expression)) cloneInto(node, whole);
      result.payload.setElement(whole);
    } else {
      join(result, messages, expression);
    }
    return result;
  };
}

/** Without an expression it is the first message that decides (the reference faults there). */
function isJson(expression: Expression | undefined, first: Message): boolean {
  return expression ? expression.language === 'jsonpath' : first.payload.isJson;
}

/** One match counts as itself, several as an array. */
function jsonResult(message: Message, expression: Expression | undefined): JsonValue {
  if (!expression) return bodyJson(message.payload);
  const items = expression.select(message).map((item) => (item as JsonElement).value);
  return items.length === 1 ? (items[0] as JsonValue) : items;
}

function enclosingElement(message: Message, property: string): Element {
  const value = message.properties.get(property);
  const [element] = Array.isArray(value) ? value : [value];
  if (isTreeNode(element) && element.nodeType === 1) return element as Element;
  throw new Fault(`The property ${property}, which is to enclose the results of an aggregate, holds no XML element`);
}

/** Objects put together member by member; members that meet become arrays, objects among them are merged. */
function merged(values: readonly JsonValue[]): JsonObject {
  const result: JsonObject = new Map();
  for (const value of values) {
    if (!isJsonObject(value)) throw new Fault('An aggregate of type child puts objects together, and a result is none');
    mergeInto(result, value);
  }
  return result;
}

function mergeInto(target: JsonObject, source: JsonObject): void {
  for (const [name, value] of source) {
    const present = target.get(name);
    if (present === undefined) {
      target.set(name, isJsonArray(value) ? [...value] : isJsonObject(value) ? new Map(value) : value);
    } else if (isJsonObject(present) && isJsonObject(value)) {
      mergeInto(present, value);
    } else {
      target.set(name, [...listOf(present), ...listOf(value)]);
    }
  }
}

const listOf = (value: JsonValue): readonly JsonValue[] => (isJsonArray(value) ? value : [value]);

/** What the expression selects in one message: at least one node, no envelope. */
function results(message: Message, expression: Expression | undefined): Node[] {
  const first = message.payload.firstElement();
  const nodes = expression ? expression.select(message).filter(isTreeNode) : first ? [first] : [];
  if (nodes.length === 0) throw new Fault('Could not find matching elements to aggregate.');
  if (nodes.some((node) => node.nodeType === 1 && soapVersionOf(node as Element) !== undefined && !node.parentNode)) {
    throw new Fault('An aggregate cannot collect whole envelopes');
  }
  return nodes;
}

/**
 * The results of the further messages are appended to the body of the first. Results of the first one that are not
 * directly under Body are lifted there, and what held them is removed.
 */
function join(result: Message, messages: readonly Message[], expression: Expression | undefined): void {
  const { payload } = result;
  const body = payload.body();
  const others = messages.slice(1);
  if (others.length > 0) {
    const own = expression ? expression.select(result).filter(isTreeNode) : [];
    lift(own, body);
  }
  for (const message of others) {
    for (const node of results(message, expression)) body.appendChild(copyNode(node, documentOf(body)));
  }
  payload.dropJson();
  payload.changed();
}

function lift(nodes: readonly Node[], body: Element): void {
  const holder = nodes[0]?.parentNode;
  if (!holder || holder === body) return;
  const top = childOfBody(holder, body);
  for (const node of nodes) body.appendChild(node);
  if (top) body.removeChild(top);
}

function childOfBody(node: Node, body: Element): Node | undefined {
  for (let at: Node | null = node; at; at = at.parentNode) if (at.parentNode === body) return at;
  return undefined;
}
