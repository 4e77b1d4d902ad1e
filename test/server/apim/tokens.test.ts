import assert from 'node:assert/strict';
import { databases, type TestDatabase } from '../../store/databases.js';
import { adminPassword, type Harness, startApim } from './harness.js';

const allGrants = 'password refresh_token client_credentials';

for (const { kind, create } of databases) {
  describe(`token service on ${kind}`, () => {
    let database: TestDatabase;
    let harness: Harness;
    let client: string;

    before(async () => {
      database = await create();
      harness = await startApim(database);
      client = await register('tests', allGrants);
    });
    after(async () => {
      await harness.stop();
      await database.drop();
    });

    async function register(clientName: string, grantType: string): Promise<string> {
      const json = { callbackUrl: 'www.example.com', clientName, owner: 'admin', grantType, saasApp: true };
      const { body } = await harness.call('/client-registration/v0.17/register', { json });
      return `${body.clientId}:${body.clientSecret}`;
    }

    const token = (form: Record<string, string>, basic: string | null = client, path = '/oauth2/token') =>
      harness.call(path, { basic, form });
    const login = (scope: string) =>
      token({ grant_type: 'password', username: 'admin', password: adminPassword, scope });

    describe('api-management 1.2: dynamic client registration', () => {
      it('answers 200 with the members of the reference', async () => {
        const json = { callbackUrl: 'www.example.com', clientName: 'shape', grantType: allGrants, saasApp: true };
        const { status, body } = await harness.call('/client-registration/v0.17/register', { json });
        assert.equal(status, 200);
        const { clientId, clientSecret, jsonString, ...rest } = body;
        assert.match(clientId, /^\w{28}$/);
        assert.match(clientSecret, /^\w{28}$/);
        assert.deepEqual(rest, {
          clientName: 'shape',
          callBackURL: 'www.example.com',
          isSaasApplication: true,
          appOwner: 'admin',
          jsonAppAttribute: '{}',
          tokenType: null,
        });
        const details = { grant_types: allGrants, redirect_uris: 'www.example.com', client_name: 'shape' };
        assert.deepEqual(JSON.parse(jsonString), details);
      });

      it('is idempotent per owner and name, also in older generations', async () => {
        assert.equal(await register('tests', 'password'), client);
        const { body } = await harness.call('/client-registration/v0.11/register', { json: { clientName: 'tests' } });
        assert.equal(`${body.clientId}:${body.clientSecret}`, client);
      });

      for (const [name, basic] of [
        ['no credentials', null],
        ['a wrong password', 'admin:wrong'],
        ['an unknown user', 'nobody:x'],
      ] as const) {
        it(`${name}: 401`, async () => {
          const answer = await harness.call('/client-registration/v0.17/register', {
            basic,
            json: { clientName: 'x' },
          });
          assert.equal(answer.status, 401);
        });
      }
    });

    describe('api-management 1.13: grants', () => {
      it('password: access and refresh token, scopes as asked', async () => {
        const { status, body, headers } = await login('apim:api_view device_1');
        assert.equal(status, 200);
        assert.equal(headers.get('cache-control'), 'no-store');
        const { access_token, refresh_token, ...rest } = body;
        assert.ok(access_token.length >= 32 && refresh_token.length >= 32);
        assert.deepEqual(rest, { scope: 'apim:api_view device_1', token_type: 'Bearer', expires_in: 3600 });
      });

      it('client credentials: no refresh token, the scope of an application', async () => {
        const { status, body } = await token({ grant_type: 'client_credentials' });
        assert.equal(status, 200);
        const { access_token: _token, ...rest } = body;
        assert.deepEqual(rest, { scope: 'am_application_scope default', token_type: 'Bearer', expires_in: 3600 });
      });

      it('a user without a scope gets "default"', async () => {
        const { body } = await token({ grant_type: 'password', username: 'admin', password: adminPassword });
        assert.equal(body.scope, 'default');
      });

      it('asking again gives the same opaque token, another scope another one', async () => {
        const [one, two, other] = [await login('device_a'), await login('device_a'), await login('device_b')];
        assert.equal(one.body.access_token, two.body.access_token);
        assert.notEqual(one.body.access_token, other.body.access_token);
      });

      it('client id and secret may stand in the form, and the body may be JSON', async () => {
        const [client_id = '', client_secret = ''] = client.split(':');
        const form = { grant_type: 'client_credentials', client_id, client_secret };
        assert.equal((await token(form, null)).status, 200);
        const json = { grant_type: 'client_credentials', scope: 'as_json' };
        const answer = await harness.call('/oauth2/token', { basic: client, json });
        assert.equal(answer.body.scope, 'as_json');
      });

      it('the gateway answers /token and /revoke too', async () => {
        const { status, body } = await token({ grant_type: 'client_credentials', scope: 'gw' }, client, '/token');
        assert.equal(status, 200);
        const revoked = await token({ token: body.access_token }, client, '/revoke');
        assert.equal(revoked.status, 200);
        assert.deepEqual(await introspect(body.access_token), { active: false });
      });
    });

    describe('api-management 1.13: refresh', () => {
      it('gives new tokens with the same scope and ends the old ones', async () => {
        const before = (await login('r1 r2')).body;
        const { status, body } = await token({ grant_type: 'refresh_token', refresh_token: before.refresh_token });
        assert.equal(status, 200);
        assert.equal(body.scope, 'r1 r2');
        assert.notEqual(body.access_token, before.access_token);
        assert.notEqual(body.refresh_token, before.refresh_token);
        assert.deepEqual(await introspect(before.access_token), { active: false });
        const again = await token({ grant_type: 'refresh_token', refresh_token: before.refresh_token });
        assert.equal(again.status, 400);
        assert.equal(again.body.error, 'invalid_grant');
      });

      it('of two callers with the same refresh token one succeeds', async () => {
        const { refresh_token } = (await login('race')).body;
        const answers = await Promise.all([1, 2, 3].map(() => token({ grant_type: 'refresh_token', refresh_token })));
        assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400, 400]);
      });

      it('another client cannot use it, a scope that was not granted is refused', async () => {
        const { refresh_token } = (await login('mine')).body;
        const form = { grant_type: 'refresh_token', refresh_token };
        const other = await token(form, await register('other', allGrants));
        assert.equal(other.body.error, 'invalid_grant');
        assert.equal((await token({ ...form, scope: 'mine more' })).body.error, 'invalid_scope');
      });
    });

    describe('api-management 1.13: failures', () => {
      const cases: [name: string, form: Record<string, string>, basic: string | null, status: number, error: string][] =
        [
          ['unknown client', { grant_type: 'client_credentials' }, 'nobody:x', 401, 'invalid_client'],
          ['no client', { grant_type: 'client_credentials' }, null, 401, 'invalid_client'],
          [
            'wrong user password',
            { grant_type: 'password', username: 'admin', password: 'x' },
            '',
            400,
            'invalid_grant',
          ],
          ['unknown user', { grant_type: 'password', username: 'x', password: 'x' }, '', 400, 'invalid_grant'],
          ['no user', { grant_type: 'password' }, '', 400, 'invalid_request'],
          ['unknown grant', { grant_type: 'magic' }, '', 400, 'unsupported_grant_type'],
          ['no grant', { scope: 'x' }, '', 400, 'invalid_request'],
          ['made-up refresh token', { grant_type: 'refresh_token', refresh_token: 'x' }, '', 400, 'invalid_grant'],
        ];
      for (const [name, form, basic, status, error] of cases) {
        it(`${name}: ${status} ${error}`, async () => {
          const answer = await token(form, basic === '' ? client : basic);
          assert.equal(answer.status, status);
          assert.equal(answer.body.error, error);
        });
      }

      it('bad client credentials are worded as the reference does, with a challenge', async () => {
        const [id] = client.split(':');
        const { body, headers } = await token({ grant_type: 'client_credentials' }, `${id}:wrong`);
        assert.deepEqual(body, { error: 'invalid_client', error_description: 'Client credentials are invalid.' });
        assert.match(headers.get('www-authenticate') ?? '', /^Basic realm=/);
      });

      it('a grant that the client may not use: 400 unauthorized_client', async () => {
        const limited = await register('limited', 'password');
        const { status, body } = await token({ grant_type: 'client_credentials' }, limited);
        assert.deepEqual([status, body.error], [400, 'unauthorized_client']);
      });
    });

    const introspect = async (text: string) =>
      (await harness.call('/oauth2/introspect', { form: { token: text } })).body;

    describe('api-management 1.13: introspect, revoke, jwks, userinfo', () => {
      it('introspection by the administrator names client, user and scope', async () => {
        const { body } = await login('apim:api_view');
        const { exp, jti, ...rest } = await introspect(body.access_token);
        assert.ok(exp > Date.now() / 1000 && jti !== '');
        assert.deepEqual(rest, {
          active: true,
          scope: 'apim:api_view',
          client_id: client.split(':')[0],
          username: 'admin',
          sub: 'admin',
          aut: 'APPLICATION_USER',
          token_type: 'Bearer',
        });
        assert.equal((await harness.call('/oauth2/introspect', { basic: 'x:y', form: { token: 'x' } })).status, 401);
      });

      it('a revoked token is inactive at once; another client cannot revoke it', async () => {
        const { access_token } = (await login('gone')).body;
        const other = await register('stranger', allGrants);
        assert.equal((await token({ token: access_token }, other, '/oauth2/revoke')).status, 200);
        assert.equal((await introspect(access_token)).active, true);
        assert.equal((await token({ token: access_token }, client, '/oauth2/revoke')).status, 200);
        assert.deepEqual(await introspect(access_token), { active: false });
      });

      it('revoking the refresh token ends the access token', async () => {
        const { access_token, refresh_token } = (await login('both')).body;
        await token({ token: refresh_token }, client, '/oauth2/revoke');
        assert.deepEqual(await introspect(access_token), { active: false });
      });

      it('jwks shows public members only', async () => {
        const { body } = await harness.call('/oauth2/jwks');
        assert.deepEqual(Object.keys(body.keys[0]).sort(), ['alg', 'e', 'kid', 'kty', 'n', 'use']);
      });

      it('userinfo names the user', async () => {
        const { access_token } = (await login('openid')).body;
        assert.deepEqual((await harness.call('/oauth2/userinfo', { token: access_token })).body, { sub: 'admin' });
        assert.equal((await harness.call('/oauth2/userinfo', { token: 'x' })).status, 401);
      });
    });

    it('product 2: no token, secret or password stands in the store as it is', async () => {
      const { access_token, refresh_token } = (await login('secret')).body;
      const [, secret = ''] = client.split(':');
      const tables = ['users', 'oauth_clients', 'oauth_tokens', 'signing_keys'] as const;
      const rows = await Promise.all(tables.map((table) => harness.store.db.selectFrom(table).selectAll().execute()));
      const text = JSON.stringify(rows);
      for (const hidden of [access_token, refresh_token, secret, adminPassword, '"d":']) {
        assert.equal(text.includes(hidden), false);
      }
      assert.equal(text.includes('PRIVATE'), false);
    });

    it('tokens, clients and signing keys survive a restart', async () => {
      const { access_token } = (await login('kept')).body;
      const { body: keys } = await harness.call('/oauth2/jwks');
      await harness.stop();
      harness = await startApim(database);
      assert.equal((await introspect(access_token)).active, true);
      assert.deepEqual((await harness.call('/oauth2/jwks')).body, keys);
      assert.equal(await register('tests', allGrants), client);
    });
  });
}
