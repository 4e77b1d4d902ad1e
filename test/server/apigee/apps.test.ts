import assert from 'node:assert/strict';
import { describeManagement } from './harness.js';

const noExpiry = -1;

describeManagement('api-management 2.9: apps and keys', (management) => {
  const post = { method: 'POST' };
  const remove = { method: 'DELETE' };

  it('an app is made with one approved key that never ends', async () => {
    const path = `/developers/${await management.developer()}/apps`;
    const attributes = [{ name: 'DisplayName', value: 'My app' }];
    const body = await management.expect(201, path, { json: { name: 'Weather App', callbackUrl: 'u', attributes } });
    const [credential, ...more] = body.credentials;
    assert.deepEqual(
      [body.name, body.callbackUrl, body.attributes, body.status],
      ['Weather App', 'u', attributes, 'approved'],
    );
    assert.match(body.appId, /^[0-9a-f-]{36}$/);
    assert.deepEqual(more, []);
    assert.deepEqual([credential.status, credential.expiresAt, credential.apiProducts], ['approved', noExpiry, []]);
    assert.match(credential.consumerKey, /^[A-Za-z0-9]{32}$/);
    assert.match(credential.consumerSecret, /^[A-Za-z0-9]{32}$/);
    assert.deepEqual(await management.expect(200, `${path}/Weather%20App`), body);
    assert.deepEqual(await management.expect(200, `/apps/${body.appId}`), body);
    assert.equal((await management.call(path, { json: { name: 'Weather App' } })).status, 409);
    assert.deepEqual(await management.expect(200, path), ['Weather App']);
    assert.deepEqual((await management.expect(200, `${path}?expand=true`)).app, [body]);
    assert.ok((await management.expect(200, '/apps')).includes(body.appId));
  });

  it('an app is made from XML, and answered as XML', async () => {
    const path = `/developers/${await management.developer()}/apps`;
    const xml = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
      <App name="joe-app">
        <CallbackUrl>http://joe.app/login</CallbackUrl><AccessType>read</AccessType>
        <Attributes><Attribute><Name>DisplayName</Name><Value>Joe's App</Value></Attribute></Attributes>
      </App>`;
    const answer = await management.call(path, { xml, headers: { accept: 'application/xml' } });
    assert.equal(answer.status, 201);
    assert.match(answer.text, /<App name="joe-app">/);
    assert.match(answer.text, /<ConsumerKey>\w{32}<\/ConsumerKey>\s*<ConsumerSecret>/);
    const body = await management.expect(200, `${path}/joe-app`);
    assert.deepEqual([body.accessType, body.attributes], ['read', [{ name: 'DisplayName', value: "Joe's App" }]]);
  });

  it('a key ends after keyExpiresIn milliseconds', async () => {
    const { path } = await management.app({ keyExpiresIn: '60000' });
    const [{ expiresAt }] = (await management.expect(200, path)).credentials;
    assert.equal(expiresAt, management.now + 60_000);
  });

  describe('products of a key', () => {
    const requests: [form: string, make: (products: string[]) => object][] = [
      ['JSON', (apiProducts) => ({ json: { apiProducts } })],
      [
        'XML',
        (products) => ({
          xml: `<CredentialRequest><ApiProducts>${products.map((name) => `<ApiProduct>${name}</ApiProduct>`).join('')}</ApiProducts></CredentialRequest>`,
        }),
      ],
    ];
    for (const [form, make] of requests) {
      it(`are attached by ${form}, each once`, async () => {
        const { path, key } = await management.app();
        const [one, other] = [
          await management.product(),
          await management.product({ approvalType: 'manual', scopes: ['B'] }),
        ];
        await management.expect(200, `${path}/keys/${key}`, make([one]));
        const body = await management.expect(200, `${path}/keys/${key}`, make([one, other]));
        assert.deepEqual(body.apiProducts, [
          { apiproduct: one, status: 'approved' },
          { apiproduct: other, status: 'pending' },
        ]);
        assert.deepEqual(body.scopes, ['READ', 'B']);
        assert.deepEqual((await management.organization()).credential(key)?.products, [
          { name: one, status: 'approved' },
          { name: other, status: 'pending' },
        ]);
      });
    }

    it('that do not exist are 400 and change nothing', async () => {
      const { path, key } = await management.app();
      const answer = await management.call(`${path}/keys/${key}`, { json: { apiProducts: ['Nowhere'] } });
      assert.equal(answer.status, 400);
      assert.match(answer.body.message, /no API product "Nowhere"/);
      assert.deepEqual((await management.expect(200, `${path}/keys/${key}`)).apiProducts, []);
    });

    it('are approved, revoked and taken off', async () => {
      const product = await management.product({ approvalType: 'manual' });
      const { path, key } = await management.app({ apiProducts: [product] });
      const one = `${path}/keys/${key}/apiproducts/${product}`;
      const status = async () => (await management.organization()).credential(key)?.products[0]?.status;
      assert.equal(await status(), 'pending');
      await management.expect(204, `${one}?action=approve`, post);
      assert.equal(await status(), 'approved');
      await management.expect(204, `${one}?action=revoke`, post);
      assert.equal(await status(), 'revoked');
      assert.deepEqual((await management.expect(200, one, remove)).apiProducts, []);
      assert.equal((await management.call(one, remove)).status, 404);
    });

    it('that are deleted leave every key', async () => {
      const product = await management.product();
      const { path, key } = await management.app({ apiProducts: [product] });
      await management.expect(200, `/apiproducts/${product}`, remove);
      await management.restart();
      assert.deepEqual((await management.expect(200, `${path}/keys/${key}`)).apiProducts, []);
    });
  });

  it('4.2 B15: a key is revoked and approved again, also for the flows', async () => {
    const { path, key } = await management.app();
    const status = async () => (await management.organization()).credential(key)?.status;
    await management.expect(204, `${path}/keys/${key}?action=revoke`, post);
    assert.equal(await status(), 'revoked');
    await management.restart();
    assert.equal(await status(), 'revoked');
    await management.expect(204, `${path}/keys/${key}?action=approve`, post);
    assert.equal(await status(), 'approved');
    assert.equal((await management.call(`${path}/keys/${key}?action=bless`, post)).status, 400);
  });

  it('an app is revoked and approved again', async () => {
    const { path, id } = await management.app();
    await management.expect(204, `${path}?action=revoke`, post);
    assert.equal((await management.organization()).app(id)?.status, 'revoked');
    await management.expect(204, `${path}?action=approve`, post);
    assert.equal((await management.organization()).app(id)?.status, 'approved');
  });

  it('a key pair that somebody has already is taken over once', async () => {
    const { path, id, key } = await management.app();
    const json = { consumerKey: management.word('mykey'), consumerSecret: 'mysecret' };
    const body = await management.expect(201, `${path}/keys/create`, { json });
    assert.deepEqual([body.consumerKey, body.consumerSecret], [json.consumerKey, 'mysecret']);
    assert.deepEqual((await management.organization()).app(id)?.consumerKeys, [key, json.consumerKey]);
    const other = await management.app();
    assert.equal((await management.call(`${other.path}/keys/create`, { json })).status, 409);
    assert.equal((await management.call(`${other.path}/keys/${json.consumerKey}`)).status, 404);
  });

  it('another product in a changed app makes another key pair; the members are those of the body', async () => {
    const [one, other] = [await management.product(), await management.product()];
    const { path, key } = await management.app({ apiProducts: [one], callbackUrl: 'a' });
    const same = await management.expect(200, path, { method: 'PUT', json: { callbackUrl: 'b', apiProducts: [one] } });
    assert.deepEqual([same.callbackUrl, same.credentials.length], ['b', 1]);
    const { credentials } = await management.expect(200, path, { method: 'PUT', json: { apiProducts: [other] } });
    assert.equal(credentials[0].consumerKey, key);
    assert.deepEqual(credentials[1].apiProducts, [{ apiproduct: other, status: 'approved' }]);
  });

  const token = (clientId: string, accessToken: string) => ({
    ...{ accessToken, clientId, appId: 'a', scope: 'READ', status: 'approved', grantType: 'client_credentials' },
    ...{ issuedAt: Date.now(), expiresAt: Date.now() + 3_600_000, appEndUser: '', attributes: {} },
    ...{
      refreshToken: '',
      refreshTokenIssuedAt: -1,
      refreshTokenExpiresAt: -1,
      refreshTokenStatus: 'approved',
      refreshCount: 0,
    },
  });
  const deletions: [what: string, path: (app: { path: string; key: string }) => string][] = [
    ['a key', ({ path, key }) => `${path}/keys/${key}`],
    ['an app', ({ path }) => path],
    ['a developer', ({ path }) => path.replace(/\/apps\/.*/, '')],
  ];
  for (const [what, pathOf] of deletions) {
    it(`with ${what} go its keys and their tokens, for good`, async () => {
      const app = await management.app();
      const flows = await management.organization();
      await flows.tokens.save(token(app.key, `token of ${app.key}`) as Parameters<typeof flows.tokens.save>[0]);
      await management.expect(200, pathOf(app), remove);
      assert.equal(flows.credential(app.key), undefined);
      assert.equal(await flows.tokens.byAccessToken(`token of ${app.key}`), undefined);
      assert.equal((await management.call(pathOf(app), remove)).status, 404);
      await management.restart();
      assert.equal((await management.organization()).credential(app.key), undefined);
    });
  }

  it('flows find developers by address or id, and apps by id or by name and address', async () => {
    const { path, id, key } = await management.app({ attributes: [{ name: 'level', value: '3' }] });
    const [, email = '', name = ''] = /developers\/(.*)\/apps\/(.*)/.exec(path) ?? [];
    const flows = await management.organization();
    const developer = flows.developer(email);
    assert.equal(developer?.email, email);
    assert.deepEqual(flows.developer(developer?.id ?? ''), developer);
    assert.deepEqual(flows.app(name, email), flows.app(id));
    assert.deepEqual(flows.app(id), {
      ...{ id, name, developerEmail: email, callbackUrl: '', status: 'approved' },
      ...{ attributes: { level: '3' }, consumerKeys: [key] },
    });
    assert.equal(flows.app(name, 'else@example.com'), undefined);
    assert.equal(flows.credential('nobody'), undefined);
  });

  it('of two that make the same app at once, one is told 409', async () => {
    const path = `/developers/${await management.developer()}/apps`;
    const answers = await Promise.all([1, 2, 3].map(() => management.call(path, { json: { name: 'same' } })));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409, 409]);
    assert.equal((await management.expect(200, `${path}/same`)).credentials.length, 1);
  });
});
