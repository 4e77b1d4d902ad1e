import { createHash } from 'node:crypto';
import type { Environment } from '../message/message.js';
import type { Transport } from '../transport/transport.js';
import { ExpiringMap } from './expiring-map.js';
import { fetchToken } from './token-request.js';
import type { TokenRequest, TokenSource } from './token-source.js';

const defaultSeconds = 3000;

/**
 * Tokens of one endpoint, kept for a fixed time (artifacts 3.7: what the server says about expiry does not count). One
 * request at a time for each key; a failed one is not kept. They are gone with the endpoint.
 */
export class CachedTokens implements TokenSource {
  readonly #cache = new ExpiringMap<Promise<string>>();

  constructor(private readonly endpoint: string | undefined) {}

  token(request: TokenRequest, transport: Transport, environment: Environment): Promise<string> {
    const key = keyOf(request);
    const known = this.#cache.get(key);
    if (known) return known;
    const seconds = Number(environment.property('synapse.endpoint.http.oauth.cache.timeout') ?? defaultSeconds);
    const token = fetchToken(request, transport, this.endpoint);
    this.#cache.set(key, token, seconds * 1000);
    token.catch(() => {
      if (this.#cache.get(key) === token) this.#cache.delete(key);
    });
    return token;
  }

  forget(request: TokenRequest): void {
    this.#cache.delete(keyOf(request));
  }
}

/** A digest, so that no secret is kept as a key. */
function keyOf(request: TokenRequest): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('base64');
}
