import { WholeNumber } from '../../java/value.js';
import type { Message } from '../../message/message.js';

/** An error body of the gateway (api-management 1.19); all codes are strings. */
export interface ErrorBody {
  readonly code: string;
  readonly message?: string;
  readonly type?: string;
  readonly description: string;
}

/** Headers of the request that an error never echoes (api-management 1.18). */
const kept = new Set(['activityid', 'x-request-id', 'traceparent', 'origin']);

/** Answers with a JSON error and nothing of the request (api-management 1.18, 1.19). Always false: the flow ends. */
export async function answerError(
  message: Message,
  status: number,
  body: ErrorBody,
  headers: Readonly<Record<string, string>> = {},
): Promise<false> {
  for (const [name] of [...message.headers]) if (!kept.has(name.toLowerCase())) message.headers.delete(name);
  for (const [name, value] of Object.entries(headers)) message.headers.set(name, value);
  message.axis2.delete('EXCESS_TRANSPORT_HEADERS');
  message.axis2.delete('NO_ENTITY_BODY');
  message.axis2.delete('HTTP_SC_DESC');
  message.axis2.set('messageType', 'application/json');
  message.axis2.set('ContentType', 'application/json');
  message.axis2.set('HTTP_SC', WholeNumber.integer(status));
  message.payload.setJsonText(JSON.stringify(body));
  message.operation.set('RESPONSE_WRITTEN', 'SKIP');
  await message.exchange.respond(message);
  return false;
}

/** The body of the `fault` sequence: what went wrong while the request was mediated (api-management 1.19). */
export function runtimeError(code: string, description: string): ErrorBody {
  return { code, type: 'Status report', message: 'Runtime Error', description };
}
