import { cloneMessage } from '../runtime/message/clone.js';
import { handleFault } from '../runtime/message/flow.js';
import type { Endpoint, Message } from '../runtime/message/message.js';
import { rememberCall } from '../runtime/message/sent-credentials.js';

/** Removes what an earlier send or call left for the machinery (mediators 4.7, 4.8, 5.2). */
export function forgetEarlierSend(message: Message): void {
  const { properties } = message;
  properties.delete('continuation.call');
  properties.delete('DYNAMIC_URL_VALUE');
  properties.delete('blocking.sender.error');
  properties.delete('blockingMsgSender');
}

/** Whether no answer is awaited: property OUT_ONLY is the string `true` (message-model 2.3). */
export function isOutOnly(message: Message): boolean {
  return message.properties.get('OUT_ONLY') === 'true';
}

/**
 * Sends the message and lets its answer come in by the out path, while the flow that sent it ends (mediators 4.8). The
 * exchange waits for it; a failure reaches the message's fault stack.
 */
export function sendAway(message: Message, endpoint: Endpoint): void {
  message.operation.set('RESPONSE_WRITTEN', 'SKIP');
  rememberCall(message);
  message.exchange.track(isOutOnly(message) ? deliver(message, endpoint) : exchange(message, endpoint));
}

/** Sends a copy of which no answer is awaited; the message itself goes on (mediators 5.2, OUT_ONLY). */
export async function sendCopy(message: Message, endpoint: Endpoint): Promise<void> {
  const copy = await cloneMessage(message);
  message.exchange.track(deliver(copy, endpoint));
}

async function deliver(message: Message, endpoint: Endpoint): Promise<void> {
  try {
    await endpoint.send(message);
  } catch (error) {
    await handleFault(message, error);
  }
}

async function exchange(message: Message, endpoint: Endpoint): Promise<void> {
  try {
    await endpoint.send(message);
  } catch (error) {
    await handleFault(message, error);
    return;
  }
  message.response = true;
  message.answers++;
  message.faultStack = [];
  await message.exchange.inject(message);
}
