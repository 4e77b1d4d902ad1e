import { javaText } from '../runtime/java/text.js';
import { RECEIVED_TYPE } from '../runtime/message/content-type.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { setContentType } from './content-type.js';

export const propertyScopes = [
  'default',
  'axis2',
  'axis2-client',
  'transport',
  'operation',
  'registry',
  'system',
  'trace',
  'analytics',
] as const;
export type PropertyScope = (typeof propertyScopes)[number];

interface ScopeAccess {
  set(message: Message, name: string, value: unknown): void;
  remove(message: Message, name: string): void;
}

/** The default-scope property that holds the analytics scope: a map made on demand. */
const analyticsMetadata = 'ANALYTICS_METADATA';

/** How each scope is written (message-model 1.2). Values are of any type, null where an expression had none. */
export const scopeAccess: Readonly<Record<PropertyScope, ScopeAccess>> = {
  default: {
    set: (message, name, value) => message.setProperty(name, value),
    remove: (message, name) => void message.properties.delete(name),
  },
  axis2: { set: setAxis2, remove: removeAxis2 },
  'axis2-client': {
    set: (message, name, value) => void message.client.set(name, value),
    remove: (message, name) => void message.client.set(name, null),
  },
  transport: {
    set: (message, name, value) => message.headers.set(name, value ?? ''),
    remove: (message, name) => void message.headers.delete(name),
  },
  operation: {
    set: (message, name, value) => void message.operation.set(name, value),
    remove: (message, name) => void message.operation.delete(name),
  },
  registry: { set: setRegistry, remove: () => {} },
  system: {
    set: (message, name, value) => {
      if (value !== null && value !== undefined) message.environment.systemProperties.set(name, javaText(value));
    },
    remove: () => {},
  },
  trace: { set: () => {}, remove: () => {} },
  analytics: { set: setAnalytics, remove: (message, name) => void analytics(message)?.delete(name) },
};

function setAxis2(message: Message, name: string, value: unknown): void {
  message.axis2.set(name, value ?? null);
  if (name === 'messageType') setContentType(message, value ?? null);
  else if (name === 'ContentType') message.axis2.delete(RECEIVED_TYPE);
  else if (name === 'SET_ROLLBACK_ONLY') message.operation.set(name, value);
}

/** The header map is an axis2 property of the reference engine: removing it removes every header. */
function removeAxis2(message: Message, name: string): void {
  message.axis2.delete(name);
  if (name === 'TRANSPORT_HEADERS') message.headers.clear();
}

/** `path` writes a text resource; `path@property` attaches a property to a resource that it leaves empty. */
function setRegistry(message: Message, name: string, value: unknown): void {
  if (value === null || value === undefined) throw new Fault(`The registry property ${name} has no value`);
  const { registry } = message.environment;
  const at = name.indexOf('@');
  if (at < 0) {
    registry.put(name, javaText(value), { mediaType: 'text/plain' });
    return;
  }
  const path = name.slice(0, at);
  registry.put(path, '', { mediaType: 'text/plain' });
  registry.setProperty(path, name.slice(at + 1), javaText(value));
}

function setAnalytics(message: Message, name: string, value: unknown): void {
  if (value === null || value === undefined) return;
  const metadata = analytics(message);
  if (metadata) metadata.set(name, value);
  else message.setProperty(analyticsMetadata, new Map([[name, value]]));
}

function analytics(message: Message): Map<string, unknown> | undefined {
  const metadata = message.properties.get(analyticsMetadata);
  return metadata instanceof Map ? metadata : undefined;
}
