import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { KeptToken } from '../../runtime/outbound-oauth/token-settings.js';
import { openRedis, type Redis } from '../../runtime/store/redis.js';
import { RedisTokens } from '../../runtime/store/redis-tokens.js';
import { Secrets } from '../../runtime/store/secrets.js';
import { hasRedis, type RedisServer, startRedis } from './redis-server.js';

const logs: string[] = [];
const logger = {
  enabled: () => true,
  log: (level: string, _logger: string, text: string) => void logs.push(`${level} ${text}`),
};

describe('product 1: a Redis that is not there', () => {
  it('is named, without its password', async () => {
    await assert.rejects(openRedis('redis://user:hidden@127.0.0.1:1', logger), (error: Error) => {
      assert.match(error.message, /^redis 127\.0\.0\.1:1: cannot be reached: .*ECONNREFUSED/);
      assert.ok(!error.message.includes('hidden'));
      return true;
    });
  });
});

if (hasRedis) {
  describe('api-management 3.2: tokens that nodes share in Redis', () => {
    let server: RedisServer;
    let redis: Redis;
    let tokens: RedisTokens;
    const secrets = new Secrets(randomBytes(32));
    const token = (id: string, more: Partial<KeptToken> = {}): KeptToken => {
      const expiresAt = Date.now() + 60_000;
      const times = { expiresAt, usableUntil: expiresAt, refreshAt: expiresAt };
      return { id, value: `token-${id}`, ...times, refreshToken: undefined, fields: { scope: 'a' }, ...more };
    };

    before(async () => {
      server = await startRedis();
    });
    beforeEach(async () => {
      redis = await openRedis(server.url, logger);
      await redis.client.flushAll();
      tokens = new RedisTokens(redis, secrets, logger);
      logs.length = 0;
    });
    afterEach(() => redis.close());
    after(() => server.remove());

    it('nothing is known at first', async () => {
      assert.deepEqual(await tokens.read('k'), { generation: 0, token: undefined });
    });

    it('a token is there for others, whole, until it ends', async () => {
      const given = token('1');
      assert.equal(await tokens.publish('k', 0, given), true);
      const { token: found } = await new RedisTokens(redis, secrets, logger).read('k');
      const { refreshToken, ...rest } = given;
      assert.deepEqual([found, refreshToken], [rest, undefined]);
      const [key = ''] = await redis.client.keys('*');
      const life = await redis.client.pTTL(key);
      assert.ok(life > 50_000 && life <= 60_000, String(life));
    });

    it('one with a refresh token is kept longer', async () => {
      await tokens.publish('k', 0, token('1', { refreshToken: 'r' }));
      const [key = ''] = await redis.client.keys('*');
      assert.ok((await redis.client.pTTL(key)) > 20 * 24 * 3_600_000);
    });

    it('neither tokens nor anything of a configuration can be read in Redis', async () => {
      await tokens.publish('owner and secret', 0, token('1', { refreshToken: 'refresh-1' }));
      await tokens.lock('owner and secret', 'h', 1000);
      const keys = await redis.client.keys('*');
      assert.equal(keys.length, 2);
      const shown = JSON.stringify([
        keys,
        await redis.client.hGetAll(keys.find((key) => !key.endsWith(':lock')) ?? ''),
      ]);
      for (const secret of ['token-1', 'refresh-1', 'owner', 'scope']) assert.ok(!shown.includes(secret), shown);
    });

    it('3.11 rule 3: a purge moves the generation on, and what was fetched before is not kept', async () => {
      await tokens.publish('k', 0, token('1'));
      await tokens.purge('k', '1');
      assert.deepEqual(await tokens.read('k'), { generation: 1, token: undefined });
      assert.equal(await tokens.publish('k', 0, token('2')), false);
      assert.equal(await tokens.publish('k', 1, token('3')), true);
    });

    it('3.11 rule 4: only the token that was refused is purged', async () => {
      await tokens.publish('k', 0, token('1'));
      await tokens.purge('k', 'another');
      assert.equal((await tokens.read('k')).token?.id, '1');
    });

    it('a lock has one holder, who may keep it, until it is released or its lease is over', async () => {
      assert.equal(await tokens.lock('k', 'a', 1000), true);
      assert.equal(await tokens.lock('k', 'b', 1000), false);
      assert.equal(await tokens.lock('k', 'a', 1000), true);
      await tokens.unlock('k', 'b');
      assert.equal(await tokens.lock('k', 'b', 1000), false);
      await tokens.unlock('k', 'a');
      assert.equal(await tokens.lock('k', 'b', 40), true);
      await new Promise((done) => setTimeout(done, 80));
      assert.equal(await tokens.lock('k', 'a', 1000), true);
    });

    it('nodes with another secret key share nothing, and say so once', async () => {
      const other = new RedisTokens(redis, new Secrets(randomBytes(32)), logger);
      await other.publish('k', 0, token('1'));
      assert.equal((await tokens.read('k')).token, undefined);
      const [key = ''] = await redis.client.keys('*');
      await redis.client.rename(key, `mediant:token:{${secrets.digest('k')}}`);
      for (let count = 0; count < 3; count++) assert.equal((await tokens.read('k')).token, undefined);
      assert.equal(logs.length, 1);
      assert.match(logs[0] ?? '', /give all nodes the same MEDIANT_SECRET_KEY$/);
    });

    it('a Redis that goes away: commands fail at once; it is found again by itself', async () => {
      await server.stop();
      await assert.rejects(tokens.read('k'));
      await assert.rejects(tokens.read('k'));
      await server.start();
      while (!redis.client.isReady) await new Promise((done) => setTimeout(done, 20));
      assert.deepEqual(await tokens.read('k'), { generation: 0, token: undefined });
      assert.deepEqual(
        logs.map((line) => line.replace(/\d+\.\d+\.\d+\.\d+:\d+/, 'HOST').replace(/reached: .*/, 'reached: …')),
        ['WARN redis HOST cannot be reached: …', 'INFO redis HOST can be reached again'],
      );
    });
  });
}
