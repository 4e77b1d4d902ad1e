import type { Element, Node } from '@xmldom/xmldom';
import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import type { Expression } from '../runtime/expression/expression.js';
import { WholeNumber } from '../runtime/java/value.js';
import { jsonText } from '../runtime/json/text.js';
import { JsonElement } from '../runtime/json/value.js';
import { buildBody } from '../runtime/message/build.js';
import { cloneWith } from '../runtime/message/clone.js';
import { Fault } from '../runtime/message/fault.js';
import { runFlow } from '../runtime/message/flow.js';
import type { Mediate, Message, Outcome } from '../runtime/message/message.js';
import { Payload } from '../runtime/message/payload.js';
import { transactionScope } from '../runtime/message/transactions.js';
import { cloneInto } from '../runtime/xml/walk.js';
import { compileResults, type Items, type Results } from './foreach-results.js';
import { guardedList } from './on-error.js';
import { isTreeNode } from './tree-items.js';

interface Loop {
  readonly collection: Expression;
  readonly body: Mediate;
  readonly parallel: boolean;
  readonly counter: string | undefined;
  /** What becomes of the results; undefined: they are dropped. */
  readonly results: Results | undefined;
}

/**
 * Compiles the loop over a `collection` (mediators 7.4). Each item runs on a copy of the message; only when all have run
 * through does the message go on, with the results.
 */
export function compileForeachCollection(element: ConfigElement, context: CompileContext): Mediate {
  const sequence = element.element('sequence');
  if (!sequence) {
    return element.fail('missing-element', '<foreach> with a collection needs a <sequence>', {
      hint: 'put the mediators that run on each item into <sequence>',
    });
  }
  const parallel = element.attribute('parallel-execution') !== 'false';
  const counter = element.attribute('counter-variable') || undefined;
  if (parallel && counter !== undefined) {
    element.fail('conflicting-attributes', '"counter-variable" needs parallel-execution="false"', {
      attribute: 'counter-variable',
      hint: 'add parallel-execution="false" or remove counter-variable',
    });
  }
  const collection = context.expression(element, 'collection');
  const dropsResults = element.attribute('continue-without-aggregation')?.toLowerCase() === 'true';
  const loop: Loop = {
    collection,
    body: guardedList(sequence, context),
    parallel,
    counter,
    results: dropsResults ? undefined : compileResults(element, collection),
  };
  return (message) => overItems(message, loop);
}

async function overItems(message: Message, loop: Loop): Promise<Outcome> {
  const items = itemsOf(message, loop.collection);
  const bodies = bodiesOf(message.payload, items);
  if (bodies.length === 0) {
    message.environment.logger.log('INFO', 'ForEachMediatorV2', 'No elements found for the collection expression');
    return true;
  }
  if (!loop.results) {
    const work = runItems(message, bodies, loop);
    message.exchange.track(work);
    if (!loop.parallel) await work;
    return true;
  }
  message.operation.set('RESPONSE_WRITTEN', 'SKIP');
  const finished = await runItems(message, bodies, loop);
  const complete = finished.filter((flow) => flow !== undefined);
  if (complete.length < finished.length) return false;
  for (const flow of complete) if (!flow.payload.built) await buildBody(flow);
  loop.results.write(message, items, complete);
  return true;
}

/** Runs the items; each gives the flow that ran through, or undefined when it stopped or failed. */
async function runItems(message: Message, bodies: readonly Payload[], loop: Loop): Promise<(Message | undefined)[]> {
  const run = (body: Payload, index: number) => runItem(message, body, { index, total: bodies.length }, loop);
  if (loop.parallel) return Promise.all(bodies.map(run));
  const finished: (Message | undefined)[] = [];
  for (const [index, body] of bodies.entries()) finished.push(await run(body, index));
  return finished;
}

async function runItem(
  message: Message,
  body: Payload,
  place: { index: number; total: number },
  loop: Loop,
): Promise<Message | undefined> {
  const item = cloneWith(message, body);
  if (!loop.parallel) item.transactions = transactionScope(message);
  item.setProperty('messageSequence', `${place.index}/${place.total}`);
  if (loop.counter !== undefined) item.setVariable(loop.counter, WholeNumber.integer(place.index));
  let finished: Message | undefined;
  await runFlow(item, loop.body, (flow) => {
    finished ??= flow;
  });
  return finished;
}

/** @throws Fault for what is neither a JSON array nor a list of nodes */
function itemsOf(message: Message, collection: Expression): Items {
  const value = collection.object(message);
  if (value instanceof JsonElement && Array.isArray(value.value)) return { json: value.value };
  if (Array.isArray(value)) return { nodes: value.filter(isTreeNode) };
  throw new Fault(`The collection ${collection.source} of a foreach is no JSON array and no list of XML nodes`);
}

function bodiesOf(like: Payload, items: Items): Payload[] {
  const empty = () => {
    const body = Payload.empty(like.soapVersion);
    body.conversion = like.conversion;
    return body;
  };
  if ('json' in items) {
    return items.json.map((item) => {
      const body = empty();
      body.setJsonText(jsonText(item));
      return body;
    });
  }
  return items.nodes.map((node) => {
    const body = empty();
    cloneInto<Node>(node, body.body() as Element);
    return body;
  });
}
