import assert from 'node:assert/strict';
import { executionAsyncId } from 'node:async_hooks';
import { databases, type TestDatabase } from '../../store/databases.js';
import { type Harness, managementToken, startApim } from './harness.js';

/** Whether Node gives each promise an id of its own, as it does from the first use of an AsyncLocalStorage on (before 24). */
async function followsPromises(): Promise<boolean> {
  const ids = new Set<number>();
  for (let count = 0; count < 3; count++) ids.add(await Promise.resolve().then(() => executionAsyncId()));
  return ids.size > 1;
}

const [{ create }] = databases as [(typeof databases)[number]];

describe('the token service leaves no trace in what other requests cost', () => {
  let database: TestDatabase;
  let harness: Harness;

  before(async () => {
    database = await create();
    harness = await startApim(database);
  });
  after(async () => {
    await harness.stop();
    await database.drop();
  });

  it('Node does not follow promises once a token was made', async () => {
    assert.equal(await followsPromises(), false);
    const tokens = await Promise.all([1, 2, 3].map(() => managementToken(harness, 'apim:api_view')));
    assert.ok(tokens.every((token) => typeof token === 'string'));
    // The answer may be here before its handler has ended.
    for (let turns = 0; turns < 1000 && (await followsPromises()); turns++) await new Promise(setImmediate);
    assert.equal(await followsPromises(), false);
  });
});
