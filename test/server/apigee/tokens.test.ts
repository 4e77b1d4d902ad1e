import assert from 'node:assert/strict';
import type { AccessToken, AuthorizationCode } from '../../../runtime/apigee/organization.js';
import { describeManagement } from './harness.js';

const day = 86_400_000;

describeManagement('api-management 2.6: tokens of an organization', (management) => {
  const token = (accessToken: string, more: Partial<AccessToken> = {}): AccessToken => ({
    accessToken,
    clientId: 'key',
    appId: 'app',
    scope: 'READ',
    status: 'approved',
    issuedAt: management.now,
    expiresAt: management.now + 3_600_000,
    grantType: 'client_credentials',
    refreshToken: '',
    refreshTokenIssuedAt: -1,
    refreshTokenExpiresAt: -1,
    refreshTokenStatus: 'approved',
    refreshCount: 0,
    appEndUser: '',
    attributes: { tier: 'gold' },
    ...more,
  });
  const refreshable = (accessToken: string, refreshToken: string, more: Partial<AccessToken> = {}): AccessToken =>
    token(accessToken, { refreshToken, refreshTokenIssuedAt: management.now, ...more });
  const store = async () => (await management.organization()).tokens;

  it('is found by its text and by that of its refresh token, which it is read back with', async () => {
    const tokens = await store();
    const saved = refreshable('access1', 'refresh1', { appEndUser: 'joe' });
    await tokens.save(saved);
    assert.deepEqual(await tokens.byAccessToken('access1'), { ...saved, refreshToken: '' });
    assert.deepEqual(await tokens.byRefreshToken('refresh1'), { ...saved, accessToken: '' });
    assert.equal(await tokens.byAccessToken('refresh1'), undefined);
    assert.equal(await tokens.byRefreshToken('access1'), undefined);
    await management.restart();
    assert.deepEqual(await (await store()).byAccessToken('access1'), { ...saved, refreshToken: '' });
  });

  it('a second look sees what was saved since the first', async () => {
    const tokens = await store();
    assert.equal(await tokens.byAccessToken('late'), undefined);
    await tokens.save(token('late'));
    assert.equal((await tokens.byAccessToken('late'))?.scope, 'READ');
    await tokens.save(token('late', { scope: 'WRITE' }));
    assert.equal((await tokens.byAccessToken('late'))?.scope, 'WRITE');
  });

  const parts: [part: 'access' | 'refresh' | 'both', access: string, refresh: string][] = [
    ['access', 'revoked', 'approved'],
    ['refresh', 'approved', 'revoked'],
    ['both', 'revoked', 'revoked'],
  ];
  for (const by of ['access', 'refresh'] as const) {
    for (const [part, access, refresh] of parts) {
      it(`read by its ${by} token, ${part} is revoked and approved again`, async () => {
        const tokens = await store();
        const [one, other] = [management.word('access'), management.word('refresh')];
        await tokens.save(refreshable(one, other));
        const read = by === 'access' ? await tokens.byAccessToken(one) : await tokens.byRefreshToken(other);
        assert.ok(read);
        const statuses = async () => {
          const found = await tokens.byAccessToken(one);
          return [found?.status, found?.refreshTokenStatus, (await tokens.byRefreshToken(other))?.refreshTokenStatus];
        };
        await tokens.setStatus(read, 'revoked', part);
        assert.deepEqual(await statuses(), [access, refresh, refresh]);
        await tokens.setStatus(read, 'approved', part);
        assert.deepEqual(await statuses(), ['approved', 'approved', 'approved']);
      });
    }
  }

  it('of two access tokens for one reused refresh token, the old one is revoked and the new one stays', async () => {
    const tokens = await store();
    await tokens.save(refreshable('old', 'reused'));
    const old = await tokens.byRefreshToken('reused');
    assert.ok(old);
    management.now += 1000;
    await tokens.save(refreshable('new', 'reused', { refreshCount: 1 }));
    await tokens.setStatus(old, 'revoked', 'access');
    assert.equal((await tokens.byAccessToken('old'))?.status, 'revoked');
    assert.equal((await tokens.byAccessToken('new'))?.status, 'approved');
    assert.equal((await tokens.byRefreshToken('reused'))?.refreshCount, 1);
  });

  it('that is over is still known as such for days, then forgotten; one that never ends stays', async () => {
    const tokens = await store();
    await tokens.save(token('short'));
    await tokens.save(token('endless', { expiresAt: -1 }));
    management.now += 2 * day;
    await tokens.save(token('other'));
    assert.ok(await tokens.byAccessToken('short'));
    management.now += 2 * day;
    await tokens.save(token('another'));
    await management.restart();
    assert.equal(await (await store()).byAccessToken('short'), undefined);
    assert.ok(await (await store()).byAccessToken('endless'));
  });

  it('a code is good once, and not when it is over', async () => {
    const tokens = await store();
    const code = (text: string): AuthorizationCode => ({
      code: text,
      clientId: 'key',
      redirectUri: 'https://app.example/cb',
      scope: 'READ',
      expiresAt: management.now + 60_000,
      appEndUser: 'joe',
      attributes: {},
    });
    await tokens.saveCode(code('one'));
    assert.deepEqual(await tokens.takeCode('one'), code('one'));
    assert.equal(await tokens.takeCode('one'), undefined);
    await tokens.saveCode(code('two'));
    management.now += 60_000;
    assert.equal(await tokens.takeCode('two'), undefined);
    await tokens.saveCode(code('three'));
    const both = await Promise.all([tokens.takeCode('three'), tokens.takeCode('three')]);
    assert.equal(both.filter((taken) => taken !== undefined).length, 1);
  });
});
