import { TransportHeaders } from '../../../runtime/message/headers.js';
import type { Environment, Exchange } from '../../../runtime/message/message.js';
import { Message } from '../../../runtime/message/message.js';
import { Payload } from '../../../runtime/message/payload.js';
import type { RegistryResource } from '../../../runtime/message/registry.js';
import { parseElement } from '../../../runtime/xml/parse.js';

export interface MessageParts {
  /** A body of a kind; without one the body is empty. */
  xml?: string;
  soap?: string;
  json?: string;
  text?: string;
  /** An unread body, which no expression may touch. */
  unread?: string;
  properties?: Record<string, unknown>;
  variables?: Record<string, unknown>;
  axis2?: Record<string, unknown>;
  operation?: Record<string, unknown>;
  headers?: Record<string, string>;
  to?: string;
  registry?: Record<string, Partial<RegistryResource>>;
  secrets?: Record<string, string>;
  localEntries?: Record<string, string>;
}

/** A message for the tests of expressions, with an environment that knows only what the parts say. */
export function messageOf(parts: MessageParts = {}): Message {
  const environment = {
    registry: {
      get: (key: string) => {
        const found = parts.registry?.[key];
        return found && { mediaType: undefined, content: new Uint8Array(), properties: new Map(), ...found };
      },
    },
    systemProperties: new Map([['sys.a', 'system a']]),
    environmentVariable: (name: string) => (name === 'ENV_A' ? 'env a' : undefined),
    fileProperty: (name: string) => (name === 'file.a' ? 'file a' : undefined),
    secret: (alias: string) => parts.secrets?.[alias],
    localEntry: (key: string) => parts.localEntries?.[key],
    property: () => undefined,
    logger: { enabled: () => false, log: () => undefined },
  } as unknown as Environment;
  const message = new Message({
    environment,
    exchange: {} as Exchange,
    payload: payloadOf(parts),
    headers: TransportHeaders.of(Object.entries(parts.headers ?? {})),
  });
  for (const name of ['properties', 'variables', 'axis2', 'operation'] as const) {
    for (const [key, value] of Object.entries(parts[name] ?? {})) message[name].set(key, value);
  }
  message.addressing.to = parts.to;
  return message;
}

function payloadOf({ xml, soap, json, text, unread }: MessageParts): Payload {
  if (unread !== undefined) return Payload.unread(Buffer.from(unread));
  const payload = Payload.empty();
  if (xml !== undefined) payload.setElement(parseElement(xml));
  if (soap !== undefined) payload.setEnvelope(parseElement(soap), { hasDocument: true });
  if (json !== undefined) payload.setJsonText(json);
  if (text !== undefined) payload.setText(text);
  return payload;
}

/** Namespaces for expressions from `p=urn:p`-like pairs. */
export const namespaces = (pairs: Record<string, string> = {}): Map<string, string> => new Map(Object.entries(pairs));
