import { createLocalJWKSet, errors, type JWK, type JWTPayload, jwtVerify } from 'jose';
import type { AdapterPayload } from 'oidc-provider';
import { type CallerToken, refusals } from '../apim-model/access.js';
import type { Changes } from '../apim-model/changes.js';
import type { Clients } from '../apim-model/clients.js';
import type { TokenReader as ReadsTokens, TokenCheck } from '../apim-model/gateway-model.js';
import { scopesOf } from './scopes.js';
import type { SigningKeys } from './signing-keys.js';
import type { TokenStore } from './token-store.js';

const maxRemembered = 20_000;
const invalid: TokenCheck = { refusal: refusals.invalidCredentials };
const expired: TokenCheck = { refusal: refusals.expired };

/** A valid token and the text that it was read from. */
interface Remembered {
  readonly text: string;
  readonly token: CallerToken;
}

/**
 * What remembered tokens are found by: their end, which tells them apart (of a JWT it is part of the signature) and costs a
 * tenth of the whole text to hash. The text is compared as well.
 */
const endOf = (text: string): string => text.slice(-64);

/** Reads access tokens of this token service; remembers the valid ones, so that the next look is synchronous. */
export class TokenReader implements ReadsTokens {
  readonly #issuer: string;
  readonly #keys: SigningKeys;
  #verifier: ReturnType<typeof createLocalJWKSet> | undefined;
  readonly #tokens: TokenStore;
  readonly #clients: Clients;
  readonly #changes: Changes;
  readonly #remembered = new Map<string, Remembered>();

  constructor(issuer: string, keys: SigningKeys, parts: { tokens: TokenStore; clients: Clients; changes: Changes }) {
    this.#issuer = issuer;
    this.#keys = keys;
    this.#tokens = parts.tokens;
    this.#clients = parts.clients;
    this.#changes = parts.changes;
    parts.changes.listen((change) => {
      if (change.kind === 'client') this.#remembered.clear();
      if (change.kind === 'token') this.#forget(change.jti);
    });
  }

  read(text: string): TokenCheck | Promise<TokenCheck> {
    const known = this.#remembered.get(endOf(text));
    if (known?.text !== text) return this.#readNew(text);
    if (known.token.expiresAt * 1000 > Date.now()) return known;
    this.#remembered.delete(endOf(text));
    return expiredAs(text);
  }

  /** Revokes an access or refresh token; one that is not there is no error (RFC 7009 2.2). */
  async revoke(text: string, clientId: string): Promise<void> {
    const refreshed = await this.#tokens.find('RefreshToken', text);
    if (refreshed?.clientId === clientId && typeof refreshed.grantId === 'string') {
      await this.forget(await this.#tokens.takeGrant(refreshed.grantId));
      return;
    }
    const check = await this.read(text);
    if (!('token' in check) || check.token.clientId !== clientId) return;
    if (isJwt(text)) await this.#tokens.revokeJwt(check.token.jti, check.token.expiresAt);
    else await this.#tokens.take('AccessToken', text);
    await this.forget([check.token.jti]);
  }

  /** Makes every process look at the store again the next time. @param ids `jti`, of an opaque token its text */
  forget(ids: readonly string[]): Promise<void> {
    return this.#changes.announce(...ids.map((jti) => ({ kind: 'token' as const, jti })));
  }

  #forget(jti: string): void {
    for (const [end, { token }] of this.#remembered) if (token.jti === jti) this.#remembered.delete(end);
  }

  async #readNew(text: string): Promise<TokenCheck> {
    const check = isJwt(text) ? await this.#readJwt(text) : await this.#readOpaque(text);
    if (!('token' in check)) return check;
    if ((await this.#clients.find(check.token.clientId)) === undefined) return invalid;
    if (this.#remembered.size >= maxRemembered) this.#dropOldest();
    this.#remembered.set(endOf(text), { text, token: check.token });
    return check;
  }

  async #readJwt(text: string): Promise<TokenCheck> {
    this.#verifier ??= createLocalJWKSet({ keys: (await this.#keys()).map(publicPart) });
    try {
      const { payload } = await jwtVerify(text, this.#verifier, {
        issuer: this.#issuer,
        algorithms: ['RS256'],
        typ: 'at+jwt',
      });
      const token = jwtToken(payload);
      return token === undefined || (await this.#tokens.isRevoked(token.jti)) ? invalid : { token };
    } catch (error) {
      if (error instanceof errors.JWTExpired) return expiredAs(text);
      if (error instanceof errors.JOSEError) return invalid;
      throw error;
    }
  }

  async #readOpaque(text: string): Promise<TokenCheck> {
    const payload = await this.#tokens.find('AccessToken', text);
    if (payload === undefined) return invalid;
    const token = opaqueToken(payload);
    return token === undefined ? invalid : { token };
  }

  #dropOldest(): void {
    const [oldest] = this.#remembered.keys();
    if (oldest !== undefined) this.#remembered.delete(oldest);
  }
}

/** An expired JWT is 900901 like any bad one; an opaque one says that it expired (4.1, failure matrix). */
function expiredAs(text: string): TokenCheck {
  return isJwt(text) ? invalid : expired;
}

export function isJwt(text: string): boolean {
  return text.split('.', 4).length === 3;
}

function jwtToken({ jti, sub, exp, client_id, scope, aut, aud }: JWTPayload): CallerToken | undefined {
  if (typeof jti !== 'string' || typeof sub !== 'string' || typeof client_id !== 'string' || exp === undefined)
    return undefined;
  return {
    jti,
    clientId: client_id,
    subject: sub,
    kind: aut === 'APPLICATION' ? 'APPLICATION' : 'APPLICATION_USER',
    scopes: new Set(scopesOf(typeof scope === 'string' ? scope : undefined)),
    audiences: typeof aud === 'string' ? [aud] : (aud ?? []),
    expiresAt: exp,
  };
}

function opaqueToken({ jti, clientId, accountId, exp, scope, extra }: AdapterPayload): CallerToken | undefined {
  if (typeof jti !== 'string' || clientId === undefined || accountId === undefined || exp === undefined)
    return undefined;
  return {
    jti,
    clientId,
    subject: accountId,
    kind: extra?.aut === 'APPLICATION' ? 'APPLICATION' : 'APPLICATION_USER',
    scopes: new Set(scopesOf(scope)),
    audiences: [clientId],
    expiresAt: exp,
  };
}

function publicPart({ kty, n, e, kid, alg, use }: JWK): JWK {
  return { kty, n, e, kid, alg, use } as JWK;
}
