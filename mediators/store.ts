import type { ConfigElement } from '../runtime/configuration/element.js';
import { compileXPath } from '../runtime/expression/xpath/compile.js';
import { WholeNumber } from '../runtime/java/value.js';
import { cloneMessage } from '../runtime/message/clone.js';
import { Fault } from '../runtime/message/fault.js';
import { runForks } from '../runtime/message/flow.js';
import type { Message, MessageStore } from '../runtime/message/message.js';
import { expressionAt, requiredAttribute } from './attribute.js';
import { defineMediator } from './mediator.js';

/**
 * `<store messageStore="name|{xpath}" sequence="name"/>`
 *
 * Puts a copy of the message into a message store, for a message processor to take (mediators 5.4); the message itself
 * goes on. The sequence runs on the message first. What cannot be stored goes to the failover store of a store with
 * guaranteed delivery, else it is a fault, with the property `HTTP_SC` 500.
 */
export const store = defineMediator({
  name: 'store',
  summary: 'Puts a copy of the message into a message store.',
  attributes: {
    messageStore: { description: 'Name of the store, or an XPath in braces.', required: true },
    sequence: { description: 'Sequence that runs on the message before it is stored.' },
    name: { description: 'Without effect.' },
  },
  compile(element) {
    const nameOf = compileName(element);
    const sequence = element.attribute('sequence');
    return {
      contentAware: true,
      async mediate(message) {
        const found = storeNamed(message, nameOf(message));
        const before = sequence === undefined ? undefined : message.sequence(sequence);
        // Whether it runs through does not matter (mediators 5.4).
        if (before) await runForks(message, (flow) => before.mediate(flow));
        await put(message, found);
        message.operation.set('RESPONSE_WRITTEN', 'SKIP');
        return true;
      },
    };
  },
});

/** In braces stands an XPath, whatever it looks like. */
function compileName(element: ConfigElement): (message: Message) => string | null {
  const text = requiredAttribute(element, 'messageStore');
  const source = /^\{(.*)\}$/s.exec(text)?.[1];
  if (source === undefined) return () => text;
  const path = expressionAt(element, 'messageStore', () => compileXPath(source, element.namespaces()));
  return (message) => path.text(message);
}

function storeNamed({ environment }: Message, name: string | null): MessageStore {
  const found = name === null ? undefined : environment.messageStore?.(name);
  if (!found) throw new Fault('Message Store does not exist.', { detail: `There is no message store named ${name}` });
  return found;
}

async function put(message: Message, store: MessageStore): Promise<void> {
  const { environment } = message;
  try {
    await keep(message, store);
  } catch (error) {
    const failover = store.failover === undefined ? undefined : environment.messageStore?.(store.failover);
    if (!failover) throw notStored(message, store, error);
    const text = `Message store ${store.name} failed, ${failover.name} takes the message: ${textOf(error)}`;
    environment.logger.log('WARN', 'MessageStoreMediator', text);
    await keep(message, failover).catch((second: unknown) => {
      throw notStored(message, store, second);
    });
  }
}

async function keep(message: Message, store: MessageStore): Promise<void> {
  const copy = await cloneMessage(message);
  // What belongs to the flow that goes on here must not be shared with the one that takes the message.
  copy.operation = new Map();
  copy.faultStack = [];
  copy.functionStack = [];
  await store.put(copy);
}

function notStored(message: Message, store: MessageStore, error: unknown): Fault {
  const text = `Failed to store message [${message.id}] in store [${store.name}].`;
  message.setProperty('HTTP_SC', WholeNumber.integer(500));
  message.setProperty('ERROR_MESSAGE', text);
  message.setProperty('ERROR_DETAIL', textOf(error));
  message.environment.logger.log('ERROR', 'MessageStoreMediator', `${text} ${textOf(error)}`);
  return new Fault(text, { detail: textOf(error), cause: error });
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
