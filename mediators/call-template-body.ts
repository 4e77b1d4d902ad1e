import { RECEIVED_TYPE } from '../runtime/message/content-type.js';
import type { Outcome } from '../runtime/message/environment.js';
import type { Message } from '../runtime/message/message.js';
import { answerAsMap } from './call-target.js';

/**
 * `responseVariable` without `overwriteBody`: the body, types and headers of the message survive the template, and what
 * the template made of them goes into a variable as a map (mediators 8.1).
 */
export async function keepingBody(
  message: Message,
  variable: string,
  run: () => Outcome | Promise<Outcome>,
): Promise<Outcome> {
  const { payload, headers } = message;
  const kept = ['messageType', 'ContentType', 'NO_ENTITY_BODY'].map((name) => [name, message.axis2.get(name)] as const);
  message.payload = payload.clone();
  message.headers = headers.clone();
  const outcome = await run();
  if (!outcome) return false;
  message.setVariable(variable, await answerAsMap(message));
  message.payload = payload;
  message.headers = headers;
  message.axis2.delete(RECEIVED_TYPE);
  for (const [name, value] of kept) {
    if (value === undefined) message.axis2.delete(name);
    else message.axis2.set(name, value);
  }
  return true;
}
