import type { Element } from '@xmldom/xmldom';
import type { ConfigElement } from '../runtime/configuration/element.js';
import type { Expression } from '../runtime/expression/expression.js';
import { jsonText } from '../runtime/json/text.js';
import { JsonElement, type JsonValue } from '../runtime/json/value.js';
import { takeState } from '../runtime/message/clone.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { createElement, newDocument } from '../runtime/xml/create.js';
import { parseElement } from '../runtime/xml/parse.js';
import { cloneInto } from '../runtime/xml/walk.js';
import { choiceAttribute, requiredAttribute } from './attribute.js';
import { toJsonValue } from './json-value.js';

/** What becomes of the branches of a scatter-gather. */
export interface ScatterResult {
  /** Writes the results of the branches, of which there is at least one. @throws Fault when they cannot be put together */
  write(message: Message, flows: readonly Message[]): Promise<void>;
}

/** Reads what the results are made into and where they go (mediators 7.6). */
export function compileScatterResult(element: ConfigElement, expression: Expression): ScatterResult {
  requiredAttribute(element, 'result-content-type');
  const type = choiceAttribute(element, 'result-content-type', ['JSON', 'XML'], 'JSON');
  const enclosing = type === 'XML' ? requiredAttribute(element, 'result-enclosing-element') : '';
  const target = requiredAttribute(element, 'target').toLowerCase();
  if (target !== 'body' && target !== 'variable') {
    element.fail('invalid-attribute-value', `target="${target}" is neither body nor variable`, {
      attribute: 'target',
      hint: 'use body or variable',
    });
  }
  const variable = target === 'variable' ? requiredAttribute(element, 'target-variable') : undefined;
  const assemble = type === 'XML' ? xmlOf(expression, enclosing) : jsonOf(expression);
  return {
    async write(message, flows) {
      const result = assemble(flows);
      if (variable !== undefined) message.setVariable(variable, result);
      else intoBody(message, flows.at(-1), result);
    },
  };
}

/** The message goes on in the state of the branch that ran through last, with the results as its body. */
function intoBody(message: Message, last: Message | undefined, result: JsonElement | Element): void {
  if (last) takeState(message, last);
  const { payload, axis2 } = message;
  const type = result instanceof JsonElement ? 'application/json' : 'application/xml';
  if (result instanceof JsonElement) payload.setJsonText(jsonText(result.value));
  else payload.setElement(result);
  axis2.set('messageType', type);
  axis2.set('ContentType', type);
  axis2.delete('NO_ENTITY_BODY');
  message.headers.set('Content-Type', type);
}

function jsonOf(expression: Expression): (flows: readonly Message[]) => JsonElement {
  return (flows) => {
    if (expression.language !== 'synapse') {
      throw new Fault(`A scatter-gather makes JSON of \${…} expressions only, not of ${expression.source}`);
    }
    return new JsonElement(flows.map((flow) => jsonResult(expression.object(flow))));
  };
}

function jsonResult(value: unknown): JsonValue {
  return value instanceof JsonElement ? value.value : toJsonValue(value);
}

function xmlOf(expression: Expression, enclosing: string): (flows: readonly Message[]) => Element {
  return (flows) => {
    const result = createElement(newDocument(), enclosing);
    for (const flow of flows) cloneInto(xmlResult(expression.text(flow) ?? ''), result);
    return result;
  };
}

function xmlResult(text: string): Element {
  try {
    return parseElement(text);
  } catch (error) {
    throw new Fault(`A result of a scatter-gather is not XML: ${(error as Error).message}`, { cause: error });
  }
}
