import { createHash, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import type { JWK } from 'jose';
import type { Secrets } from '../../store/secrets.js';
import type { Store } from '../../store/store.js';
import type { Db } from '../apim-model/context.js';

const generate = promisify(generateKeyPair);
const rsaBits = 2048;

/** Private keys of the token service, the newest first. */
export type SigningKeys = () => Promise<JWK[]>;

/**
 * Reads the keys when they are first needed, and makes one where there is none: a start does not wait for it. They
 * are encrypted in the store.
 */
export function signingKeys(store: Store, secrets: Secrets): SigningKeys {
  let opened: Promise<JWK[]> | undefined;
  return () => {
    opened ??= openKeys(store, secrets).catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
}

async function openKeys(store: Store, secrets: Secrets): Promise<JWK[]> {
  const stored = await readKeys(store.db, secrets);
  if (stored.length > 0) return stored;
  const key = await makeKey();
  return store.db.transaction().execute(async (trx) => {
    // Of two processes at once the second one waits here and finds the first one's key.
    await trx
      .insertInto('installation')
      .values({ name: 'signing-key', value: String(key.kid) })
      .onConflict((clash) => clash.column('name').doNothing())
      .execute();
    const present = await readKeys(trx, secrets);
    if (present.length > 0) return present;
    const row = { kid: String(key.kid), key: secrets.encrypt(JSON.stringify(key)), created_at: Date.now() };
    await trx.insertInto('signing_keys').values(row).execute();
    return [key];
  });
}

async function makeKey(): Promise<JWK> {
  const { privateKey } = await generate('rsa', { modulusLength: rsaBits });
  const jwk = privateKey.export({ format: 'jwk' });
  const kid = createHash('sha256').update(String(jwk.n)).digest('base64url');
  return { ...jwk, kid, alg: 'RS256', use: 'sig' };
}

async function readKeys(db: Db, secrets: Secrets): Promise<JWK[]> {
  const rows = await db.selectFrom('signing_keys').selectAll().orderBy('created_at', 'desc').orderBy('kid').execute();
  return rows.map(({ key }) => JSON.parse(secrets.decrypt(key)) as JWK);
}
