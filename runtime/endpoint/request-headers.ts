import type { Environment, Message } from '../message/message.js';
import { preservedHeaders } from '../message/preserved-headers.js';

const userAgent = 'Synapse-PT-HttpComponents-NIO';
const removedBy = new WeakMap<Environment, ReadonlySet<string>>();

/** Which headers of a message are not sent on (message-model 2.4 "Headers"); read from the server's properties once. */
export function removedHeaders(environment: Environment): ReadonlySet<string> {
  let removed = removedBy.get(environment);
  if (!removed) {
    removed = readRemoved(environment);
    removedBy.set(environment, removed);
  }
  return removed;
}

function readRemoved(environment: Environment): ReadonlySet<string> {
  const on = (key: string, byDefault: boolean) => (environment.property(key) ?? String(byDefault)) === 'true';
  const removed = new Set(['connection', 'keep-alive', 'content-length', 'date', 'server', 'user-agent', 'host']);
  for (const name of preservedHeaders(environment)) removed.delete(name);
  if (on('http.user.agent.preserve', false)) removed.delete('user-agent');
  if (on('http.server.preserve', true)) removed.delete('server');
  removed.add('transfer-encoding');
  return removed;
}

/**
 * Takes the headers that are never sent on off the message, for good: the reference filters the map in place. Remembers
 * the length of an unread body for COPY_CONTENT_LENGTH_FROM_INCOMING.
 */
export function filterHeaders(message: Message, removed: ReadonlySet<string>): void {
  const length = message.headers.text('Content-Length');
  if (length !== undefined) message.axis2.set('ORGINAL_CONTEN_LENGTH', length);
  message.headers.deleteAll(removed);
}

/**
 * The header pairs of a request: `Host` first, the header map, the further values of repeated headers behind their
 * name (message-model 1.4). Values that are no strings stay behind; LB_COOKIE_HEADER replaces the client's cookies (2.4).
 */
export function requestHeaders(message: Message, authority: string, removed: ReadonlySet<string>): string[] {
  const { headers, excessHeaders: excess } = message;
  const cookie = message.properties.get('LB_COOKIE_HEADER');
  const ownCookie = typeof cookie === 'string';
  const pairs = ['Host', message.axis2Text('REQUEST_HOST_HEADER') ?? headers.text('Host') ?? authority];
  headers.each((name, value, key) => {
    if (key === 'host' || (ownCookie && key === 'cookie')) return;
    if (typeof value === 'string') pairs.push(name, value);
    if (excess) for (const more of excess.get(key)?.values ?? []) pairs.push(name, more);
  });
  if (excess) {
    for (const [key, { name, values }] of excess) {
      if (headers.has(key) || removed.has(key)) continue;
      for (const value of values) pairs.push(name, value);
    }
  }
  if (ownCookie) pairs.push('Cookie', cookie);
  if (!headers.has('User-Agent')) pairs.push('User-Agent', userAgent);
  return pairs;
}
