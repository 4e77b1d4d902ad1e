import type { Exchange, Message } from './message.js';

const tokens = new WeakMap<Exchange, string>();

/** Remembers the token that a caller was let in with: it is taken off the message before anything else sees it. */
export function rememberCallerToken({ exchange }: Message, token: string): void {
  tokens.set(exchange, token);
}

/**
 * The caller's token: the one that it was let in with, else the bearer token that the message had when this was first
 * asked. Whoever puts another token into `Authorization` asks before, so that it is not taken for the caller's.
 */
export function callerToken({ exchange, headers }: Message): string | undefined {
  let token = tokens.get(exchange);
  if (token === undefined) {
    token = /^Bearer\s+(\S+)\s*$/i.exec(headers.text('Authorization') ?? '')?.[1] ?? '';
    tokens.set(exchange, token);
  }
  return token || undefined;
}
