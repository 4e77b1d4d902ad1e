import { TransportHeaders } from '../../../runtime/message/headers.js';
import type { Environment, Exchange } from '../../../runtime/message/message.js';
import { Message } from '../../../runtime/message/message.js';
import { Payload } from '../../../runtime/message/payload.js';
import type { RegistryResource } from '../../../runtime/message/registry.js';
import { parseElement } from '../../../runtime/xml/parse.js';

export interface Fixture {
  /** JSON text, or XML when it begins with `<`. */
  body?: string;
  headers?: Record<string, unknown>;
  properties?: Record<string, unknown>;
  axis2?: Record<string, unknown>;
  variables?: Record<string, unknown>;
  /** Texts by key; a `.json` resource is JSON, others have no media type. */
  registry?: Record<string, string>;
  /** Properties of every resource. */
  resourceProperties?: Record<string, string>;
  system?: Record<string, string>;
  secrets?: Record<string, string>;
  /** Lines that the message logs end up here. */
  warnings?: string[];
}

/** A message to evaluate expressions on. */
export function messageOf(fixture: Fixture = {}): Message {
  const payload = Payload.empty();
  const { body } = fixture;
  if (body?.startsWith('<')) payload.setElement(parseElement(body));
  else if (body !== undefined) payload.setJsonText(body);
  const message = new Message({
    environment: environmentOf(fixture),
    exchange: {} as Exchange,
    payload,
    headers: TransportHeaders.of(Object.entries(fixture.headers ?? {})),
  });
  message.properties = new Map(Object.entries(fixture.properties ?? {}));
  message.variables = new Map(Object.entries(fixture.variables ?? {}));
  message.axis2 = new Map(Object.entries(fixture.axis2 ?? {}));
  return message;
}

function environmentOf({ registry, resourceProperties, system, secrets, warnings }: Fixture): Environment {
  const resource = (key: string): RegistryResource | undefined => {
    const text = registry?.[key];
    if (text === undefined) return undefined;
    return {
      mediaType: key.endsWith('.json') ? 'application/json' : undefined,
      content: Buffer.from(text),
      properties: new Map(Object.entries(resourceProperties ?? {})),
    };
  };
  return {
    sequence: () => undefined,
    endpoint: () => undefined,
    sequenceTemplate: () => undefined,
    localEntry: () => undefined,
    registry: { get: resource, put: () => undefined, setProperty: () => undefined },
    systemProperties: new Map(Object.entries(system ?? {})),
    fileProperty: (name) => (name === 'from.file' ? 'file value' : undefined),
    environmentVariable: () => undefined,
    secret: (alias) => secrets?.[alias],
    property: () => undefined,
    logger: { enabled: () => true, log: (level, logger, text) => void warnings?.push(`${level} ${logger} ${text}`) },
  };
}
