import { errorCode } from '../message/fault.js';
import type { FaultHandler, Message } from '../message/message.js';
import { reportedCode } from './endpoint.js';

/**
 * Sends under the endpoint's `onError` sequence: it is on the fault stack while the send runs, and stays there for
 * whoever handles a failure (artifacts 3.8, 3.9). A call whose connection failed goes straight to the handlers that
 * were there before.
 */
export async function sendUnder(
  message: Message,
  onError: string | undefined,
  send: () => Promise<void>,
): Promise<void> {
  const sequence = onError === undefined ? undefined : message.sequence(onError);
  if (onError === undefined || !sequence) {
    if (onError !== undefined) {
      const text = `onError sequence '${onError}' of the endpoint is not found`;
      message.environment.logger.log('WARN', 'AbstractEndpoint', text);
    }
    return send();
  }
  const handler: FaultHandler = { name: onError, mediate: sequence.mediate };
  message.faultStack.push(handler);
  try {
    await send();
    remove(message, handler);
  } catch (error) {
    const call = message.properties.get('continuation.call') === true;
    if (call && reportedCode(message) === errorCode.connectionFailed) remove(message, handler);
    throw error;
  }
}

function remove(message: Message, handler: FaultHandler): void {
  const index = message.faultStack.lastIndexOf(handler);
  if (index >= 0) message.faultStack.splice(index, 1);
}
