import { createHash, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import type { JWK } from 'jose';
import type { Secrets } from '../../store/secrets.js';
import type { Store } from '../../store/store.js';

const generate = promisify(generateKeyPair);
const rsaBits = 2048;

/** Private keys of the token service, the newest first; one is made at the first start. Encrypted in the store. */
export async function openSigningKeys(store: Store, secrets: Secrets): Promise<JWK[]> {
  const stored = await readKeys(store, secrets);
  if (stored.length > 0) return stored;
  const { privateKey } = await generate('rsa', { modulusLength: rsaBits });
  const jwk = privateKey.export({ format: 'jwk' });
  const kid = createHash('sha256').update(String(jwk.n)).digest('base64url');
  const key = { ...jwk, kid, alg: 'RS256', use: 'sig' };
  await store.db
    .insertInto('signing_keys')
    .values({ kid, key: secrets.encrypt(JSON.stringify(key)), created_at: Date.now() })
    .execute();
  return readKeys(store, secrets);
}

async function readKeys(store: Store, secrets: Secrets): Promise<JWK[]> {
  const rows = await store.db
    .selectFrom('signing_keys')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('kid')
    .execute();
  return rows.map(({ key }) => JSON.parse(secrets.decrypt(key)) as JWK);
}
