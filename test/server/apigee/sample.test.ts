import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createServer } from '../../../runtime/index.js';
import { databases, makeHome } from '../../store/databases.js';
import { Management, password } from './harness.js';

const developer = 'nikolai.tesla@example.com';
const app = `/developers/${developer}/apps/Weather%20App`;

for (const { kind, create } of databases) {
  describe(`api-management 4.2: --sample-organization on ${kind}`, () => {
    const management = new Management();
    const post = { method: 'POST' };

    before(async () => {
      management.database = await create();
      await management.start({ sampleOrganization: true });
    });
    after(async () => {
      await management.stop();
      await management.database.drop();
      assert.deepEqual(management.logged, []);
    });

    it('setup state: proxies oauth and weatherapi, undeployed', async () => {
      assert.deepEqual(await management.expect(200, '/apis'), ['oauth', 'weatherapi']);
      for (const name of ['oauth', 'weatherapi']) {
        assert.deepEqual((await management.expect(200, `/apis/${name}/deployments`)).environment, []);
      }
    });

    it('setup state: the product', async () => {
      const body = await management.expect(200, '/apiproducts/PremiumWeatherAPI');
      const { displayName, approvalType, scopes, proxies } = body;
      assert.deepEqual(
        { displayName, approvalType, scopes, proxies },
        { displayName: 'Premium Weather API', approvalType: 'auto', scopes: ['READ'], proxies: ['weatherapi'] },
      );
    });

    it('setup state: the developer', async () => {
      const body = await management.expect(200, `/developers/${developer}`);
      assert.deepEqual([body.firstName, body.lastName, body.apps], ['Nikolai', 'Tesla', ['Weather App']]);
    });

    it('B1: both proxies are deployed by one call each', async () => {
      for (const name of ['oauth', 'weatherapi']) {
        const path = `/apis/${name}/deployments?action=deploy&env=test&revision=1`;
        assert.equal((await management.expect(200, path, post)).state, 'deployed');
      }
      assert.deepEqual(management.deployer.events, [
        'deploy default/test apiproxy oauth /oauth/client_credential',
        'deploy default/test apiproxy weatherapi /weatherapi',
      ]);
    });

    it('B2: oauth has two policies', async () => {
      const names = ['GenerateAccessTokenClient', 'RefreshAccessToken'];
      assert.deepEqual(await management.expect(200, '/apis/oauth/revisions/1/policies'), names);
    });

    it('B3: the exported weatherapi is imported again with a policy more, as revision 2', async () => {
      const { bytes } = await management.call('/apis/weatherapi/revisions/1?format=bundle');
      const { unzipSync, zipSync, strToU8 } = await import('fflate');
      const policy = strToU8('<OAuthV2 name="ValidateOAuth"><Operation>VerifyAccessToken</Operation></OAuthV2>');
      const zip = zipSync({ ...unzipSync(bytes), 'apiproxy/policies/ValidateOAuth.xml': policy });
      const body = await management.expect(201, '/apis?action=import&name=weatherapi', { zip });
      assert.deepEqual([body.revision, body.policies], ['2', ['ValidateOAuth', 'XMLToJSON']]);
      await management.expect(200, '/apis/weatherapi/deployments?action=deploy&env=test&revision=2', post);
    });

    it('B4: the app has one approved key with the product', async () => {
      const { credentials } = await management.expect(200, app);
      assert.equal(credentials.length, 1);
      const [{ consumerKey, consumerSecret, status, apiProducts }] = credentials;
      assert.match(consumerKey, /^\w{32}$/);
      assert.match(consumerSecret, /^\w{32}$/);
      assert.deepEqual([status, apiProducts], ['approved', [{ apiproduct: 'PremiumWeatherAPI', status: 'approved' }]]);
    });

    it('the backend of weatherapi is a target server that can be moved', async () => {
      const target = await management.call('/apis/weatherapi/revisions/1/targets/default');
      assert.match(target.text, /<LoadBalancer>\s*<Server name="weather-backend"\/>/);
      const server = '/environments/test/targetservers/weather-backend';
      await management.expect(200, server, { method: 'PUT', json: { host: 'localhost', port: 8081 } });
      const found = (await management.organization()).targetServer('test', 'weather-backend');
      assert.deepEqual([found?.host, found?.port], ['localhost', 8081]);
    });

    it('a restart leaves everything as it is; an organisation in use gets no sample', async () => {
      const before = await management.expect(200, app);
      await management.restart({ sampleOrganization: true });
      assert.deepEqual(await management.expect(200, app), before);
      assert.deepEqual((await management.expect(200, '/apis/weatherapi')).revision, ['1', '2']);
      await management.expect(200, '/apis/oauth/deployments?action=undeploy&env=test&revision=1', post);
      await management.expect(200, '/apis/oauth', { method: 'DELETE' });
      await management.restart({ sampleOrganization: true });
      assert.equal((await management.call('/apis/oauth')).status, 404);
    });
  });
}

describe('product 1: --sample-organization', () => {
  it('is served by the admin port of the server, with the administrator of the server', async () => {
    const ports = { httpPort: 0, httpsPort: 0, adminPort: 0, adminHttpPort: 0, internalPort: 0 };
    const home = await makeHome();
    const server = await createServer({
      home,
      ...ports,
      sampleOrganization: true,
      adminPassword: password,
      logLevel: 'FATAL',
    });
    try {
      const admin = server.addresses.find(({ purpose, scheme }) => purpose === 'admin' && scheme === 'http');
      const url = `http://127.0.0.1:${admin?.address.port}/v1/o/default/apis`;
      const authorization = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
      assert.equal((await fetch(url)).status, 401);
      assert.deepEqual(await (await fetch(url, { headers: { authorization } })).json(), ['oauth', 'weatherapi']);
      assert.equal((await fetch(url.replace(/v1.*/, 'v2/x'), { headers: { authorization } })).status, 404);
    } finally {
      await server.close();
    }
  });
});

describe('product 2: what the database of an organization shows', () => {
  it('no key, secret, token, code or value of a map stands in its files', async () => {
    const management = new Management();
    const [embedded] = databases;
    assert.ok(embedded);
    management.database = await embedded.create();
    await management.start({ sampleOrganization: true });
    const [{ consumerKey, consumerSecret }] = (await management.expect(200, app)).credentials;
    const json = { name: 'm', entry: [{ name: 'k', value: 'value-of-a-map' }] };
    await management.expect(201, '/keyvaluemaps', { json });
    const { tokens } = await management.organization();
    const [now, status] = [Date.now(), 'approved' as const];
    const grant = {
      clientId: consumerKey,
      scope: 'READ',
      appEndUser: '',
      attributes: { note: 'attribute-of-a-token' },
    };
    const times = {
      issuedAt: now,
      expiresAt: now + 1000,
      refreshTokenIssuedAt: now,
      refreshTokenExpiresAt: now + 1000,
    };
    await tokens.save({
      ...{ ...grant, ...times, appId: 'a', status, refreshTokenStatus: status, grantType: 'password', refreshCount: 0 },
      ...{ accessToken: 'text-of-an-access-token', refreshToken: 'text-of-a-refresh-token' },
    });
    await tokens.saveCode({ ...grant, code: 'text-of-a-code', redirectUri: 'u', expiresAt: now + 60_000 });
    const secrets = [
      ...[consumerKey, consumerSecret, 'value-of-a-map', 'attribute-of-a-token'],
      ...['text-of-an-access-token', 'text-of-a-refresh-token', 'text-of-a-code'],
    ];
    const shown = async () => {
      const files = await readdir(management.database.home);
      const texts = await Promise.all(files.map((file) => readFile(join(management.database.home, file), 'latin1')));
      return secrets.filter((secret) => texts.some((text) => text.includes(secret)));
    };
    assert.deepEqual(await shown(), []);
    await management.stop();
    assert.deepEqual(await shown(), []);
    await management.database.drop();
  });
});

describe('product 1: the start', () => {
  it('opens nothing of the Apigee side while nothing is deployed; the first call does', async () => {
    const management = new Management();
    const [embedded] = databases;
    assert.ok(embedded);
    management.database = await embedded.create();
    await management.start({ sampleOrganization: true });
    const organizations = () => management.store.db.selectFrom('apigee_organizations').select('name').execute();
    assert.deepEqual(await organizations(), []);
    assert.equal((await management.call('/apis', { basic: null })).status, 401);
    assert.deepEqual(await organizations(), [{ name: 'default' }]);
    await management.stop();
    await management.database.drop();
  });
});
