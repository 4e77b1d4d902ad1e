import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApigeeManagement, secureCall, zipOf } from './apigee-management.js';
import { type Answer, call } from './management.js';
import { MediantProcess } from './mediant-process.js';

const rss = `<rss version="2.0" xmlns:yweather="http://xml.weather.example/ns/rss/1.0"><channel><title>Weather - Palo Alto, CA</title><yweather:location city="Palo Alto" country="United States"/></channel></rss>`;
const developer = 'nikolai.tesla@example.com';

/** `weatherapi` as it stands at the end of the tutorial. @param more elements in the policy that checks the token */
function protectedBundle(backend: string, more = ''): Uint8Array {
  return zipOf({
    'apiproxy/weatherapi.xml': '<APIProxy name="weatherapi"/>',
    'apiproxy/policies/ValidateOAuth.xml': `<OAuthV2 async="false" continueOnError="false" enabled="true" name="ValidateOAuth"><Operation>VerifyAccessToken</Operation>${more}</OAuthV2>`,
    'apiproxy/policies/XMLToJSON.xml': '<XMLToJSON name="XMLToJSON"><Options/></XMLToJSON>',
    'apiproxy/proxies/default.xml': `<ProxyEndpoint name="default"><PreFlow><Response><Step><Name>XMLToJSON</Name></Step></Response></PreFlow>
      <Flows><Flow name="Authorize"><Condition>proxy.pathsuffix MatchesPath "/forecastrss"</Condition><Request><Step><Name>ValidateOAuth</Name></Step></Request></Flow></Flows>
      <HTTPProxyConnection><BasePath>/weatherapi</BasePath></HTTPProxyConnection>
      <RouteRule name="default"><TargetEndpoint>default</TargetEndpoint></RouteRule></ProxyEndpoint>`,
    'apiproxy/targets/default.xml': `<TargetEndpoint name="default"><HTTPTargetConnection><URL>${backend}</URL></HTTPTargetConnection></TargetEndpoint>`,
  });
}

describe('api-management 4.2: the client credentials tutorial', function () {
  this.timeout(60_000);
  let backend: http.Server;
  let address: string;
  let server: MediantProcess;
  let management: ApigeeManagement;
  let key = '';
  let secret = '';
  let token = '';

  before(async () => {
    backend = http.createServer((_request, response) => {
      response.setHeader('Content-Type', 'application/rss+xml');
      response.end(rss);
    });
    await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
    server = await MediantProcess.start(['--sample-organization']);
    management = new ApigeeManagement(server);
  });
  after(async () => {
    await server?.stop();
    backend?.closeAllConnections();
    backend?.close();
  });

  const form = () => new URLSearchParams({ client_id: key, client_secret: secret });
  const tokenCall = (path: string, body: URLSearchParams, method = 'POST') =>
    secureCall(
      method,
      `${server.url('gateway', 'https')}/oauth/client_credential${path}`,
      method === 'GET' ? undefined : body,
    );
  const grant = '/accesstoken?grant_type=client_credentials';
  const weather = (headers: Record<string, string> = {}, path = '/forecastrss?w=2442047') =>
    call('GET', `${server.url('gateway')}/weatherapi${path}`, { headers });
  const withToken = () => weather({ Authorization: `Bearer ${token}` });
  const fault = ({ status, body }: Answer) => {
    const { faultstring, detail } = body.fault as { faultstring: string; detail: { errorcode: string } };
    return [status, faultstring, detail.errorcode];
  };

  it('B1: the proxies of a fresh organisation are deployed', async () => {
    for (const name of ['oauth', 'weatherapi']) {
      assert.equal(
        (await call('GET', `${server.url('gateway')}/${name === 'oauth' ? 'oauth/client_credential' : name}/x`)).status,
        404,
      );
      const { status, body } = await management.deploy(name, 1);
      assert.deepEqual([status, body.state], [200, 'deployed']);
    }
  });

  it('B2: the token proxy has its two policies', async () => {
    const { text } = await management.call('GET', '/apis/oauth/revisions/1/policies');
    assert.deepEqual((JSON.parse(text) as string[]).sort(), ['GenerateAccessTokenClient', 'RefreshAccessToken']);
  });

  it('B3: the weather proxy is protected by another revision', async () => {
    const imported = await management.import('weatherapi', protectedBundle(address));
    assert.deepEqual([imported.status, imported.body.revision, imported.body.name], [201, '2', 'weatherapi']);
    assert.equal((await management.deploy('weatherapi', 2)).status, 200);
  });

  it("B4: the app's key", async () => {
    const { status, body } = await management.call('GET', `/developers/${developer}/apps/Weather%20App`);
    const [credential] = body.credentials as { consumerKey: string; consumerSecret: string; apiProducts: object[] }[];
    assert.deepEqual(
      [status, credential?.apiProducts],
      [200, [{ apiproduct: 'PremiumWeatherAPI', status: 'approved' }]],
    );
    key = credential?.consumerKey ?? '';
    secret = credential?.consumerSecret ?? '';
  });

  it('B5: a token', async () => {
    const answer = await tokenCall(grant, form());
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.headers.get('Content-Type'), 'application/json');
    const { body } = answer;
    token = String(body.access_token);
    assert.equal(token.length, 28);
    assert.deepEqual(Object.keys(body), [
      'issued_at',
      'application_name',
      'scope',
      'status',
      'api_product_list',
      'expires_in',
      'developer.email',
      'organization_id',
      'token_type',
      'client_id',
      'access_token',
      'organization_name',
      'refresh_token_expires_in',
      'refresh_count',
    ]);
    const { scope, status, api_product_list, expires_in, token_type, client_id, organization_name } = body;
    assert.deepEqual(
      [scope, status, api_product_list, expires_in, token_type, client_id, organization_name],
      ['READ', 'approved', '[PremiumWeatherAPI]', '3599', 'BearerToken', key, 'default'],
    );
    assert.ok(Object.values(body).every((value) => typeof value === 'string'));
  });

  it('B6: the weather, as JSON', async () => {
    const answer = await withToken();
    assert.deepEqual([answer.status, answer.headers.get('Content-Type')], [200, 'application/json']);
    const { rss: feed } = answer.body as { rss: { channel: Record<string, unknown> } };
    assert.deepEqual(feed.channel['yweather:location'], { '@city': 'Palo Alto', '@country': 'United States' });
  });

  it('B7, B8: a wrong token, none', async () => {
    assert.deepEqual(fault(await weather({ Authorization: 'Bearer b8dAcCEsST0ken123' })), [
      401,
      'Invalid Access Token',
      'keymanagement.service.invalid_access_token',
    ]);
    assert.deepEqual(fault(await weather()), [401, 'Invalid access token', 'oauth.v2.InvalidAccessToken']);
  });

  it('B10 to B12, B14: token requests that are refused', async () => {
    const refused = async (path: string, body = form()) => {
      const answer = await tokenCall(path, body);
      return [answer.status, answer.body];
    };
    const inBody = form();
    inBody.set('grant_type', 'client_credentials');
    const required = (text: string) => ({ ErrorCode: 'invalid_request', Error: text });
    assert.deepEqual(await refused('/accesstoken', inBody), [400, required('Required param : grant_type')]);
    const wrong = new URLSearchParams({ client_id: key, client_secret: 'x' });
    assert.deepEqual(await refused(grant, wrong), [401, { ErrorCode: 'invalid_client', Error: 'ClientId is Invalid' }]);
    assert.deepEqual(await refused('/accesstoken?grant_type=password'), [
      400,
      required('Unsupported grant type : password'),
    ]);
    assert.deepEqual(await refused('/refresh_accesstoken?grant_type=refresh_token'), [
      400,
      required('Required param : refresh_token'),
    ]);
  });

  it('B9: a token after its time', async () => {
    const policy =
      '<OAuthV2 name="Short"><Operation>GenerateAccessToken</Operation><ExpiresIn>3000</ExpiresIn><SupportedGrantTypes><GrantType>client_credentials</GrantType></SupportedGrantTypes><GrantType>request.queryparam.grant_type</GrantType><GenerateResponse/></OAuthV2>';
    const endpoint =
      '<ProxyEndpoint name="default"><PreFlow><Request><Step><Name>Short</Name></Step></Request></PreFlow><HTTPProxyConnection><BasePath>/oauth/client_credential/short</BasePath><VirtualHost>secure</VirtualHost></HTTPProxyConnection><RouteRule name="none"/></ProxyEndpoint>';
    const files = { 'apiproxy/policies/Short.xml': policy, 'apiproxy/proxies/default.xml': endpoint };
    await management.importAndDeploy('short', zipOf(files));
    const { body } = await tokenCall('/short?grant_type=client_credentials', form());
    const headers = { Authorization: `Bearer ${body.access_token}` };
    assert.equal((await weather(headers)).status, 200);
    let last = await weather(headers);
    while (last.status === 200) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      last = await weather(headers);
    }
    assert.deepEqual(fault(last), [401, 'Access Token expired', 'keymanagement.service.access_token_expired']);
  });

  it('B13: GET matches no flow and is echoed', async () => {
    const answer = await tokenCall(grant, form(), 'GET');
    assert.deepEqual([answer.status, answer.text], [200, '']);
  });

  it('B17: other paths are not protected', async () => {
    assert.equal((await weather({}, '/other')).status, 200);
  });

  it('B16: a token of another product', async () => {
    const product = {
      name: 'Other',
      displayName: 'Other',
      approvalType: 'auto',
      proxies: ['oauth'],
      environments: ['test'],
      scopes: [],
    };
    assert.equal((await management.call('POST', '/apiproducts', { body: product })).status, 201);
    const made = await management.call('POST', `/developers/${developer}/apps`, {
      body: { name: 'Other App', apiProducts: ['Other'] },
    });
    assert.equal(made.status, 201, made.text);
    const [credential] = made.body.credentials as { consumerKey: string; consumerSecret: string }[];
    const other = await tokenCall(
      grant,
      new URLSearchParams({
        client_id: credential?.consumerKey ?? '',
        client_secret: credential?.consumerSecret ?? '',
      }),
    );
    assert.deepEqual(fault(await weather({ Authorization: `Bearer ${other.body.access_token}` })), [
      401,
      'Invalid API call as no apiproduct match found',
      'keymanagement.service.InvalidAPICallAsNoApiProductMatchFound',
    ]);
  });

  it('tokens and deployments outlive the process; the store holds no token', async () => {
    const { home } = server;
    await server.kill('SIGKILL');
    const { output } = server;
    server = await MediantProcess.start(['--sample-organization'], { home });
    management = new ApigeeManagement(server);
    assert.equal((await withToken()).status, 200);
    for (const text of [token, secret, key]) {
      const found = execFileSync('sh', ['-c', 'grep -rlaF -- "$0" "$1" || true', text, home], { encoding: 'utf8' });
      assert.equal(found, '', `${text} is in the home`);
      assert.ok(text === key || !output.includes(text), `${text} is in the log`);
    }
  });

  it('B18: with GenerateResponse the request ends at the policy', async () => {
    const imported = await management.import(
      'weatherapi',
      protectedBundle(address, '<GenerateResponse enabled="true"/>'),
    );
    await management.deploy('weatherapi', Number(imported.body.revision));
    const answer = await withToken();
    assert.equal(answer.status, 200);
    assert.ok(!answer.text.includes('Palo Alto'));
    await management.deploy('weatherapi', 2);
    assert.match((await withToken()).text, /Palo Alto/);
  });

  for (const [what, product] of [
    ['key', ''],
    ['product of it', '/apiproducts/PremiumWeatherAPI'],
  ] as const) {
    it(`B15: a revoked ${what}, and one that is approved again`, async () => {
      const path = `/developers/${developer}/apps/Weather%20App/keys/${key}${product}`;
      assert.ok((await management.call('POST', `${path}?action=revoke`)).status < 300);
      assert.equal((await withToken()).status, 401);
      assert.ok((await management.call('POST', `${path}?action=approve`)).status < 300);
      assert.equal((await withToken()).status, 200);
    });
  }
});
