import { setTimeout as sleep } from 'node:timers/promises';
import { TokenError } from './token-error.js';
import type { KeptToken } from './token-settings.js';

/** What all nodes know of a key. */
export interface SharedState {
  /** Moves with every purge; what was fetched under an older one is not kept (api-management 3.11 rule 3). */
  readonly generation: number;
  readonly token: KeptToken | undefined;
}

/**
 * A place where nodes share tokens and agree on who fetches. Whatever it throws means that it cannot be had now: each
 * node then goes on by itself.
 */
export interface SharedTokens {
  read(key: string): Promise<SharedState>;
  /**
   * Takes the lock of a key, or keeps it when the holder has it already.
   * @param lease milliseconds until it is free again by itself
   */
  lock(key: string, holder: string, lease: number): Promise<boolean>;
  unlock(key: string, holder: string): Promise<void>;
  /** Stores a token, unless the generation has moved on. */
  publish(key: string, generation: number, token: KeptToken): Promise<boolean>;
  /** Drops the token of this id and moves the generation on; another token stays. */
  purge(key: string, id: string): Promise<void>;
}

/** One attempt of a node to get a token that the others may get too. */
export interface SharedAttempt {
  readonly key: string;
  readonly tokenUrl: string;
  /** Of this attempt: nobody else's. */
  readonly holder: string;
  /** Whether another node's token will do. */
  readonly acceptable: (token: KeptToken) => boolean;
  /** Calls the endpoint; `known` is the last token that was shared, over or not. */
  readonly fetch: (known: KeptToken | undefined) => Promise<KeptToken>;
  /** When to give up, in milliseconds since 1970. */
  readonly end: number;
  /** Whether anybody still wants it. */
  readonly wanted: () => boolean;
}

const lease = 3_000;
const pollEvery = 40;

/**
 * Gets a token once for all nodes: the one that takes the lock calls the endpoint, the others wait for what it shares. A
 * node that dies loses the lock after its lease.
 * @throws TokenError `timeout` when the others took too long, or what `fetch` throws
 */
export async function fetchOnce(
  shared: SharedTokens,
  attempt: SharedAttempt,
): Promise<{ token: KeptToken; own: boolean }> {
  const { key, holder, acceptable, end, wanted } = attempt;
  for (;;) {
    if (!wanted()) throw new TokenError('superseded', attempt.tokenUrl);
    const { token } = await shared.read(key);
    if (token && acceptable(token)) return { token, own: false };
    if (await shared.lock(key, holder, lease)) {
      const made = await whileLocked(shared, attempt);
      if (made) return made;
    } else {
      await sleep(pollEvery * (1 + Math.random()));
    }
    if (Date.now() >= end) throw new TokenError('timeout', attempt.tokenUrl);
  }
}

/** Undefined: the token was purged while it was under way. */
async function whileLocked(shared: SharedTokens, { key, holder, acceptable, fetch }: SharedAttempt) {
  const renewal = setInterval(() => void shared.lock(key, holder, lease).catch(() => false), lease / 3);
  try {
    const { generation, token: known } = await shared.read(key);
    if (known && acceptable(known)) return { token: known, own: false };
    const token = await fetch(known);
    // A token that cannot be shared any more is a token all the same.
    const kept = await shared.publish(key, generation, token).catch(() => true);
    return kept ? { token, own: true } : undefined;
  } finally {
    clearInterval(renewal);
    await shared.unlock(key, holder).catch(() => undefined);
  }
}
