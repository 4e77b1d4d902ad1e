import type { Exchange, Message } from './message.js';

const tokens = new WeakMap<Exchange, string>();

/** Remembers the token that a caller was let in with: it is taken off the message before anything else sees it. */
export function rememberCallerToken({ exchange }: Message, token: string): void {
  tokens.set(exchange, token);
}

/** The caller's token: the one it was let in with, else the bearer token that the message has. */
export function callerToken({ exchange, headers }: Message): string | undefined {
  return tokens.get(exchange) ?? /^Bearer\s+(\S+)\s*$/i.exec(headers.text('Authorization') ?? '')?.[1];
}
