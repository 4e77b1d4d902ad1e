import { lowerName } from './headers.js';
import type { Exchange, Message } from './message.js';

/** Headers of other names that credentials were put into. */
const credentialHeaders = new WeakMap<Exchange, Set<string>>();

/**
 * Remembers that this exchange calls out, for {@link isSentCredential}. Whoever hands a message to an endpoint notes it
 * first: what comes of the call does not matter, a suspended endpoint that sends nothing included.
 */
export function rememberCall(message: Message): void {
  message.exchange.calledOut = true;
}

/** Remembers that a credential was put into this header, for {@link isSentCredential}. */
export function rememberCredentialHeader({ exchange }: Message, name: string): void {
  const lower = name.toLowerCase();
  if (isUsual(lower)) {
    exchange.calledOut = true;
    return;
  }
  const known = credentialHeaders.get(exchange);
  if (known) known.add(lower);
  else credentialHeaders.set(exchange, new Set([lower]));
}

const isUsual = (lower: string): boolean => lower === 'authorization' || lower === 'proxy-authorization';

/**
 * Whether a header of an answer holds credentials that were meant for an outgoing call and so must not reach the client
 * (message-model 2.5 "This leaks"; api-management 4.1). Once an exchange has called out, its flow sets `Authorization`
 * for calls: the one that was made, or the one that would have come next. What the client sent itself, `clientsOwn`, may
 * go back to it.
 */
export function isSentCredential(message: Message, name: string, value: string, clientsOwn?: string): boolean {
  const lower = lowerName(name);
  if (!isUsual(lower)) return credentialHeaders.get(message.exchange)?.has(lower) ?? false;
  return value !== clientsOwn && message.exchange.calledOut === true;
}
