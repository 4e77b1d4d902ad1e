import assert from 'node:assert/strict';
import { devportal, sequenceXml, v4 } from './harness.js';
import { describePublisher } from './publisher-harness.js';

describePublisher('developer portal', (publisher) => {
  const application = async (more: object = {}) =>
    (await publisher.call(`${devportal}/applications`, { json: { name: publisher.word(), ...more } })).body;
  const keysOf = (id: string, json: object = {}) =>
    publisher.call(`${devportal}/applications/${id}/generate-keys`, {
      json: { keyType: 'PRODUCTION', grantTypesToBeSupported: ['client_credentials', 'password'], ...json },
    });
  const token = (keys: { consumerKey: string; consumerSecret: string }, form: Record<string, string> = {}) =>
    publisher.call('/oauth2/token', {
      basic: `${keys.consumerKey}:${keys.consumerSecret}`,
      form: { grant_type: 'client_credentials', ...form },
    });

  describe('api-management 1.12: applications', () => {
    it('are created, read, changed, listed and deleted', async () => {
      const name = publisher.word();
      const sent = { name, throttlingPolicy: '10PerMin', description: 'd', tokenType: 'OAUTH', attributes: { a: 'b' } };
      const created = await publisher.call(`${devportal}/applications`, { json: sent });
      assert.equal(created.status, 201);
      const { applicationId, createdTime: _time, ...rest } = created.body;
      const fixed = { status: 'APPROVED', groups: [], subscriptionCount: 0, keys: [], subscriptionScopes: [] };
      assert.deepEqual(rest, { ...sent, ...fixed, owner: 'admin', hashEnabled: false });
      const path = `${devportal}/applications/${applicationId}`;
      const changed = await publisher.call(path, { method: 'PUT', json: { name, description: 'e' } });
      assert.deepEqual([changed.body.description, changed.body.throttlingPolicy], ['e', '10PerMin']);
      const listed = await publisher.call(`${devportal}/applications?query=${name}`);
      assert.deepEqual([listed.body.count, listed.body.list[0].applicationId], [1, applicationId]);
      assert.equal((await publisher.call(path, { method: 'DELETE' })).status, 200);
      assert.equal((await publisher.call(path)).status, 404);
    });

    it('a name twice: 409 with the text of the reference', async () => {
      const { name } = await application();
      const { status, body } = await publisher.call(`${devportal}/applications`, { json: { name } });
      assert.deepEqual([status, body.description], [409, `An application already exists with name ${name}`]);
    });

    for (const [what, json] of [
      ['blank name', { name: ' ' }],
      ['name of 101 characters', { name: 'a'.repeat(101) }],
      ['unknown tier', { name: 'tier', throttlingPolicy: 'Huge' }],
    ] as const) {
      it(`${what}: 400`, async () => {
        assert.equal((await publisher.call(`${devportal}/applications`, { json })).status, 400);
      });
    }
  });

  describe('api-management 1.12: keys', () => {
    it('come with a first token; a second generation is 409', async () => {
      const { applicationId } = await application();
      const { status, body } = await keysOf(applicationId);
      assert.equal(status, 200);
      assert.deepEqual(
        [body.keyManager, body.keyState, body.keyType, body.mode, body.supportedGrantTypes],
        ['Resident Key Manager', 'APPROVED', 'PRODUCTION', 'CREATED', ['client_credentials', 'password']],
      );
      assert.deepEqual(body.token.tokenScopes, ['am_application_scope', 'default']);
      assert.equal(body.token.validityTime, 3600);
      const again = await keysOf(applicationId);
      assert.deepEqual([again.status, again.body.description], [409, 'Key Mappings already exists']);
      assert.equal((await keysOf(applicationId, { keyType: 'SANDBOX' })).status, 200);
    });

    it('validityTime is the lifetime of the tokens, tokenType their form', async () => {
      const { applicationId } = await application({ tokenType: 'OAUTH' });
      const keys = (await keysOf(applicationId, { validityTime: '120' })).body;
      const { body } = await token(keys, { scope: 'fresh' });
      assert.equal(body.expires_in, 120);
      assert.equal(body.access_token.includes('.'), false);
    });

    const refusals: [string, object, number, number, RegExp][] = [
      ['unknown key type', { keyType: 'TEST' }, 400, 400, /keyType/],
      ['unknown key manager', { keyManager: 'Other' }, 400, 901403, /not registered/],
      [
        'authorization code without a callback',
        { grantTypesToBeSupported: ['authorization_code'] },
        400,
        400,
        /callback url/,
      ],
      ['validity that is no number', { validityTime: 'long' }, 400, 400, /validityTime/],
    ];
    for (const [what, json, status, code, description] of refusals) {
      it(`${what}: ${status} ${code}`, async () => {
        const { applicationId } = await application();
        const { body, ...answer } = await keysOf(applicationId, json);
        assert.deepEqual([answer.status, body.code], [status, code]);
        assert.match(body.description, description);
      });
    }

    it('a regenerated secret is good, the old one dead at once', async () => {
      const { applicationId } = await application();
      const old = (await keysOf(applicationId)).body;
      const path = `${devportal}/applications/${applicationId}/oauth-keys/${old.keyMappingId}`;
      const renewed = await publisher.call(`${path}/regenerate-secret`, { method: 'POST' });
      assert.equal(renewed.status, 200);
      assert.equal((await token(old)).status, 401);
      assert.equal((await token(renewed.body)).status, 200);
    });

    it('generate-token by key mapping and by key type', async () => {
      const { applicationId } = await application();
      const { keyMappingId, consumerSecret } = (await keysOf(applicationId)).body;
      for (const path of [`oauth-keys/${keyMappingId}`, 'keys/PRODUCTION']) {
        const { status, body } = await publisher.call(
          `${devportal}/applications/${applicationId}/${path}/generate-token`,
          { json: { consumerSecret, validityPeriod: 60, scopes: ['a'] } },
        );
        assert.deepEqual([status, body.tokenScopes, body.validityTime], [200, ['a'], 60]);
      }
    });

    it('deleting the keys ends client and tokens; map-keys takes a client once', async () => {
      const { applicationId } = await application();
      const keys = (await keysOf(applicationId)).body;
      const access = (await token(keys)).body.access_token;
      assert.ok('token' in (await publisher.harness.apim.model.readToken(access)));
      const path = `${devportal}/applications/${applicationId}/oauth-keys/${keys.keyMappingId}`;
      assert.equal((await publisher.call(path, { method: 'DELETE' })).status, 200);
      assert.equal((await token(keys)).status, 401);
      assert.ok('refusal' in (await publisher.harness.apim.model.readToken(access)));
      const json = { clientName: publisher.word(), grantType: 'client_credentials' };
      const client = (await publisher.call('/client-registration/v0.17/register', { json })).body;
      const mapping = { consumerKey: client.clientId, consumerSecret: client.clientSecret, keyType: 'PRODUCTION' };
      const map = (body: object) =>
        publisher.call(`${devportal}/applications/${applicationId}/map-keys`, { json: body });
      assert.equal((await map({ ...mapping, consumerSecret: 'wrong' })).status, 400);
      assert.deepEqual((await map(mapping)).body.mode, 'MAPPED');
      assert.equal((await map({ ...mapping, keyType: 'SANDBOX' })).status, 409);
    });
  });

  describe('api-management 1.12: subscriptions', () => {
    const subscribe = (applicationId: string, apiId: string, throttlingPolicy = 'Unlimited') =>
      publisher.call(`${devportal}/subscriptions`, { json: { applicationId, apiId, throttlingPolicy } });

    it('of an API that is not published 403, in a tier it has not 400, twice 409', async () => {
      const { applicationId } = await application();
      const { id } = await publisher.createApi({ policies: ['Gold', 'Unlimited'] });
      assert.equal((await subscribe(applicationId, id)).status, 403);
      await publisher.act(id, 'Publish');
      assert.equal((await subscribe(applicationId, id, 'Bronze')).status, 400);
      assert.equal((await subscribe(applicationId, id)).status, 201);
      assert.equal((await subscribe(applicationId, id)).status, 409);
      assert.equal((await subscribe(applicationId, 'none')).status, 404);
      assert.equal((await subscribe('none', id)).status, 404);
    });

    it('the tier changes within what the API offers, on both sides', async () => {
      const { applicationId } = await application();
      const { id } = await publisher.createApi({ policies: ['Gold', 'Unlimited'] });
      await publisher.act(id, 'Publish');
      const { subscriptionId } = (await subscribe(applicationId, id)).body;
      const path = `${devportal}/subscriptions/${subscriptionId}`;
      const json = { applicationId, apiId: id, throttlingPolicy: 'Gold' };
      assert.equal((await publisher.call(path, { method: 'PUT', json })).body.throttlingPolicy, 'Gold');
      const change = async (query: string) =>
        (await publisher.call(`${v4}/subscriptions/change-business-plan?${query}`, { method: 'POST' })).status;
      assert.equal(await change(`subscriptionId=${subscriptionId}&businessPlan=Unlimited`), 200);
      assert.equal(await change(`subscriptionId=${subscriptionId}&businessPlan=`), 400);
      assert.equal(await change(`subscriptionId=${subscriptionId}&businessPlan=Bronze`), 400);
      assert.equal(await change('subscriptionId=&businessPlan=Gold'), 400);
      assert.equal(await change('subscriptionId=none&businessPlan=Gold'), 404);
    });

    it('blocking and deleting reach the gateway before the call is answered', async () => {
      const { applicationId } = await application();
      const { id } = await publisher.createApi();
      await publisher.act(id, 'Publish');
      await publisher.deploy(id);
      const access = (await token((await keysOf(applicationId)).body)).body.access_token;
      const { model } = publisher.harness.apim;
      const codes: string[] = [];
      const look = async () => {
        const check = await model.readToken(access);
        const api = publisher.served(id);
        const [resource] = api?.operations ?? [];
        assert.ok('token' in check && api !== undefined && resource !== undefined);
        const decision = model.validateAccess(check.token, api, resource);
        codes.push('refusal' in decision ? decision.refusal.code : 'allowed');
      };
      await look();
      const { subscriptionId } = (await subscribe(applicationId, id)).body;
      await look();
      const state = (path: string) =>
        publisher.call(`${v4}/subscriptions/${path}subscriptionId=${subscriptionId}`, { method: 'POST' });
      for (const path of ['block-subscription?blockState=BLOCKED&', 'unblock-subscription?']) {
        assert.equal((await state(path)).status, 200);
        await look();
      }
      await state('block-subscription?blockState=PROD_ONLY_BLOCKED&');
      await look();
      await publisher.call(`${devportal}/subscriptions/${subscriptionId}`, { method: 'DELETE' });
      await look();
      assert.deepEqual(codes, ['900908', 'allowed', '900907', 'allowed', '900907', '900908']);
    });
  });

  describe('api-management 1.9: APIs in the portal', () => {
    it('shows published ones, without a word about the backend', async () => {
      const { id } = await publisher.createApi();
      const read = () => publisher.call(`${devportal}/apis/${id}`);
      assert.equal((await read()).status, 403);
      await publisher.act(id, 'Publish');
      const { status, text } = await read();
      assert.equal(status, 200);
      assert.equal(text.includes('backend.test'), false);
      assert.equal((await publisher.call(`${devportal}/apis?query=name:nothing`)).body.count, 0);
    });

    it('tiers: the default ones', async () => {
      const names = async (path: string) =>
        (await publisher.call(path)).body.list.map(({ name }: { name: string }) => name);
      assert.deepEqual(await names(`${devportal}/throttling-policies/application`), [
        '10PerMin',
        '20PerMin',
        '50PerMin',
        'Unlimited',
      ]);
      const gold = (await publisher.call(`${v4}/throttling-policies/subcription/Gold`)).body;
      assert.deepEqual([gold.requestCount, gold.description], [5000, 'Allows 5000 requests per minute']);
      assert.equal((await names(`${v4}/throttling-policies/subcription`)).includes('DefaultSubscriptionless'), true);
    });
  });

  it('api-management 3.10: a refused upload says nothing about stored secrets', async () => {
    const { id } = await publisher.createApi();
    const parts = { type: 'in', inlineContent: sequenceXml.replace('<property', '<bogus/><property') };
    const { text } = await publisher.call(`/api/am/publisher/v3/apis/${id}/mediation-policies`, { parts });
    assert.equal(text.includes('correct horse'), false);
  });
});
