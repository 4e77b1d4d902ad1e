import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { storedRefreshTokens } from '../../runtime/store/refresh-tokens.js';
import { Secrets } from '../../runtime/store/secrets.js';
import { openStore, type Store } from '../../runtime/store/store.js';
import { databases, type TestDatabase } from './databases.js';

for (const { kind, create } of databases) {
  describe(`api-management 3.2: refresh tokens that servers have replaced, on ${kind}`, () => {
    let database: TestDatabase;
    let store: Store;
    const secrets = new Secrets(randomBytes(32));

    beforeEach(async () => {
      database = await create();
      store = await openStore(database.url, database);
    });
    afterEach(async () => {
      await store.close();
      await database.drop();
    });

    it('outlive the process; the last one counts', async () => {
      const tokens = storedRefreshTokens(store, secrets);
      assert.equal(await tokens.load('k'), undefined);
      await tokens.save('k', 'refresh-1');
      await tokens.save('k', 'refresh-2');
      await tokens.save('other', 'refresh-3');
      assert.equal(await storedRefreshTokens(store, secrets).load('k'), 'refresh-2');
    });

    it('stand there encrypted, under a key that tells nothing', async () => {
      await storedRefreshTokens(store, secrets).save('owner and secret', 'refresh-1');
      const rows = JSON.stringify(await store.db.selectFrom('outbound_refresh_tokens').selectAll().execute());
      for (const text of ['refresh-1', 'owner', 'secret']) assert.ok(!rows.includes(text), rows);
    });

    it('go when nobody has used them for more than a year', async () => {
      const tokens = storedRefreshTokens(store, secrets);
      await tokens.save('old', 'refresh-1');
      await store.db
        .updateTable('outbound_refresh_tokens')
        .set({ updated_at: Date.now() - 401 * 24 * 3_600_000 })
        .execute();
      await tokens.save('new', 'refresh-2');
      assert.equal(await tokens.load('old'), undefined);
      assert.equal(await tokens.load('new'), 'refresh-2');
    });
  });
}
