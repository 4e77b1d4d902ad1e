import { createHash } from 'node:crypto';
import type { AdapterPayload } from 'oidc-provider';
import type { Secrets } from '../../store/secrets.js';
import type { Store } from '../../store/store.js';

const purgeEveryMs = 600_000;

/** An opaque token that is still good, for a client that asks again. */
export interface StoredToken {
  value: string;
  /** Seconds since 1970. */
  expiresAt: number;
}

/**
 * Opaque tokens and revoked JWTs in the store. A token stands there as a digest (its key) and inside its encrypted
 * payload, so that who reads the database has no token.
 */
export class TokenStore {
  readonly #store: Store;
  readonly #secrets: Secrets;
  #purgedAt = 0;

  constructor(store: Store, secrets: Secrets) {
    this.#store = store;
    this.#secrets = secrets;
  }

  /** @param seconds lifetime */
  async upsert(model: string, id: string, payload: AdapterPayload, seconds?: number): Promise<void> {
    await this.#purge();
    const content = {
      model,
      client_id: payload.clientId ?? null,
      subject: payload.accountId ?? null,
      scope: payload.scope ?? null,
      grant_id: payload.grantId ?? null,
      payload: this.#secrets.encrypt(JSON.stringify(payload)),
      expires_at: seconds === undefined ? null : Date.now() + seconds * 1000,
    };
    await this.#store.db
      .insertInto('oauth_tokens')
      .values({ key: keyOf(model, id), ...content, consumed_at: null })
      .onConflict((clash) => clash.column('key').doUpdateSet(content))
      .execute();
  }

  async find(model: string, id: string): Promise<AdapterPayload | undefined> {
    const row = await this.#store.db
      .selectFrom('oauth_tokens')
      .selectAll()
      .where('key', '=', keyOf(model, id))
      .executeTakeFirst();
    if (row === undefined || (row.expires_at !== null && row.expires_at <= Date.now())) return undefined;
    const payload = JSON.parse(this.#secrets.decrypt(row.payload)) as AdapterPayload;
    return row.consumed_at === null ? payload : { ...payload, consumed: Math.floor(row.consumed_at / 1000) };
  }

  /** The newest token of this kind that was given to the client for the subject and scope and is still good. */
  async findCurrent(model: string, clientId: string, subject: string, scope: string): Promise<StoredToken | undefined> {
    const row = await this.#store.db
      .selectFrom('oauth_tokens')
      .selectAll()
      .where('client_id', '=', clientId)
      .where('model', '=', model)
      .where('subject', '=', subject)
      .where('scope', '=', scope)
      .where('consumed_at', 'is', null)
      .where('expires_at', '>', Date.now() + 1000)
      .orderBy('expires_at', 'desc')
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const { jti, exp } = JSON.parse(this.#secrets.decrypt(row.payload)) as AdapterPayload;
    return typeof jti === 'string' && typeof exp === 'number' ? { value: jti, expiresAt: exp } : undefined;
  }

  /** Removes the token. @returns whether it was there: of two calls at once only one is told so */
  async take(model: string, id: string): Promise<boolean> {
    const result = await this.#store.db
      .deleteFrom('oauth_tokens')
      .where('key', '=', keyOf(model, id))
      .executeTakeFirst();
    return result.numDeletedRows > 0n;
  }

  /** Removes every token of one grant. @returns the access tokens among them */
  async takeGrant(grantId: string): Promise<string[]> {
    const rows = await this.#store.db
      .deleteFrom('oauth_tokens')
      .where('grant_id', '=', grantId)
      .returningAll()
      .execute();
    return rows
      .filter(({ model }) => model === 'AccessToken')
      .map(({ payload }) => JSON.parse(this.#secrets.decrypt(payload)) as AdapterPayload)
      .flatMap(({ jti }) => (typeof jti === 'string' ? [jti] : []));
  }

  async consume(model: string, id: string): Promise<void> {
    await this.#store.db
      .updateTable('oauth_tokens')
      .set({ consumed_at: Date.now() })
      .where('key', '=', keyOf(model, id))
      .execute();
  }

  /** Remembers a JWT as revoked until it would have expired. @param expiresAt seconds since 1970 */
  async revokeJwt(jti: string, expiresAt: number): Promise<void> {
    await this.#store.db
      .insertInto('oauth_revocations')
      .values({ jti, expires_at: expiresAt * 1000 })
      .onConflict((clash) => clash.column('jti').doNothing())
      .execute();
  }

  async isRevoked(jti: string): Promise<boolean> {
    const row = await this.#store.db
      .selectFrom('oauth_revocations')
      .select('jti')
      .where('jti', '=', jti)
      .executeTakeFirst();
    return row !== undefined;
  }

  async #purge(): Promise<void> {
    const now = Date.now();
    if (now - this.#purgedAt < purgeEveryMs) return;
    this.#purgedAt = now;
    await this.#store.db.deleteFrom('oauth_tokens').where('expires_at', '<=', now).execute();
    await this.#store.db.deleteFrom('oauth_revocations').where('expires_at', '<=', now).execute();
  }
}

function keyOf(model: string, id: string): string {
  return createHash('sha256').update(`${model} ${id}`).digest('base64url');
}
