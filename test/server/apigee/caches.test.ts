import assert from 'node:assert/strict';
import { sharedCache } from '../../../runtime/apigee/organization.js';
import { MemoryCaches } from '../../../runtime/server/apigee/model/cache-contents.js';
import { MemoryCounters } from '../../../runtime/server/apigee/model/counters.js';
import { Environments } from '../../../runtime/server/apigee/model/environments.js';
import { Input } from '../../../runtime/server/apigee/model/input.js';
import { openSecrets } from '../../../runtime/store/secrets.js';
import { openStore, type Store } from '../../../runtime/store/store.js';
import { databases, type TestDatabase } from '../../store/databases.js';

const seconds = 1000;
const hour = 3600 * seconds;

describe('api-management 2.6: caches and counters of a node', () => {
  let database: TestDatabase;
  let store: Store;
  let environments: Environments;
  let caches: MemoryCaches;
  let now: number;

  before(async () => {
    const [embedded] = databases;
    assert.ok(embedded);
    database = await embedded.create();
    store = await openStore(database.url, { home: database.home });
    const row = { name: 'o', document: '{}', created_at: 0 };
    await store.db.insertInto('apigee_organizations').values(row).execute();
    const context = { organization: 'o', store, secrets: await openSecrets(database.home), now: () => now };
    now = Date.UTC(2030, 0, 15, 12);
    environments = new Environments(context);
    await environments.create(new Input({ name: 'test' }), 'admin');
    await environments.create(new Input({ name: 'prod' }), 'admin');
    caches = new MemoryCaches(environments, () => now);
  });
  after(async () => {
    await store.close();
    await database.drop();
  });
  beforeEach(() => {
    now = Date.UTC(2030, 0, 15, 12);
  });

  let made = 0;
  /** Defines a cache. @returns its name */
  async function cache(settings: object = {}): Promise<string> {
    made += 1;
    await environments.get('test').caches.create(`cache${made}`, new Input({ ...settings }), 'admin');
    return `cache${made}`;
  }

  it('gives back the very object that was put', async () => {
    const name = await cache();
    const value = { a: 1 };
    await caches.put('test', name, 'k', value, 60);
    assert.equal(await caches.get('test', name, 'k'), value);
  });

  const lifetimes: [what: string, settings: object, seconds: number | undefined, until: number][] = [
    ['its own lifetime', {}, 600, 600 * seconds],
    ['the lifetime of the cache', { expirySettings: { timeoutInSec: { value: '300' } } }, undefined, 300 * seconds],
    ['its own lifetime before that of the cache', { expirySettings: { timeoutInSec: '300' } }, 600, 600 * seconds],
    ['the time of the day', { expirySettings: { timeOfDay: '13:00:00' } }, undefined, hour],
    ['the time of the next day', { expirySettings: { timeOfDay: '11:00:00' } }, undefined, 23 * hour],
    [
      'the time of the day when that comes first',
      { expirySettings: { timeOfDay: { value: '12:00:30' } } },
      600,
      30 * seconds,
    ],
    ['its own lifetime when that ends first', { expirySettings: { timeOfDay: '00:00:00' } }, 600, 600 * seconds],
    ['the date', { expirySettings: { expiryDate: '01-16-2030' } }, undefined, 12 * hour],
  ];
  for (const [what, settings, lifetime, until] of lifetimes) {
    it(`an entry ends with ${what}`, async () => {
      const name = await cache(settings);
      await caches.put('test', name, 'k', 'v', lifetime);
      now += until - 1;
      assert.equal(await caches.get('test', name, 'k'), 'v');
      now += 1;
      assert.equal(await caches.get('test', name, 'k'), undefined);
    });
  }

  it('keeps nothing after the date of the cache, and without one for ever', async () => {
    const [over, endless] = [await cache({ expirySettings: { expiryDate: '12-31-2020' } }), await cache()];
    await caches.put('test', over, 'k', 'v', 60);
    assert.equal(await caches.get('test', over, 'k'), undefined);
    await caches.put('test', endless, 'k', 'v', undefined);
    now += 10 * 365 * 24 * hour;
    assert.equal(await caches.get('test', endless, 'k'), 'v');
  });

  const limits: [what: string, settings: object, value: string, kept: number][] = [
    ['elements in memory', { maxElementsInMemory: 3 }, 'v', 3],
    [
      'elements in memory and on disk',
      { maxElementsInMemory: 3, maxElementsOnDisk: '2', overflowToDisk: 'true' },
      'v',
      5,
    ],
    ['elements on disk that memory does not overflow to', { maxElementsInMemory: 3, maxElementsOnDisk: 9 }, 'v', 3],
    ['kilobytes in memory', { inMemorySizeInKB: 10 }, 'x'.repeat(4 * 1024), 2],
    ['kilobytes of a value', { skipCacheIfElementSizeInKBExceeds: '4' }, 'x'.repeat(4 * 1024 + 1), 0],
    ['kilobytes of a value that is as large', { skipCacheIfElementSizeInKBExceeds: '4' }, 'x'.repeat(4 * 1024), 8],
  ];
  for (const [what, settings, value, kept] of limits) {
    it(`is limited by ${what}: the entries used least go`, async () => {
      const name = await cache(settings);
      for (let index = 0; index < 8; index++) await caches.put('test', name, `k${index}`, value, 60);
      const found = await Promise.all([...Array(8).keys()].map((index) => caches.get('test', name, `k${index}`)));
      assert.equal(found.filter((one) => one !== undefined).length, kept);
      if (kept > 0) assert.equal(found.at(-1), value);
    });
  }

  it('a value that is too large to be kept does not leave the older one behind', async () => {
    const name = await cache({ skipCacheIfElementSizeInKBExceeds: '1' });
    await caches.put('test', name, 'k', 'small', 60);
    await caches.put('test', name, 'k', 'x'.repeat(2000), 60);
    assert.equal(await caches.get('test', name, 'k'), undefined);
  });

  it('an object that is part of itself is kept', async () => {
    const name = await cache({ inMemorySizeInKB: 10 });
    const value: { self?: object } = {};
    value.self = value;
    await caches.put('test', name, 'k', value, 60);
    assert.equal(await caches.get('test', name, 'k'), value);
  });

  it('deletes a key, or with its children every key that begins with it', async () => {
    const name = await cache();
    for (const key of ['a', 'a__b', 'a__c', 'd']) await caches.put('test', name, key, key, 60);
    await caches.delete('test', name, 'a', false);
    assert.equal(await caches.get('test', name, 'a'), undefined);
    assert.equal(await caches.get('test', name, 'a__b'), 'a__b');
    await caches.delete('test', name, 'a', true);
    assert.equal(await caches.get('test', name, 'a__b'), undefined);
    assert.equal(await caches.get('test', name, 'a__c'), undefined);
    assert.equal(await caches.get('test', name, 'd'), 'd');
  });

  it('each environment has its caches, and a shared one without a name', async () => {
    const name = await cache();
    assert.equal(caches.has('test', name), true);
    assert.equal(caches.has('prod', name), false);
    assert.equal(caches.has('nowhere', sharedCache), false);
    await caches.put('prod', name, 'k', 'v', 60);
    assert.equal(await caches.get('prod', name, 'k'), undefined);
    await caches.put('test', sharedCache, 'k', 'shared', 60);
    assert.equal(caches.has('test', sharedCache), true);
    assert.equal(await caches.get('test', sharedCache, 'k'), 'shared');
    assert.equal(await caches.get('prod', sharedCache, 'k'), undefined);
  });

  it('a cache that is deleted or defined anew begins empty', async () => {
    const name = await cache();
    await caches.put('test', name, 'k', 'v', 60);
    await environments.get('test').caches.update(name, new Input({ maxElementsInMemory: 5 }), 'admin');
    assert.equal(await caches.get('test', name, 'k'), undefined);
    await caches.put('test', name, 'k', 'v', 60);
    await environments.get('test').caches.remove(name);
    assert.equal(caches.has('test', name), false);
    await environments.get('test').caches.create(name, new Input({}), 'admin');
    assert.equal(await caches.get('test', name, 'k'), undefined);
  });

  describe('counters', () => {
    it('add up until the window ends, then begin anew', async () => {
      const counters = new MemoryCounters(() => now);
      const end = now + 60 * seconds;
      assert.equal(await counters.add('a', 1, end), 1);
      assert.equal(await counters.add('a', 2, end), 3);
      assert.equal(await counters.add('b', 1, end), 1);
      now = end - 1;
      assert.equal(await counters.add('a', 1, end), 4);
      now = end;
      assert.equal(await counters.add('a', 1, end + 60 * seconds), 1);
    });

    it('forget windows that are over', async () => {
      const counters = new MemoryCounters(() => now);
      for (let index = 0; index < 100; index++) await counters.add(`k${index}`, 1, now + seconds);
      now += 61 * seconds;
      await counters.add('other', 1, now + seconds);
      assert.equal(counters.size, 1);
    });
  });
});
