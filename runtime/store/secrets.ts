import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreError } from './error.js';
import type { Store } from './store.js';

const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;
const version = 'v1.';

/**
 * Encrypts what may not stand in the store as it is (client secrets, endpoint passwords, tokens, private keys;
 * product 2): AES-256-GCM, so that a changed text is refused and not decrypted to something else.
 */
export class Secrets {
  readonly #key: Buffer;

  /** @param key 32 bytes */
  constructor(key: Buffer) {
    if (key.length !== keyBytes) throw new RangeError(`a secret key has ${keyBytes} bytes, not ${key.length}`);
    this.#key = key;
  }

  /** Printable text that only `decrypt` with the same key can read; differs at every call. */
  encrypt(text: string): string {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv);
    const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return version + sealed.toString('base64url');
  }

  /** A name for a text that may hold secrets: always the same for it, and nobody without the key can try texts out. */
  digest(text: string): string {
    return createHmac('sha256', this.#key).update(`digest ${text}`).digest('base64url');
  }

  /** @throws Error when the text was not written with this key or has been changed; the message shows neither */
  decrypt(sealed: string): string {
    const bytes = Buffer.from(sealed.startsWith(version) ? sealed.slice(version.length) : '', 'base64url');
    if (bytes.length < ivBytes + tagBytes) throw new Error('not an encrypted secret');
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, ivBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    try {
      return decipher.update(bytes.subarray(ivBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8');
    } catch {
      throw new Error('a secret cannot be decrypted: it was written with another key or has been changed');
    }
  }
}

/**
 * The key of this installation: `configured` (MEDIANT_SECRET_KEY: 32 bytes in base64 or hexadecimal), else
 * `<home>/secret.key`, generated with mode 0600 at the first start.
 *
 * @throws StoreError when the key is not 32 bytes long
 */
export async function openSecrets(home: string, configured?: string): Promise<Secrets> {
  if (configured !== undefined && configured !== '') return new Secrets(parseKey(configured, 'MEDIANT_SECRET_KEY'));
  const file = join(home, 'secret.key');
  const text = (await readIfThere(file)) ?? (await generateKey(home, file));
  return new Secrets(parseKey(text, file));
}

/**
 * Refuses to start with a key that is not the one the store was written with, instead of failing at the first
 * secret somebody needs.
 *
 * @throws StoreError when the keys differ
 */
export async function verifySecrets(store: Store, secrets: Secrets): Promise<void> {
  const name = 'secret-key-check';
  await store.db
    .insertInto('installation')
    .values({ name, value: secrets.encrypt(name) })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  const { value } = await store.db
    .selectFrom('installation')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  try {
    secrets.decrypt(value);
  } catch {
    throw new StoreError(
      `store ${store.name}`,
      'its secrets were encrypted with another key; give that key in MEDIANT_SECRET_KEY or put it back as secret.key in the home',
    );
  }
}

function parseKey(text: string, source: string): Buffer {
  const trimmed = text.trim();
  const key = Buffer.from(trimmed, /^[0-9a-f]{64}$/i.test(trimmed) ? 'hex' : 'base64');
  if (key.length !== keyBytes) {
    const help = `make one with: openssl rand -base64 ${keyBytes}`;
    throw new StoreError(source, `the key is not ${keyBytes} bytes in base64 or hexadecimal; ${help}`);
  }
  return key;
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Written aside and linked into place: two first starts at once end up with the same, whole key. */
async function generateKey(home: string, file: string): Promise<string> {
  await mkdir(home, { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(`${randomBytes(keyBytes).toString('base64')}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return readFile(file, 'utf8');
}
