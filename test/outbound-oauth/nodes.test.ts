import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { openRedis, type Redis } from '../../runtime/store/redis.js';
import { RedisTokens } from '../../runtime/store/redis-tokens.js';
import { Secrets } from '../../runtime/store/secrets.js';
import { hasRedis, type RedisServer, startRedis } from '../store/redis-server.js';
import { atOnce } from './gateway.js';
import { Clock, clientOf, credentials, tokenText } from './harness.js';
import { type Answering, grant, granted, inTurn, TokenServer } from './token-server.js';

if (hasRedis) {
  describe('api-management 3.2: several nodes on one Redis', () => {
    let server: RedisServer;
    let tokens: TokenServer;
    const connections: Redis[] = [];
    const secrets = new Secrets(randomBytes(32));
    const clock = new Clock();
    const quiet = { enabled: () => false, log: () => undefined };

    before(async () => {
      server = await startRedis();
    });
    afterEach(async () => {
      tokens?.stop();
      await connections[0]?.client.flushAll().catch(() => undefined);
      for (const redis of connections.splice(0)) await redis.close();
    });
    after(() => server.remove());

    /** A node of its own: its own connection, its own memory. */
    async function node() {
      const redis = await openRedis(server.url, quiet);
      connections.push(redis);
      const shared = new RedisTokens(redis, secrets, quiet);
      const made = clientOf({}, { shared, now: clock.now });
      const request = credentials(tokens.url);
      return {
        ...made,
        redis,
        get: () => tokenText(made.scope.token(request)),
        reject: (value: string) => made.scope.reject(request, value),
      };
    }
    const start = async (answer?: Answering): Promise<void> => {
      tokens = await TokenServer.start(answer);
    };

    it('a cold cache, 100 requests on each of two nodes at once: one call', async () => {
      await start(grant({ expires_in: 3600 }, { delay: 100 }));
      const [one, other] = await Promise.all([node(), node()]);
      const values = await Promise.all([atOnce(100, one.get), atOnce(100, other.get)]);
      assert.deepEqual(new Set(values.flat()), new Set(['T1']));
      assert.equal(tokens.calls.length, 1);
      assert.equal(one.counters.shared + other.counters.shared, 1);
    });

    it('a node that starts later finds the token', async () => {
      await start();
      assert.equal(await (await node()).get(), 'T1');
      assert.equal(await (await node()).get(), 'T1');
      assert.equal(tokens.calls.length, 1);
    });

    it('a renewal beside the traffic is one call too', async () => {
      await start(grant({ expires_in: 3600 }, { delay: 60 }));
      const nodes = await Promise.all([node(), node(), node()]);
      for (const { get } of nodes) assert.equal(await get(), 'T1');
      clock.forward(3_520_000);
      for (const { get } of nodes) assert.equal(await get(), 'T1');
      await new Promise((done) => setTimeout(done, 400));
      for (const { get } of nodes) assert.equal(await get(), 'T2');
      assert.equal(tokens.calls.length, 2);
    });

    it('3.11 rule 4: a revoked token is refused on both nodes: one new call for both', async () => {
      await start(grant({ expires_in: 3600 }, { delay: 30 }));
      const [one, other] = await Promise.all([node(), node()]);
      assert.deepEqual([await one.get(), await other.get()], ['T1', 'T1']);
      one.reject('T1');
      other.reject('T1');
      assert.deepEqual(await Promise.all([one.get(), other.get()]), ['T2', 'T2']);
      assert.equal(tokens.calls.length, 2);
    });

    it('3.11 rule 3: what a node is fetching while another purges is not used', async () => {
      let open: () => void = () => undefined;
      const opened = new Promise<void>((resolve) => {
        open = resolve;
      });
      await start(async (_call, count) => {
        if (count === 2) await opened;
        return granted(`T${count}`);
      });
      const [one, other] = await Promise.all([node(), node()]);
      assert.deepEqual([await one.get(), await other.get()], ['T1', 'T1']);
      clock.forward(3_520_000);
      // The first node renews beside the traffic; meanwhile the second one's request is refused.
      assert.equal(await one.get(), 'T1');
      while (tokens.calls.length < 2) await new Promise((done) => setTimeout(done, 5));
      other.reject('T1');
      const waiting = other.get();
      await new Promise((done) => setTimeout(done, 50));
      open();
      assert.equal(await waiting, 'T3');
      await new Promise((done) => setTimeout(done, 150));
      assert.equal(await one.get(), 'T3');
    });

    it('a node that dies with the lock holds the others up for its lease only', async function () {
      this.timeout(10_000);
      await start(inTurn({ hang: true }, granted('T2')));
      const [dying, other] = await Promise.all([node(), node()]);
      void dying.get();
      while (tokens.calls.length < 1) await new Promise((done) => setTimeout(done, 5));
      dying.redis.client.destroy();
      assert.equal(await other.get(), 'T2');
    });

    it('without Redis each node goes on by itself', async () => {
      await start();
      const one = await node();
      assert.equal(await one.get(), 'T1');
      await server.stop();
      clock.forward(3_590_000);
      assert.equal(await one.get(), 'T2');
      assert.match(one.logs.join(), /^WARN Tokens cannot be shared with other nodes now: /);
      await server.start();
    });
  });
}
