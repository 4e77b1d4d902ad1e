import { randomUUID } from 'node:crypto';
import type { Node } from '@xmldom/xmldom';
import { buildBody } from './build.js';
import type { ExcessHeaders } from './headers.js';
import { Message } from './message.js';
import type { Payload } from './payload.js';

/** Default-scope property that names the parent of a clone, for aggregation (mediators 2.9). */
export const parentMessageProperty = 'aggregateCorelation';

/**
 * An independent copy of a message, body included (mediators 2.9, message-model 1.5). The body is built first. XML
 * values and lists are copied deeply, other values are shared; operation scope and exchange stay common.
 * @throws Fault when the body does not build.
 */
export async function cloneMessage(message: Message): Promise<Message> {
  if (!message.payload.built) await buildBody(message);
  return cloneWith(message, message.payload.clone());
}

/** {@link cloneMessage} with another body, which is not copied, and possibly in another exchange. */
export function cloneWith(message: Message, payload: Payload, exchange = message.exchange): Message {
  const clone = new Message({
    environment: message.environment,
    exchange,
    payload,
    headers: message.headers.clone(),
    recorder: message.recorder,
  });
  const { to, replyTo, action, soapAction } = message.addressing;
  clone.addressing = { to, replyTo, action, soapAction };
  clone.response = message.response;
  clone.operation = message.operation;
  clone.client = new Map(message.client);
  clone.axis2 = copyAxis2(message.axis2);
  clone.properties.set(parentMessageProperty, message.id);
  for (const [name, value] of message.properties) clone.properties.set(name, copyValue(value, true));
  for (const [name, value] of message.variables) clone.variables.set(name, copyValue(value, false));
  clone.credential = message.credential;
  clone.definitions = message.definitions;
  clone.faultStack = [...message.faultStack];
  clone.functionStack = message.functionStack.map((frame) => ({
    template: frame.template,
    parameters: new Map([...frame.parameters].map(([name, value]) => [name, copyValue(value, true)])),
  }));
  return clone;
}

function copyAxis2(properties: ReadonlyMap<string, unknown>): Map<string, unknown> {
  const copy = new Map(properties);
  const correlation = copy.get('correlation_id');
  if (typeof correlation === 'string') copy.set('correlation_id', `${correlation}_${randomUUID()}`);
  const excess = copy.get('EXCESS_TRANSPORT_HEADERS') as ExcessHeaders | undefined;
  if (excess) {
    const entries = [...excess].map(([key, { name, values }]) => [key, { name, values: [...values] }] as const);
    copy.set('EXCESS_TRANSPORT_HEADERS', new Map(entries));
  }
  return copy;
}

function copyValue(value: unknown, lists: boolean): unknown {
  if (lists && Array.isArray(value)) return value.map((item) => copyValue(item, true));
  return isNode(value) ? value.cloneNode(true) : value;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'nodeType' in value && 'cloneNode' in value;
}

/** Gives a message the whole state of another one, which must not be used any more: body, headers, all properties. */
export function takeState(message: Message, from: Message): void {
  message.payload = from.payload;
  message.headers = from.headers;
  message.properties = from.properties;
  message.variables = from.variables;
  message.axis2 = from.axis2;
  message.client = from.client;
  message.operation = from.operation;
  message.addressing = from.addressing;
  message.faultStack = from.faultStack;
  message.functionStack = from.functionStack;
  message.response = from.response;
  message.answers = from.answers;
  message.credential = from.credential;
  message.definitions = from.definitions;
}
