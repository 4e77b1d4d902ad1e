import assert from 'node:assert/strict';
import { databases, type TestDatabase } from '../../store/databases.js';
import { startApim } from './harness.js';

describe('product 2: the administrator', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    const [embedded] = databases;
    assert.ok(embedded !== undefined);
    database = await embedded.create();
  });
  afterEach(() => database.drop());

  /** Status of a management call with the password, on a server started with the configured one. */
  async function tryPassword(configured: string | undefined, password: string) {
    const harness = await startApim(database, configured ?? '');
    const { status } = await harness.call('/api/am/publisher/v4/apis', { basic: `admin:${password}` });
    const generated = harness.apim.generatedPassword;
    await harness.stop();
    return { status, generated };
  }

  it('gets a generated password at the first start only, which works', async () => {
    const first = await tryPassword(undefined, 'admin');
    assert.equal(first.status, 401);
    assert.match(first.generated ?? '', /^[\w-]{24}$/);
    const second = await tryPassword(undefined, first.generated ?? '');
    assert.deepEqual(second, { status: 200, generated: undefined });
  });

  it('takes a configured password at every start', async () => {
    assert.deepEqual(await tryPassword('one', 'one'), { status: 200, generated: undefined });
    assert.deepEqual(await tryPassword('two', 'one'), { status: 401, generated: undefined });
    assert.deepEqual(await tryPassword(undefined, 'two'), { status: 200, generated: undefined });
  });
});
