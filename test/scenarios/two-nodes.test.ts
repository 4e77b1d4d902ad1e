import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hasRedis, type RedisServer, startRedis } from '../store/redis-server.js';
import { call } from './management.js';
import { MediantProcess } from './mediant-process.js';
import { ProtectedBackend } from './protected-backend.js';

if (hasRedis) {
  describe('api-management 3.2: two nodes on one Redis, each a process', () => {
    let redis: RedisServer;
    let backend: ProtectedBackend;
    let nodes: MediantProcess[];
    const folder = mkdtempSync(path.join(tmpdir(), 'mediant-test-'));

    before(async function () {
      this.timeout(60_000);
      redis = await startRedis();
      backend = await ProtectedBackend.start();
      const oauth = `<oauth><clientCredentials><clientId>backend-key</clientId><clientSecret>backend-secret</clientSecret><tokenUrl>${backend.tokenUrl}</tokenUrl></clientCredentials></oauth>`;
      writeFileSync(
        path.join(folder, 'orders.xml'),
        `<api xmlns="http://ws.apache.org/ns/synapse" name="orders" context="/orders"><resource methods="POST"><inSequence><call><endpoint><http method="post" uri-template="${backend.backendUrl}/x"><authentication>${oauth}</authentication></http></endpoint></call><respond/></inSequence></resource></api>`,
      );
      const env = { MEDIANT_SECRET_KEY: randomBytes(32).toString('base64') };
      const start = () => MediantProcess.start(['--deploy', folder, '--redis', redis.url], { env });
      nodes = await Promise.all([start(), start()]);
    });

    after(async () => {
      await Promise.all((nodes ?? []).map((node) => node.stop()));
      backend?.stop();
      await redis?.remove();
      rmSync(folder, { recursive: true });
    });

    const post = async (node: MediantProcess): Promise<number> => {
      const options = { headers: { 'Content-Type': 'application/json' }, body: '{}' };
      return (await call('POST', `${node.url('gateway')}/orders`, options)).status;
    };
    const burst = (): Promise<number[]> =>
      Promise.all(Array.from({ length: 100 }, (_, index) => post(nodes[index % 2] as MediantProcess)));

    it('a cold cache: one call for both', async () => {
      assert.deepEqual(new Set(await burst()), new Set([200]));
      assert.equal((await backend.take()).tokens.length, 1);
    });

    it('a revoked token: one new call for both', async () => {
      await backend.behave({ revoke: true });
      assert.deepEqual(new Set(await burst()), new Set([200]));
      assert.equal((await backend.take()).tokens.length, 1);
    });

    it('what Redis writes to its disk, and what the nodes log, shows no token', async () => {
      redis.save();
      const files = execFileSync('find', [redis.folder, '-type', 'f'], { encoding: 'utf8' });
      assert.match(files, /dump\.rdb/);
      for (const secret of ['as-token-', 'backend-secret', 'backend-key']) {
        const found = execFileSync('sh', ['-c', `grep -rlaF -- ${secret} ${redis.folder} || true`], {
          encoding: 'utf8',
        });
        assert.equal(found, '');
        for (const { output } of nodes) assert.ok(!output.includes(secret));
      }
    });

    it('Redis goes away: the nodes go on', async () => {
      await redis.stop();
      assert.deepEqual(new Set(await burst()), new Set([200]));
      await backend.behave({ revoke: true });
      assert.deepEqual(new Set(await burst()), new Set([200]));
      assert.ok((await backend.take()).tokens.length <= 2);
    });

    it('product 1: a Redis that is not there at the start: exit code 3, naming it', async () => {
      await assert.rejects(
        MediantProcess.start(['--redis', 'redis://user:hidden@127.0.0.1:1']),
        (error: Error) =>
          /cannot start: redis 127\.0\.0\.1:1: /.test(error.message) && !error.message.includes('hidden'),
      );
    });
  });
}
