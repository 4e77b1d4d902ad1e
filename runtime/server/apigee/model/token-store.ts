import type { AccessToken, AuthorizationCode, Status, TokenStore } from '../../../apigee/organization.js';
import type { AccessTokenRow } from '../../../store/apigee-schema.js';
import { digestOf, type OrganizationContext } from './context.js';
import { ReadThrough } from './read-through.js';

const purgeEveryMs = 600_000;
/** So long a token that is over is still told apart from one that never was. */
const keptAfterEndMs = 3 * 86_400_000;

type Sealed = Omit<AccessToken, 'accessToken' | 'refreshToken' | 'status' | 'refreshTokenStatus' | 'issuedAt'>;

/**
 * Access tokens, refresh tokens and authorization codes of an organisation. They stand in the store as digests; what was
 * granted is encrypted. Whoever reads the database has no token and no consumer key.
 */
export class StoredTokens implements TokenStore {
  readonly #context: OrganizationContext;
  readonly #recent = new ReadThrough<AccessTokenRow | undefined>();
  #purgedAt = 0;

  constructor(context: OrganizationContext) {
    this.#context = context;
  }

  async save(token: AccessToken): Promise<void> {
    await this.#purge();
    const row = this.#row(token);
    await this.#db
      .insertInto('apigee_tokens')
      .values(row)
      .onConflict((clash) => clash.columns(['organization', 'access_digest']).doUpdateSet(row))
      .execute();
    this.#recent.forget(row.access_digest);
  }

  async byAccessToken(accessToken: string): Promise<AccessToken | undefined> {
    const row = await this.#find(this.#digest('token', accessToken));
    return row && { ...this.#read(row), accessToken, refreshToken: '' };
  }

  async byRefreshToken(refreshToken: string): Promise<AccessToken | undefined> {
    const row = await this.#tokens()
      .where('refresh_digest', '=', this.#digest('refresh', refreshToken))
      .orderBy('issued_at', 'desc')
      .executeTakeFirst();
    return row && { ...this.#read(row), accessToken: '', refreshToken };
  }

  async setStatus(token: AccessToken, status: Status, part: 'access' | 'refresh' | 'both'): Promise<void> {
    const { accessToken, refreshToken, issuedAt } = token;
    const row = accessToken === '' ? undefined : await this.#find(this.#digest('token', accessToken));
    const refresh = row?.refresh_digest ?? (refreshToken === '' ? null : this.#digest('refresh', refreshToken));
    const update = this.#db.updateTable('apigee_tokens').where('organization', '=', this.#context.organization);
    if (part !== 'refresh') {
      const access = update.set({ status });
      // Several access tokens may have been given for one refresh token: the one that is meant has its own time.
      if (row !== undefined) await access.where('access_digest', '=', row.access_digest).execute();
      else await access.where('refresh_digest', '=', refresh).where('issued_at', '=', issuedAt).execute();
    }
    if (part !== 'access' && refresh !== null) {
      await update.set({ refresh_status: status }).where('refresh_digest', '=', refresh).execute();
    }
    this.#recent.forgetAll();
  }

  async saveCode(code: AuthorizationCode): Promise<void> {
    await this.#purge();
    const { code: text, expiresAt, ...granted } = code;
    const content = { sealed: this.#seal(granted), expires_at: expiresAt };
    await this.#db
      .insertInto('apigee_codes')
      .values({ organization: this.#context.organization, digest: this.#digest('code', text), ...content })
      .onConflict((clash) => clash.columns(['organization', 'digest']).doUpdateSet(content))
      .execute();
  }

  async takeCode(code: string): Promise<AuthorizationCode | undefined> {
    const row = await this.#db
      .deleteFrom('apigee_codes')
      .where('organization', '=', this.#context.organization)
      .where('digest', '=', this.#digest('code', code))
      .returning(['sealed', 'expires_at'])
      .executeTakeFirst();
    if (row === undefined || row.expires_at <= this.#context.now()) return undefined;
    const granted = JSON.parse(this.#context.secrets.decrypt(row.sealed)) as Omit<AuthorizationCode, 'code'>;
    return { ...granted, code, expiresAt: row.expires_at };
  }

  /** Deletes every token that was given to these consumer keys, which are gone. */
  async removeOfClients(consumerKeys: readonly string[]): Promise<void> {
    for (const consumerKey of consumerKeys) {
      await this.#db
        .deleteFrom('apigee_tokens')
        .where('organization', '=', this.#context.organization)
        .where('client_digest', '=', this.#digest('key', consumerKey))
        .execute();
    }
    this.#recent.forgetAll();
  }

  #find(accessDigest: string): Promise<AccessTokenRow | undefined> {
    const read = () => this.#tokens().where('access_digest', '=', accessDigest).executeTakeFirst();
    return this.#recent.get(accessDigest, read);
  }

  #row(token: AccessToken): AccessTokenRow {
    const { accessToken, refreshToken, status, refreshTokenStatus, issuedAt, ...granted } = token;
    return {
      organization: this.#context.organization,
      access_digest: this.#digest('token', accessToken),
      refresh_digest: refreshToken === '' ? null : this.#digest('refresh', refreshToken),
      client_digest: this.#digest('key', token.clientId),
      issued_at: issuedAt,
      status,
      refresh_status: refreshTokenStatus,
      sealed: this.#seal(granted satisfies Sealed),
      purge_at: purgeAt(token),
    };
  }

  #read(row: AccessTokenRow): Omit<AccessToken, 'accessToken' | 'refreshToken'> {
    const granted = JSON.parse(this.#context.secrets.decrypt(row.sealed)) as Sealed;
    const status = row.status as Status;
    return { ...granted, issuedAt: row.issued_at, status, refreshTokenStatus: row.refresh_status as Status };
  }

  #tokens() {
    return this.#db.selectFrom('apigee_tokens').selectAll().where('organization', '=', this.#context.organization);
  }

  #seal(value: object): string {
    return this.#context.secrets.encrypt(JSON.stringify(value));
  }

  #digest(kind: 'token' | 'refresh' | 'code' | 'key', text: string): string {
    return digestOf(this.#context, kind, text);
  }

  get #db() {
    return this.#context.store.db;
  }

  async #purge(): Promise<void> {
    const now = this.#context.now();
    if (now - this.#purgedAt < purgeEveryMs) return;
    this.#purgedAt = now;
    await this.#db.deleteFrom('apigee_tokens').where('purge_at', '<=', now).execute();
    await this.#db.deleteFrom('apigee_codes').where('expires_at', '<=', now).execute();
  }
}

/** Some days after the last of the two tokens is over; null when one of them never is. */
function purgeAt({ expiresAt, refreshToken, refreshTokenExpiresAt }: AccessToken): number | null {
  const ends = refreshToken === '' ? [expiresAt] : [expiresAt, refreshTokenExpiresAt];
  return ends.some((end) => end < 0) ? null : Math.max(...ends) + keptAfterEndMs;
}
