import { TransportHeaders } from '../../runtime/message/headers.js';
import type { Environment, Exchange } from '../../runtime/message/message.js';
import { Message } from '../../runtime/message/message.js';
import { Payload } from '../../runtime/message/payload.js';

export interface Given {
  body?: string | Uint8Array;
  /** Axis2 `ContentType`, and the header unless `headers` names one. */
  type?: string;
  headers?: Record<string, string>;
  axis2?: Record<string, unknown>;
  properties?: Record<string, unknown>;
  to?: string;
  /** Server properties. */
  server?: Record<string, string>;
  /** The message is a backend's answer. */
  answer?: boolean;
}

/** An unread POST message as the gateway or an endpoint makes it. */
export function messageOf(given: Given): Message {
  const { body = '', type, answer } = given;
  const headers = { ...(type === undefined ? {} : { 'Content-Type': type }), ...given.headers };
  const message = new Message({
    environment: environmentOf(given.server ?? {}),
    exchange: {} as Exchange,
    payload: Payload.unread(typeof body === 'string' ? Buffer.from(body) : body),
    headers: TransportHeaders.of(Object.entries(headers)),
  });
  if (type !== undefined) {
    message.axis2.set('ContentType', type);
    message.axis2.set('messageType', type.split(';')[0]);
  }
  if (!answer) message.axis2.set('HTTP_METHOD', 'POST');
  for (const [name, value] of Object.entries(given.axis2 ?? {})) message.axis2.set(name, value);
  for (const [name, value] of Object.entries(given.properties ?? {})) message.properties.set(name, value);
  message.addressing.to = given.to;
  if (answer) message.answers = 1;
  return message;
}

function environmentOf(server: Record<string, string>): Environment {
  return { property: (key: string) => server[key] } as unknown as Environment;
}
