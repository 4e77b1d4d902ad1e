import { RECEIVED_TYPE } from '../runtime/message/content-type.js';
import { andThen } from '../runtime/message/fork.js';
import type { Message, Outcome } from '../runtime/message/message.js';
import { answerAsMap } from './call-target.js';

/**
 * `responseVariable` without `overwriteBody`: the body, types and headers of the message survive the template, and what
 * the template made of them goes into a variable as a map (mediators 8.1). A map that the template itself has put there, as
 * a connector does with its response, stays.
 */
export async function keepingBody(
  message: Message,
  variable: string,
  run: () => Outcome | Promise<Outcome>,
): Promise<Outcome> {
  const { payload, headers } = message;
  const kept = ['messageType', 'ContentType', 'NO_ENTITY_BODY'].map((name) => [name, message.axis2.get(name)] as const);
  const before = message.variables.get(variable);
  message.payload = payload.clone();
  message.headers = headers.clone();
  return andThen(message, run(), async (flow) => {
    const response = flow.variables.get(variable);
    if (!(response instanceof Map) || response === before) flow.setVariable(variable, await answerAsMap(flow));
    flow.payload = flow === message ? payload : payload.clone();
    flow.headers = flow === message ? headers : headers.clone();
    flow.axis2.delete(RECEIVED_TYPE);
    for (const [name, value] of kept) {
      if (value === undefined) flow.axis2.delete(name);
      else flow.axis2.set(name, value);
    }
    return true;
  });
}
