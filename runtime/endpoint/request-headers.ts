import type { Environment, Message } from '../message/message.js';

/** Which headers of a message are not sent on (message-model 2.4 "Headers"). */
export interface HeaderPolicy {
  readonly removed: ReadonlySet<string>;
  /** Content-Type is sent as the message has it, not as the formatter says (5.9). */
  readonly preservesContentType: boolean;
}

const userAgent = 'Synapse-PT-HttpComponents-NIO';
const policies = new WeakMap<Environment, HeaderPolicy>();

/** Read from the server's properties once. */
export function headerPolicy(environment: Environment): HeaderPolicy {
  let policy = policies.get(environment);
  if (!policy) {
    const on = (key: string, byDefault: boolean) => (environment.property(key) ?? String(byDefault)) === 'true';
    const preserved = (environment.property('http.headers.preserve') ?? 'Content-Type')
      .split(',')
      .map((name) => name.trim().toLowerCase());
    const removed = new Set(['connection', 'keep-alive', 'content-length', 'date', 'server', 'user-agent', 'host']);
    for (const name of preserved) removed.delete(name);
    if (on('http.user.agent.preserve', false)) removed.delete('user-agent');
    if (on('http.server.preserve', true)) removed.delete('server');
    removed.add('transfer-encoding');
    policy = { removed, preservesContentType: preserved.includes('content-type') };
    policies.set(environment, policy);
  }
  return policy;
}

/**
 * Takes the headers that are never sent on off the message, for good: the reference filters the map in place. Remembers
 * the length of an unread body for COPY_CONTENT_LENGTH_FROM_INCOMING.
 */
export function filterHeaders(message: Message, policy: HeaderPolicy): void {
  const length = message.headers.text('Content-Length');
  if (length !== undefined) message.axis2.set('ORGINAL_CONTEN_LENGTH', length);
  for (const name of policy.removed) message.headers.delete(name);
}

/**
 * The header pairs of a request: `Host` first, the header map, the further values of repeated headers behind their
 * name (message-model 1.4). Values that are no strings stay behind; LB_COOKIE_HEADER replaces the client's cookies (2.4).
 */
export function requestHeaders(message: Message, authority: string, policy: HeaderPolicy): string[] {
  const { headers, excessHeaders: excess } = message;
  const cookie = message.properties.get('LB_COOKIE_HEADER');
  const ownCookie = typeof cookie === 'string';
  const pairs = ['Host', message.axis2Text('REQUEST_HOST_HEADER') ?? headers.text('Host') ?? authority];
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    if (key === 'host' || (ownCookie && key === 'cookie')) continue;
    if (typeof value === 'string') pairs.push(name, value);
    if (excess) for (const more of excess.get(key)?.values ?? []) pairs.push(name, more);
  }
  for (const [key, { name, values }] of excess ?? []) {
    if (headers.has(key) || policy.removed.has(key)) continue;
    for (const value of values) pairs.push(name, value);
  }
  if (ownCookie) pairs.push('Cookie', cookie);
  if (!headers.has('User-Agent')) pairs.push('User-Agent', userAgent);
  return pairs;
}
