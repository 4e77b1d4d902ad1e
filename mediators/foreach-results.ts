import type { Node } from '@xmldom/xmldom';
import type { ConfigElement } from '../runtime/configuration/element.js';
import type { Expression } from '../runtime/expression/expression.js';
import { JsonElement, type JsonValue } from '../runtime/json/value.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import type { Payload } from '../runtime/message/payload.js';
import { createElement, documentOf, newDocument } from '../runtime/xml/create.js';
import { cloneInto, copyNode } from '../runtime/xml/walk.js';
import { choiceAttribute, requiredAttribute } from './attribute.js';
import { bodyJson, payloadPath, writeBody } from './body-path.js';

/** The items of a collection: JSON values or XML nodes. */
export type Items = { readonly json: readonly JsonValue[] } | { readonly nodes: readonly Node[] };

/** What a foreach does with the messages that its items have become. */
export interface Results {
  /** @throws Fault when they cannot be written there */
  write(message: Message, items: Items, finished: readonly Message[]): void;
}

/** Reads where the results go (mediators 7.4): back into the collection, or into a variable. */
export function compileResults(element: ConfigElement, collection: Expression): Results {
  if (element.attribute('update-original') !== 'false') return { write: intoCollection(collection) };
  requiredAttribute(element, 'result-content-type');
  const type = choiceAttribute(element, 'result-content-type', ['JSON', 'XML'], 'JSON');
  const variable = requiredAttribute(element, 'target-variable');
  if (type === 'JSON') {
    return { write: (message, _items, finished) => message.setVariable(variable, new JsonElement(jsonOf(finished))) };
  }
  const name = requiredAttribute(element, 'result-enclosing-element');
  return {
    write(message, _items, finished) {
      const enclosing = createElement(newDocument(), name);
      for (const { payload } of finished) {
        const first = payload.firstElement();
        if (first) cloneInto(first, enclosing);
      }
      message.setVariable(variable, enclosing);
    },
  };
}

function intoCollection(collection: Expression): Results['write'] {
  const path = payloadPath(collection.source);
  const variable = /^\$\{\s*vars\.([^.[]+?)\s*\}$/.exec(collection.source)?.[1];
  return (message, items, finished) => {
    if ('nodes' in items) return replaceNodes(message, items.nodes, finished);
    const results = jsonOf(finished);
    if (path) writeBody(message.payload, path, results);
    else if (variable !== undefined) message.setVariable(variable, new JsonElement(results));
    else throw new Fault(`No results for path: the results of a foreach cannot be put into ${collection.source}`);
  };
}

/** The results stand behind what is left in the parent of the first item. */
function replaceNodes(message: Message, nodes: readonly Node[], finished: readonly Message[]): void {
  const parent = nodes[0]?.parentNode;
  if (!parent) throw new Fault('The items of a foreach have no parent');
  for (const node of nodes) node.parentNode?.removeChild(node);
  for (const { payload } of finished) {
    const first = payload.firstElement();
    if (first) parent.appendChild(copyNode(first, documentOf(parent)));
  }
  message.payload.dropJson();
  message.payload.changed();
}

function jsonOf(finished: readonly Message[]): JsonValue[] {
  return finished.map(({ payload, axis2 }) => resultOf(payload, String(axis2.get('messageType') ?? '')));
}

/** The item's JSON; XML has none, but what is written as something else is converted. */
function resultOf(payload: Payload, messageType: string): JsonValue {
  if (!payload.isJson && (payload.isEmpty || /\bxml\b/.test(messageType))) return null;
  return bodyJson(payload);
}
