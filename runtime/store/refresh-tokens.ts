import type { RefreshTokens } from '../outbound-oauth/refresh-tokens.js';
import type { Secrets } from './secrets.js';
import type { Store } from './store.js';

/** Milliseconds after which nobody uses a configuration any more. */
const forgotten = 400 * 24 * 3_600_000;

/** Refresh tokens that servers have given in place of configured ones, encrypted in the store. */
export function storedRefreshTokens({ db }: Store, secrets: Secrets): RefreshTokens {
  return {
    async load(key) {
      const row = await db
        .selectFrom('outbound_refresh_tokens')
        .select('sealed')
        .where('key', '=', secrets.digest(key))
        .executeTakeFirst();
      return row && secrets.decrypt(row.sealed);
    },
    async save(key, refreshToken) {
      const values = { sealed: secrets.encrypt(refreshToken), updated_at: Date.now() };
      await db
        .insertInto('outbound_refresh_tokens')
        .values({ key: secrets.digest(key), ...values })
        .onConflict((conflict) => conflict.column('key').doUpdateSet(values))
        .execute();
      await db
        .deleteFrom('outbound_refresh_tokens')
        .where('updated_at', '<', Date.now() - forgotten)
        .execute();
    },
  };
}
