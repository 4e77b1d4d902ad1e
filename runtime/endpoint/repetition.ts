import { isTrueExplicitly } from '../java/boolean.js';
import type { Message, RenewableCredential } from '../message/message.js';
import { protocolState, TransportError, type TransportResponse } from '../transport/transport.js';
import type { Authentication } from './leaf-parts.js';

/** The credential of an outgoing message that can be replaced: the endpoint's own, else what a step has put there. */
export function renewableOf(
  outgoing: Message,
  authentication: Authentication | undefined,
): RenewableCredential | undefined {
  if (authentication) return authentication.renewable;
  const placed = outgoing.credential;
  return placed && outgoing.headers.get(placed.source.header) === placed.value ? placed.source : undefined;
}

/**
 * The body is held before the first attempt: as much as the credential asks for when a 401 may ask for a second one
 * (artifacts 3.7), whole when PRESERVE_ENVELOPE keeps it for fault handlers and failover (message-model 2.7).
 * @param asked bytes
 * @returns a promise when there is something to read
 */
export function keepForRepetition(message: Message, asked: number): void | Promise<void> {
  const { payload } = message;
  const { source } = payload;
  if (source === undefined || source instanceof Uint8Array) return;
  const all = isTrueExplicitly(message.properties.get('PRESERVE_ENVELOPE'));
  const limit = all ? Number.POSITIVE_INFINITY : asked;
  const announced = Number(message.headers.text('Content-Length') ?? 0);
  if (limit === 0 || announced > limit) return;
  return payload.collectUpTo(limit).catch((error: unknown) => {
    // The client went away: the backend has no part in it.
    throw new TransportError('source', 'The request body broke off', protocolState.requestReady, error);
  });
}

/** Whether the body can be sent again. */
export function isRepeatable({ payload }: Message): boolean {
  const { source } = payload;
  return payload.built || source === undefined || source instanceof Uint8Array;
}

/** Gives an answer up, so that its connection is not waited for. */
export function discard({ body }: TransportResponse): void {
  if (body && !(body instanceof Uint8Array)) body.destroy();
}

/** Sets a header to what it was before; undefined removes it. */
export function restoreHeader({ headers }: Message, name: string, value: unknown): void {
  if (value === undefined) headers.delete(name);
  else headers.set(name, value);
}
