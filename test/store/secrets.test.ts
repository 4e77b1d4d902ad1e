import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashPassword, verifyPassword } from '../../runtime/store/password.js';
import { openSecrets, Secrets, verifySecrets } from '../../runtime/store/secrets.js';
import { openStore } from '../../runtime/store/store.js';
import { databases, makeHome } from './databases.js';

describe('secrets at rest (product 2)', () => {
  const secrets = new Secrets(randomBytes(32));

  for (const text of ['', 'secret', 'pässwörd €', 'x'.repeat(100_000)]) {
    it(`come back as they were: ${text.length} characters`, () => {
      const sealed = secrets.encrypt(text);
      assert.equal(secrets.decrypt(sealed), text);
      assert.ok(text === '' || !sealed.includes(text));
    });
  }

  it('equal texts look different', () => {
    assert.notEqual(secrets.encrypt('a'), secrets.encrypt('a'));
  });

  const sealed = secrets.encrypt('secret');
  const body = Buffer.from(sealed.slice(3), 'base64url');
  const changed = Buffer.from(body);
  changed[14] = (changed[14] ?? 0) ^ 1;
  const refused: [name: string, sealed: string][] = [
    ['a changed byte', `v1.${changed.toString('base64url')}`],
    ['a shortened text', `v1.${body.subarray(0, -1).toString('base64url')}`],
    ['plain text', 'secret'],
    ['nothing', ''],
    ['written with another key', new Secrets(randomBytes(32)).encrypt('secret')],
  ];
  for (const [name, text] of refused) {
    it(`${name} is refused`, () => {
      assert.throws(() => secrets.decrypt(text), /^Error: (not an encrypted secret|a secret cannot be decrypted)/);
    });
  }
});

describe('key of the secrets (product 2)', () => {
  it('is generated into <home>/secret.key with mode 0600, once, also by many at the same time', async () => {
    const home = await makeHome();
    const [first, ...others] = await Promise.all(Array.from({ length: 8 }, () => openSecrets(home)));
    assert.ok(first);
    const sealed = first.encrypt('x');
    for (const other of [...others, await openSecrets(home)]) assert.equal(other.decrypt(sealed), 'x');
    assert.equal((await stat(join(home, 'secret.key'))).mode & 0o777, 0o600);
  });

  it('MEDIANT_SECRET_KEY wins, in base64 or hexadecimal, and no file is written', async () => {
    const home = await makeHome();
    const key = randomBytes(32);
    const sealed = (await openSecrets(home, key.toString('base64'))).encrypt('x');
    assert.equal((await openSecrets(home, key.toString('hex'))).decrypt(sealed), 'x');
    await assert.rejects(readFile(join(home, 'secret.key')), /ENOENT/);
  });

  it('a key of another length is refused without being shown', async () => {
    await assert.rejects(openSecrets('/nowhere', 'c2hvcnQ='), (error: Error) => {
      assert.match(error.message, /^MEDIANT_SECRET_KEY: the key is not 32 bytes .*openssl rand -base64 32$/);
      assert.doesNotMatch(error.message, /c2hvcnQ/);
      return true;
    });
    const home = await makeHome();
    await writeFile(join(home, 'secret.key'), 'short');
    await assert.rejects(openSecrets(home), /secret\.key: the key is not 32 bytes/);
  });

  for (const { kind, create } of databases) {
    it(`${kind}: another key than the one the store was written with is refused at the start`, async () => {
      const database = await create();
      const store = await openStore(database.url, { home: database.home });
      try {
        const key = randomBytes(32);
        await verifySecrets(store, new Secrets(key));
        await verifySecrets(store, new Secrets(key));
        await assert.rejects(verifySecrets(store, new Secrets(randomBytes(32))), /encrypted with another key/);
      } finally {
        await store.close();
        await database.drop();
      }
    });
  }
});

describe('passwords (product 2)', () => {
  it('are stored as a salted scrypt hash', async () => {
    const [one, two] = await Promise.all([hashPassword('pass word'), hashPassword('pass word')]);
    assert.match(one, /^scrypt\$16384\$8\$5\$[\w-]{22}\$[\w-]{43}$/);
    assert.notEqual(one, two);
  });

  it('the right one is accepted, every other refused, before and after a success', async () => {
    const stored = await hashPassword('right');
    for (const [password, expected] of [
      ['wrong', false],
      ['right', true],
      ['right', true],
      ['right ', false],
      ['', false],
    ] as const) {
      assert.equal(await verifyPassword(password, stored), expected, password);
    }
  });

  for (const stored of ['', 'right', 'argon2id$a$b', 'scrypt$16384$8$5$c2FsdA$', 'scrypt$16384$8$5$c2FsdA$c2hvcnQ']) {
    it(`no hash matches nothing: "${stored}"`, async () => {
      assert.equal(await verifyPassword('right', stored), false);
    });
  }
});
