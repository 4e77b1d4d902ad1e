import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { TokenRequest } from '../../runtime/outbound-oauth/token-request.js';
import { lifetimes, type TokenSettings, usualSettings } from '../../runtime/outbound-oauth/token-settings.js';
import { Clock, clientOf, credentials, tokenText } from './harness.js';
import { type Answering, grant, granted, inTurn, type TokenReply, TokenServer } from './token-server.js';

const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));

describe('api-management 3.2: how long a token is kept', () => {
  const rows: [name: string, settings: Partial<TokenSettings>, expiresIn: number | undefined, expected: number[]][] = [
    // Seconds after which it is refreshed beside, is not used any more, has ended.
    ['an hour', {}, 3600, [3510, 3570, 3600]],
    ['two seconds: margins are parts of it', {}, 2, [1.4, 1.8, 2]],
    ['not told: the default', {}, undefined, [2910, 2970, 3000]],
    ['not told, another default', { defaultLifetime: 100_000 }, undefined, [70, 90, 100]],
    ['no longer than allowed', { maximumLifetime: 100_000 }, 3600, [70, 90, 100]],
    ['a margin', { expiryMargin: 5_000, refreshBefore: 10_000 }, 100, [85, 95, 100]],
    ['shorter than its margin', { expiryMargin: 30_000, refreshBefore: 0 }, 20, [-10, -10, 20]],
    ['already over', {}, 0, [0, 0, 0]],
  ];
  for (const [name, settings, expiresIn, expected] of rows) {
    it(name, () => {
      const times = lifetimes({ ...usualSettings, ...settings }, 0, expiresIn);
      assert.deepEqual(
        [times.refreshAt, times.usableUntil, times.expiresAt].map((time) => time / 1000),
        expected,
      );
    });
  }
});

describe('api-management 3.2: the tokens of a configuration', () => {
  let server: TokenServer;
  let clock: Clock;
  beforeEach(() => {
    clock = new Clock();
  });
  afterEach(() => server?.stop());

  async function start(answer: Answering = grant(), settings: Partial<TokenSettings> = {}) {
    server = await TokenServer.start(answer);
    const made = clientOf(settings, { now: clock.now });
    const request = credentials(server.url);
    const get = (): Promise<string> => tokenText(made.scope.token(request));
    return { ...made, request, get };
  }

  it('one call serves until the margin; then a new one', async () => {
    const { get, counters } = await start();
    assert.deepEqual([await get(), await get(), await get()], ['T1', 'T1', 'T1']);
    clock.forward(3_500_000);
    assert.equal(await get(), 'T1');
    assert.equal(server.calls.length, 1);
    clock.forward(75_000);
    assert.equal(await get(), 'T2');
    assert.deepEqual([counters.fetched, counters.hits, counters.refreshes], [2, 3, 0]);
  });

  it('a token kept is there at once', async () => {
    const { get, scope, request } = await start();
    await get();
    assert.ok(!(scope.token(request) instanceof Promise));
  });

  it('shortly before its end it is renewed beside: nobody waits', async () => {
    const { get, counters } = await start(inTurn(granted('T1'), { ...granted('T2'), delay: 50 }));
    await get();
    clock.forward(3_520_000);
    assert.deepEqual([await get(), await get()], ['T1', 'T1']);
    await pause(120);
    assert.equal(await get(), 'T2');
    assert.deepEqual([server.calls.length, counters.refreshes, counters.waits], [2, 1, 0]);
  });

  it('a renewal that fails harms nobody, is told, and is not tried with every request', async () => {
    const { get, logs } = await start(inTurn(granted('T1'), { status: 400 }));
    await get();
    clock.forward(3_520_000);
    assert.equal(await get(), 'T1');
    await pause(60);
    for (let count = 0; count < 5; count++) assert.equal(await get(), 'T1');
    assert.equal(server.calls.length, 2);
    assert.match(logs.join(), /^WARN No access token for owner\. The token endpoint \S+ answered 400$/);
  });

  it('in its last moments an old token is better than none; after its end it is not', async () => {
    const { get } = await start(inTurn(granted('T1'), { status: 400 }));
    await get();
    clock.forward(3_575_000);
    assert.equal(await get(), 'T1');
    clock.forward(25_001);
    assert.match(await get(), /answered 400/);
  });

  it('a cold cache and 200 requests at once: one call', async () => {
    const { get, counters } = await start(grant({ expires_in: 3600 }, { delay: 30 }));
    const values = await Promise.all(Array.from({ length: 200 }, get));
    assert.deepEqual(new Set(values), new Set(['T1']));
    assert.deepEqual([server.calls.length, counters.waits], [1, 199]);
  });

  it('a failure is told to all who wait, and the next request calls again after a short while', async () => {
    const { get, counters } = await start(inTurn({ status: 400, delay: 20 }, granted('T2')));
    const values = await Promise.all(Array.from({ length: 5 }, get));
    assert.ok(values.every((text) => text.endsWith('answered 400')));
    assert.match(await get(), /answered 400$/);
    assert.deepEqual([server.calls.length, counters.refused], [1, 6]);
    clock.forward(301);
    assert.equal(await get(), 'T2');
  });

  it('owners do not share tokens', async () => {
    const { client, get, request } = await start();
    const other = client.scope('other', usualSettings);
    assert.deepEqual([await get(), await tokenText(other.token(request))], ['T1', 'T2']);
    assert.deepEqual([...client.counters.keys()], ['owner', 'other']);
  });

  it('members of the answer that are asked for are kept with the token', async () => {
    const { scope, request } = await start(grant({ instance_url: 'https://i', scope: 'a', n: { m: 1 } }), {
      fields: ['instance_url', 'n', 'none'],
    });
    const expected = { instance_url: 'https://i', n: { m: 1 } };
    assert.deepEqual((await scope.token(request)).fields, expected);
    assert.deepEqual((await scope.token(request)).fields, expected);
  });

  it('a closed configuration has no tokens; opened again it begins anew', async () => {
    const { get, scope } = await start();
    assert.equal(await get(), 'T1');
    scope.close();
    assert.match(await get(), /a configuration that has been replaced/);
    scope.open();
    assert.equal(await get(), 'T2');
  });

  it('tokens of many callers do not pile up', async () => {
    const { scope, request } = await start(grant({ expires_in: 10 }));
    const callers = (from: number): Promise<string>[] =>
      Array.from({ length: 50 }, (_, index) =>
        tokenText(scope.token({ ...request, subjectToken: `s${from + index}` })),
      );
    await Promise.all(callers(0));
    assert.equal(scope.size, 50);
    clock.forward(11_000);
    await Promise.all(callers(50));
    assert.equal(scope.size, 50);
  });

  describe('refresh tokens', () => {
    const user: Partial<TokenRequest> = { grant: 'password', username: 'u', password: 'p' };
    const code: Partial<TokenRequest> = { grant: 'refresh_token', refreshToken: 'R0' };
    const bodies = (): string[] => server.calls.map(({ form }) => form.refresh_token ?? form.grant_type ?? '');

    const rows: [name: string, given: Partial<TokenRequest>, replies: TokenReply[], expected: string[]][] = [
      [
        'password: the refresh token of the answer, then the next one',
        user,
        [granted('T1', { refresh_token: 'R1' }), granted('T2', { refresh_token: 'R2' }), granted('T3')],
        ['password', 'R1', 'R2'],
      ],
      [
        'password: a refresh token that is not taken any more',
        user,
        [granted('T1', { refresh_token: 'R1' }), { status: 400, body: { error: 'invalid_grant' } }, granted('T3')],
        ['password', 'R1', 'password'],
      ],
      ['a stored refresh token that stays', code, [granted('T1'), granted('T2')], ['R0', 'R0']],
      [
        'a stored refresh token that is replaced',
        code,
        [granted('T1', { refresh_token: 'R1' }), granted('T2', { refresh_token: 'R2' }), granted('T3')],
        ['R0', 'R1', 'R2'],
      ],
      [
        'a replaced refresh token that is lost: the configured one again',
        code,
        [granted('T1', { refresh_token: 'R1' }), { status: 400, body: { error: 'invalid_grant' } }, granted('T3')],
        ['R0', 'R1', 'R0'],
      ],
      [
        'client credentials need none',
        {},
        [granted('T1', { refresh_token: 'R1' }), granted('T2')],
        ['client_credentials', 'client_credentials'],
      ],
    ];
    for (const [name, given, replies, expected] of rows) {
      it(name, async () => {
        const { scope, request } = await start(inTurn(...replies));
        const asked = { ...request, ...given };
        while (server.calls.length < expected.length) {
          assert.match(await tokenText(scope.token(asked)), /^T\d$/);
          clock.forward(3_600_001);
        }
        assert.deepEqual(bodies(), expected);
      });
    }

    it('a wrong secret is no reason to send the password again', async () => {
      const replies = [granted('T1', { refresh_token: 'R1' }), { status: 401, body: { error: 'invalid_client' } }];
      const { scope, request } = await start(inTurn(...replies));
      await tokenText(scope.token({ ...request, ...user }));
      clock.forward(3_600_001);
      assert.match(await tokenText(scope.token({ ...request, ...user })), /invalid_client/);
      assert.deepEqual(bodies(), ['password', 'R1']);
    });

    it('a refused access token goes alone: its refresh token is still used', async () => {
      const { scope, request } = await start(inTurn(granted('T1', { refresh_token: 'R1' }), granted('T2')));
      const asked = { ...request, ...code };
      await scope.token(asked);
      scope.reject(asked, 'T1');
      assert.equal(await tokenText(scope.token(asked)), 'T2');
      assert.deepEqual(bodies(), ['R0', 'R1']);
    });

    it('one that was replaced is stored, and found by the next process', async () => {
      const stored = new Map<string, string>();
      const refreshTokens = {
        load: async (key: string) => stored.get(key),
        save: async (key: string, token: string) => void stored.set(key, token),
      };
      server = await TokenServer.start(inTurn(granted('T1', { refresh_token: 'R1' }), granted('T2')));
      const request = { ...credentials(server.url), ...code } as TokenRequest;
      await clientOf({}, { refreshTokens }).scope.token(request);
      assert.equal(await tokenText(clientOf({}, { refreshTokens }).scope.token(request)), 'T2');
      assert.deepEqual(bodies(), ['R0', 'R1']);
      const digest = createHash('sha256').digest('base64url').length;
      assert.deepEqual(
        [...stored].map(([key, token]) => [key.length, token]),
        [[digest, 'R1']],
      );
    });
  });
});
