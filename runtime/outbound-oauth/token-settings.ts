import type { Route } from '../transport/route.js';

/** How the tokens of one configuration are fetched and kept. Durations in milliseconds. */
export interface TokenSettings {
  /** Lifetime of a token whose answer does not tell it. */
  readonly defaultLifetime: number;
  /** No token is kept longer, whatever its answer tells. */
  readonly maximumLifetime: number | undefined;
  /** A token is not used any more this long before its end. Undefined: a tenth of its lifetime, 30 s at most. */
  readonly expiryMargin: number | undefined;
  /** How long before that the next one is fetched beside. Undefined: a fifth of its lifetime, 60 s at most. */
  readonly refreshBefore: number | undefined;
  /** Further attempts after one that failed in passing. */
  readonly retries: number;
  /** For connecting, TLS included. */
  readonly connectTimeout: number;
  /** For the answer of one attempt. */
  readonly socketTimeout: number;
  /** For a token, all attempts and other nodes included: longer than one attempt (api-management 3.11 rule 6). */
  readonly waitTimeout: number;
  readonly route: Route | undefined;
  /** Members of the answer that are kept with the token. */
  readonly fields: readonly string[];
}

export const usualSettings: TokenSettings = {
  defaultLifetime: 3_000_000,
  maximumLifetime: undefined,
  expiryMargin: undefined,
  refreshBefore: undefined,
  retries: 2,
  connectTimeout: 5_000,
  socketTimeout: 10_000,
  waitTimeout: 30_000,
  route: undefined,
  fields: [],
};

/** A token as it is kept. Times in milliseconds since 1970. */
export interface KeptToken {
  /** Of this grant, not of the token's text: it may be told to others. */
  readonly id: string;
  readonly value: string;
  /** From then on the next one is fetched beside. */
  readonly refreshAt: number;
  /** From then on it is not used, unless no other can be had. */
  readonly usableUntil: number;
  /** From then on it is worth nothing. */
  readonly expiresAt: number;
  readonly refreshToken: string | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
}

/**
 * The times of a token (api-management 1.16, 3.11 rule 7).
 * @param begun when it was asked for: it may have been made then
 * @param expiresIn seconds, as the server says
 */
export function lifetimes(
  settings: TokenSettings,
  begun: number,
  expiresIn: number | undefined,
): Pick<KeptToken, 'refreshAt' | 'usableUntil' | 'expiresAt'> {
  const told = expiresIn === undefined ? settings.defaultLifetime : expiresIn * 1000;
  const lifetime = Math.min(told, settings.maximumLifetime ?? told);
  const margin = settings.expiryMargin ?? Math.min(30_000, lifetime / 10);
  const early = settings.refreshBefore ?? Math.min(60_000, lifetime / 5);
  const expiresAt = begun + lifetime;
  const usableUntil = expiresAt - margin;
  return { expiresAt, usableUntil, refreshAt: usableUntil - early };
}
