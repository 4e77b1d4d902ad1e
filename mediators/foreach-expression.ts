import type { Node } from '@xmldom/xmldom';
import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import type { Expression } from '../runtime/expression/expression.js';
import { WholeNumber } from '../runtime/java/value.js';
import { jsonText } from '../runtime/json/text.js';
import type { JsonValue } from '../runtime/json/value.js';
import { Fault } from '../runtime/message/fault.js';
import { runForks } from '../runtime/message/flow.js';
import type { Mediate, Message, Outcome, Sequence } from '../runtime/message/message.js';
import { adopt } from '../runtime/xml/walk.js';
import { booleanAttribute } from './attribute.js';
import { bodyJson, bodyPath, withValue } from './body-path.js';
import { guardedList } from './on-error.js';
import { isTreeNode } from './tree-items.js';

/** Mediators that the reference forbids directly in the loop, as it could not go on after them. */
const forbidden = new Set(['call', 'callout', 'send']);

interface Loop {
  readonly expression: Expression;
  readonly continueOnFailure: boolean;
  /** Prefix of the loop's properties. */
  readonly prefix: string;
  /** The sequence that runs on each item. @throws Fault when there is none */
  body(message: Message): Mediate;
}

/** Compiles the loop over `expression` (mediators 7.3), which runs in the message itself and always goes on. */
export function compileForeachExpression(element: ConfigElement, context: CompileContext): Mediate {
  const expression = context.expression(element, 'expression');
  const id = element.attribute('id');
  const loop: Loop = {
    expression,
    continueOnFailure: booleanAttribute(element, 'continueLoopOnFailure'),
    prefix: id ? `${id}_` : '',
    body: bodyOf(element, context),
  };
  if (expression.language === 'jsonpath') return (message) => overJson(message, loop);
  if (expression.language === 'xpath') return (message) => overXml(message, loop);
  return () => {
    throw new Fault(`A foreach cannot loop by ${expression.source}: only XPath and json-eval select items`);
  };
}

function bodyOf(element: ConfigElement, context: CompileContext): (message: Message) => Mediate {
  const key = element.attribute('sequence');
  if (key !== undefined) return (message) => checked(message.sequence(key), key);
  const child = element.element('sequence');
  if (!child) {
    return () => {
      throw new Fault('The sequence of a foreach cannot be found');
    };
  }
  const bad = child.elements().find(({ localName }) => forbidden.has(localName));
  bad?.fail('misplaced-mediator', `<${bad.localName}> cannot stand directly in the sequence of a foreach`, {
    hint: 'loop with <foreach collection="${…}">, which allows calls',
  });
  const mediate = guardedList(child, context);
  return () => mediate;
}

function checked(sequence: Sequence | undefined, key: string): Mediate {
  if (!sequence) throw new Fault(`Sequence named ${key} of a foreach cannot be found`);
  const bad = sequence.mediators?.find((name) => forbidden.has(name));
  if (bad) throw new Fault(`Sequence named ${key} of a foreach contains <${bad}>, which a foreach cannot run`);
  return sequence.mediate;
}

async function overJson(message: Message, loop: Loop): Promise<Outcome> {
  const { payload } = message;
  const path = bodyPath(loop.expression.source);
  begin(message, loop);
  if (!payload.isJson) throw new Fault('A foreach by json-eval needs a JSON body');
  const root = bodyJson(payload);
  const items = path?.read(root).value;
  if (!path || !Array.isArray(items)) {
    throw new Fault(`The expression ${loop.expression.source} of a foreach does not select an array of the body`);
  }
  if (items.length === 0) {
    inform(message, `No elements found for the expression : ${loop.expression.source}`);
    return true;
  }
  const mediate = loop.body(message);
  const results: JsonValue[] = [];
  for (const item of items) {
    message.payload.setJsonText(jsonText(item));
    const end = await runItem(message, mediate, loop);
    if (end !== 'failed') results.push(itemResult(message));
    if (end === 'stopped') break;
  }
  message.payload = payload;
  payload.setJsonText(jsonText(withValue(root, path, results)));
  return true;
}

/** The JSON that an item has become; null when it is no JSON any more. */
function itemResult({ payload }: Message): JsonValue {
  try {
    return payload.isJson ? payload.json() : null;
  } catch {
    return null;
  }
}

async function overXml(message: Message, loop: Loop): Promise<Outcome> {
  begin(message, loop);
  const nodes = loop.expression.select(message).filter(isItem);
  const [first] = nodes;
  if (!first) {
    inform(message, `No elements found for the expression : ${loop.expression.source}`);
    return true;
  }
  const parent = first.parentNode;
  if (!parent) throw new Fault(`The items of a foreach have no parent: ${loop.expression.source}`);
  for (const node of nodes) node.parentNode?.removeChild(node);
  const around = message.payload;
  around.dropJson();
  // The item has an envelope of its own, with nothing but the item in it.
  const single = around.clone();
  const mediate = loop.body(message);
  for (const node of nodes) {
    single.reset(around.soapVersion);
    single.setElement(undefined);
    adopt(node, single.body());
    message.payload = single;
    const end = await runItem(message, mediate, loop);
    const result = message.payload.firstElement();
    if (result) adopt(result, parent);
    if (end === 'stopped') break;
  }
  around.changed();
  message.payload = around;
  return true;
}

/** @throws Fault for an attribute, which cannot be an item */
function isItem(value: unknown): value is Node {
  if (typeof value === 'object' && value !== null && 'nodeType' in value && value.nodeType === 2) {
    throw new Fault('A foreach cannot loop over attributes');
  }
  return isTreeNode(value);
}

async function runItem(message: Message, mediate: Mediate, loop: Loop): Promise<'done' | 'failed' | 'stopped'> {
  try {
    const goesOn = await runForks(message, mediate);
    return goesOn || loop.continueOnFailure ? 'done' : 'stopped';
  } catch (error) {
    if (!loop.continueOnFailure) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const text = `Error occurred while mediating the sequence for the foreach mediator, ${reason}. Continuing with the remaining.`;
    message.environment.logger.log('ERROR', 'ForEachMediator', text);
    return 'failed';
  } finally {
    count(message, loop);
  }
}

function begin(message: Message, { prefix }: Loop): void {
  message.properties.set(`${prefix}FOREACH_ORIGINAL_MESSAGE`, message.payload.clone().envelope());
  message.properties.set(`${prefix}FOREACH_COUNTER`, WholeNumber.integer(0));
}

function count(message: Message, { prefix }: Loop): void {
  const name = `${prefix}FOREACH_COUNTER`;
  const counter = message.properties.get(name);
  if (counter instanceof WholeNumber) message.properties.set(name, WholeNumber.integer(counter.value + 1n));
}

function inform(message: Message, text: string): void {
  message.environment.logger.log('INFO', 'ForEachMediator', text);
}
