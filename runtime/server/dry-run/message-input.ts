import { WholeNumber } from '../../java/value.js';
import { fromJs } from '../../json/plain.js';
import { JsonElement } from '../../json/value.js';
import type { Message } from '../../message/message.js';
import type { Registry } from '../../message/registry.js';
import type { InboundRequest } from '../gateway/inbound.js';

/** The message that `run` and `evaluate` take (product 5). */
export interface MessageInput {
  method?: string;
  /** Path with its query. */
  path?: string;
  headers?: Record<string, string | string[]>;
  contentType?: string;
  body?: string | Uint8Array;
  properties?: {
    default?: Record<string, unknown>;
    axis2?: Record<string, unknown>;
    operation?: Record<string, unknown>;
    registry?: Record<string, unknown>;
    transport?: Record<string, unknown>;
  };
  variables?: Record<string, unknown>;
}

/** The request that a client would have sent to bring this message. */
export function requestOf(input: MessageInput): InboundRequest {
  const body = input.body === undefined ? undefined : Buffer.from(input.body as string);
  return {
    method: input.method ?? (body === undefined ? 'GET' : 'POST'),
    target: input.path ?? '/',
    rawHeaders: rawHeaders(input),
    transport: 'http',
    localAddress: '127.0.0.1',
    localPort: 8280,
    remoteAddress: '127.0.0.1',
    body,
    textXmlIsSoap: body !== undefined && /<(?:[\w.-]+:)?Envelope[\s>]/.test(body.subarray(0, 1000).toString('utf8')),
  };
}

function rawHeaders(input: MessageInput): string[] {
  const headers = { ...input.headers };
  const hasType = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
  if (input.contentType !== undefined && !hasType) headers['Content-Type'] = input.contentType;
  return Object.entries(headers).flatMap(([name, value]) => [value].flat().flatMap((one) => [name, one]));
}

/** Sets the properties and variables of the input. */
export function applyState(message: Message, input: MessageInput): void {
  const { properties = {} } = input;
  for (const [name, value] of Object.entries(properties.default ?? {})) message.setProperty(name, javaValue(value));
  for (const [name, value] of Object.entries(properties.axis2 ?? {})) message.axis2.set(name, javaValue(value));
  for (const [name, value] of Object.entries(properties.operation ?? {})) message.operation.set(name, javaValue(value));
  for (const [name, value] of Object.entries(properties.transport ?? {})) message.headers.set(name, javaValue(value));
  for (const [name, value] of Object.entries(input.variables ?? {})) message.setVariable(name, javaValue(value));
}

/** Writes the input's registry resources; a `.json` key has the media type application/json. */
export function applyRegistry(registry: Registry, input: MessageInput): void {
  for (const [key, value] of Object.entries(input.properties?.registry ?? {})) {
    const content = typeof value === 'string' ? value : JSON.stringify(value);
    registry.put(key, content, key.endsWith('.json') ? { mediaType: 'application/json' } : {});
  }
}

/**
 * A JavaScript value as a flow would hold it: a whole number is an Integer, beyond nine digits a Long, another number a
 * Double; objects and arrays are JSON.
 */
export function javaValue(value: unknown): unknown {
  if (typeof value === 'bigint') return WholeNumber.long(value);
  if (typeof value === 'number' && Number.isInteger(value)) {
    return Math.abs(value) < 1e9 ? WholeNumber.integer(value) : WholeNumber.long(value);
  }
  if (value instanceof Uint8Array || value === null || typeof value !== 'object') return value;
  return new JsonElement(fromJs(value));
}
