import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { StoreError } from '../../runtime/store/error.js';
import { openStore, type Store } from '../../runtime/store/store.js';
import { databases, makeHome, type TestDatabase } from './databases.js';

const run = promisify(execFile);
const counter = fileURLToPath(new URL('./counter.js', import.meta.url));
const writer = fileURLToPath(new URL('./writer.js', import.meta.url));

for (const { kind, create } of databases) {
  describe(`store on ${kind}`, () => {
    let database: TestDatabase;
    let store: Store;

    beforeEach(async () => {
      database = await create();
      store = await openStore(database.url, { home: database.home });
    });
    afterEach(async () => {
      await store.close();
      await database.drop();
    });

    const names = async (from = store): Promise<string[]> => {
      const rows = await from.db.selectFrom('installation').select('name').orderBy('name').execute();
      return rows.map((row) => row.name);
    };

    it('keeps what was written, for the next that opens it', async () => {
      await store.db.insertInto('installation').values({ name: 'a', value: 'ü € 𝄞' }).execute();
      await store.close();
      store = await openStore(database.url, { home: database.home });
      assert.deepEqual(await store.db.selectFrom('installation').selectAll().execute(), [
        { name: 'a', value: 'ü € 𝄞' },
      ]);
    });

    it('undoes a transaction that fails', async () => {
      const failing = store.db.transaction().execute(async (trx) => {
        await trx.insertInto('installation').values({ name: 'a', value: '1' }).execute();
        throw new Error('refused');
      });
      await assert.rejects(failing, /refused/);
      assert.deepEqual(await names(), []);
    });

    it('counts are numbers', async () => {
      const { count } = await store.db
        .selectFrom('installation')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      assert.equal(count, 0);
    });

    it('transactions of several processes wait for each other and lose nothing', async () => {
      await store.db.insertInto('installation').values({ name: 'counter', value: '0' }).execute();
      const counting = Array.from({ length: 3 }, () =>
        run(process.execPath, [counter, database.url, database.home, '40']),
      );
      await Promise.all(counting);
      const row = await store.db.selectFrom('installation').select('value').executeTakeFirstOrThrow();
      assert.equal(row.value, '120');
    });

    it('a store written by a newer version is refused, and left as it is', async () => {
      await store.db
        .withTables<{ kysely_migration: { name: string; timestamp: string } }>()
        .insertInto('kysely_migration')
        .values({ name: '999_future', timestamp: new Date().toISOString() })
        .execute();
      await assert.rejects(
        openStore(database.url, { home: database.home }),
        (error) => error instanceof StoreError && /written by a newer version/.test(error.message),
      );
      assert.deepEqual(await names(), []);
    });
  });

  describe(`store on ${kind}, several processes`, () => {
    let database: TestDatabase;
    beforeEach(async () => {
      database = await create();
    });
    afterEach(() => database.drop());

    it('four first starts at once: all open it, each table made once', async () => {
      const starts = ['p1', 'p2', 'p3', 'p4'].map((name) =>
        run(process.execPath, [writer, database.url, database.home, name, '1']),
      );
      await Promise.all(starts);
      const store = await openStore(database.url, { home: database.home });
      const rows = await store.db.selectFrom('installation').select('name').orderBy('name').execute();
      await store.close();
      assert.deepEqual(
        rows.map((row) => row.name),
        ['p1-0', 'p2-0', 'p3-0', 'p4-0'],
      );
    });

    it('every acknowledged write survives kill -9', async () => {
      const child = spawn(process.execPath, [writer, database.url, database.home, 'w', '100000']);
      const acknowledged: string[] = [];
      for await (const line of createInterface({ input: child.stdout })) {
        acknowledged.push(line);
        if (acknowledged.length === 50) child.kill('SIGKILL');
      }
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      const store = await openStore(database.url, { home: database.home });
      const rows = await store.db.selectFrom('installation').select('name').execute();
      await store.close();
      const kept = new Set(rows.map((row) => row.name));
      assert.ok(acknowledged.length >= 50);
      assert.deepEqual(
        acknowledged.filter((name) => !kept.has(name)),
        [],
      );
    });
  });
}

describe('embedded store', () => {
  it('product 1: lies in the home unless --database says otherwise, readable by its owner only', async () => {
    const home = join(await makeHome(), 'fresh', '.mediant');
    const store = await openStore(undefined, { home });
    assert.equal(store.kind, 'embedded');
    assert.equal((await stat(home)).mode & 0o777, 0o700);
    assert.equal((await stat(join(home, 'mediant.db'))).mode & 0o777, 0o600);
    await store.close();
  });

  it('flushes each commit: write-ahead log, synchronous FULL', async () => {
    const { CompiledQuery } = await import('kysely');
    const store = await openStore(undefined, { home: await makeHome() });
    const pragma = async (name: string) => (await store.db.executeQuery(CompiledQuery.raw(`pragma ${name}`))).rows[0];
    assert.deepEqual(await pragma('journal_mode'), { journal_mode: 'wal' });
    assert.deepEqual(await pragma('synchronous'), { synchronous: 2 });
    await store.close();
  });
});

describe('product 1: a store that cannot be used is named in one line, without its password', () => {
  const noDatabase = join(tmpdir(), `mediant-test-${process.pid}.txt`);
  before(() => writeFile(noDatabase, 'This is no database. '.repeat(100)));
  after(() => rm(noDatabase));

  const cases: [name: string, url: string, message: RegExp][] = [
    ['unknown kind', 'mysql://x', /^store of --database: the URL is neither file:PATH nor postgres:/],
    [
      'nobody listens',
      'postgres://me:hidden@127.0.0.1:1/db',
      /^store postgres:\/\/me@127\.0\.0\.1:1\/db: cannot be used: .*ECONNREFUSED/,
    ],
    ['no folder', `file:${noDatabase}/x.db`, /^store file:.*x\.db: cannot be opened: (EEXIST|ENOTDIR)/],
    ['no database', `file:${noDatabase}`, /^store file:.*: cannot be (opened|used): file is not a database$/],
  ];
  for (const [name, url, message] of cases) {
    it(name, async () => {
      await assert.rejects(openStore(url, { home: await makeHome() }), (error) => {
        assert.ok(error instanceof StoreError);
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /hidden|\n/);
        return true;
      });
    });
  }
});
