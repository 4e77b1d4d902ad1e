import type { Exchange } from './exchange.js';
import type { Message } from './message.js';

const names = ['Authorization', 'Proxy-Authorization'] as const;
const sent = new WeakMap<Exchange, Set<string>>();

/**
 * Remembers the credentials that go out with a message, for {@link isSentCredential}. Endpoints call it when they send.
 * The values live as long as the client's exchange and are shared by all messages of it.
 */
export function rememberCredentials(message: Message): void {
  for (const name of names) {
    const value = message.headers.text(name);
    if (value === undefined) continue;
    const values = sent.get(message.exchange);
    if (values) values.add(value);
    else sent.set(message.exchange, new Set([value]));
  }
}

/**
 * Whether a header of an answer holds credentials that a call of this exchange went out with, and so must not reach the
 * client (message-model 2.5 "This leaks"). A value that the flow sets afterwards is another one and passes; so does what
 * the client sent itself, which `clientsOwn` names.
 */
export function isSentCredential(message: Message, name: string, value: string, clientsOwn?: string): boolean {
  const lower = name.toLowerCase();
  if (lower !== 'authorization' && lower !== 'proxy-authorization') return false;
  return value !== clientsOwn && (sent.get(message.exchange)?.has(value) ?? false);
}
