import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApigeeManagement, secureCall, zipOf } from './apigee-management.js';
import { basic, call } from './management.js';
import { MediantProcess } from './mediant-process.js';

const policy = (name: string, xml: string): Record<string, string> => ({ [`apiproxy/policies/${name}.xml`]: xml });
const endpoint = (flows: string, connection: string, route: string): string =>
  `<ProxyEndpoint name="default">${flows}<HTTPProxyConnection>${connection}</HTTPProxyConnection>${route}</ProxyEndpoint>`;
const target = (url: string): Record<string, string> => ({
  'apiproxy/targets/default.xml': `<TargetEndpoint name="default"><HTTPTargetConnection><URL>${url}</URL></HTTPTargetConnection></TargetEndpoint>`,
});
const toTarget = '<RouteRule name="default"><TargetEndpoint>default</TargetEndpoint></RouteRule>';

/** Tokens for Basic credentials, whatever the verb. */
const tokens = zipOf({
  ...policy(
    'Generate',
    '<OAuthV2 name="Generate"><Operation>GenerateAccessToken</Operation><ExpiresIn>3600000</ExpiresIn><SupportedGrantTypes><GrantType>client_credentials</GrantType></SupportedGrantTypes><GrantType>request.queryparam.grant_type</GrantType><GenerateResponse/></OAuthV2>',
  ),
  'apiproxy/proxies/default.xml': endpoint(
    '<Flows><Flow name="token"><Condition>proxy.pathsuffix MatchesPath "/accesstoken"</Condition><Request><Step><Name>Generate</Name></Step></Request></Flow></Flows>',
    '<BasePath>/oauth</BasePath><VirtualHost>secure</VirtualHost>',
    '<RouteRule name="none"/>',
  ),
});

/** Every request needs a token, and counts for the quota of its product. */
const guarded = (backend: string) =>
  zipOf({
    ...policy('Verify', '<OAuthV2 name="Verify"><Operation>VerifyAccessToken</Operation></OAuthV2>'),
    ...policy(
      'Count',
      '<Quota name="Count"><Interval ref="apiproduct.developer.quota.interval"/><TimeUnit ref="apiproduct.developer.quota.timeunit"/><Allow countRef="apiproduct.developer.quota.limit"/><Identifier ref="client_id"/></Quota>',
    ),
    'apiproxy/proxies/default.xml': endpoint(
      '<Flows><Flow name="all"><Request><Step><Name>Verify</Name></Step><Step><Name>Count</Name></Step></Request></Flow></Flows>',
      '<BasePath>/guarded</BasePath><VirtualHost>secure</VirtualHost>',
      toTarget,
    ),
    ...target(`${backend}//`),
  });

/** A greeting: pre-flights end here, everything counts for a quota whose values may come as headers. */
const hello = (backend: string) =>
  zipOf({
    ...policy(
      'Count',
      '<Quota name="Count" type="calendar"><Allow count="3" countRef="request.header.allowed_quota"/><Interval ref="request.header.quota_count">1</Interval><Distributed>false</Distributed><Synchronous>false</Synchronous><TimeUnit ref="request.header.quota_timeout">day</TimeUnit><StartTime>2016-3-31 00:00:00</StartTime></Quota>',
    ),
    ...policy(
      'Cors',
      '<AssignMessage name="Cors"><FaultRules/><Properties/><Add><Headers><Header name="Access-Control-Allow-Origin">{request.header.origin}</Header></Headers></Add><IgnoreUnresolvedVariables>true</IgnoreUnresolvedVariables><AssignTo createNew="false" transport="http" type="response"/></AssignMessage>',
    ),
    'apiproxy/proxies/default.xml': endpoint(
      '<PreFlow name="PreFlow"><Request><Step><Name>Count</Name></Step><Step><Name>Cors</Name><Condition>request.verb == "OPTIONS"</Condition></Step></Request><Response/></PreFlow><Flows/>',
      '<BasePath>/v0/hello</BasePath><Properties/><VirtualHost>default</VirtualHost><VirtualHost>secure</VirtualHost>',
      `<RouteRule name="preflight"><Condition>request.verb == "OPTIONS"</Condition></RouteRule>${toTarget}`,
    ),
    ...target(backend),
  });

describe('api-management 4.2: the siblings of the tutorial: Basic credentials, a quota, a greeting', function () {
  this.timeout(60_000);
  let backend: http.Server;
  let server: MediantProcess;
  let management: ApigeeManagement;
  const seen: string[] = [];
  let key = '';
  let secret = '';
  let token = '';

  before(async () => {
    backend = http.createServer((request, response) => {
      seen.push(request.url ?? '');
      response.setHeader('Content-Type', 'application/json');
      response.end('{"firstName":"john"}');
    });
    await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
    server = await MediantProcess.start();
    management = new ApigeeManagement(server);
    await management.importAndDeploy('tokens', tokens);
    await management.importAndDeploy('guarded', guarded(address));
    await management.importAndDeploy('hello', hello(address));
  });
  after(async () => {
    await server?.stop();
    backend?.closeAllConnections();
    backend?.close();
  });
  beforeEach(() => void seen.splice(0));

  const secure = (method: string, path: string, headers: Record<string, string> = {}) =>
    secureCall(method, `${server.url('gateway', 'https')}${path}`, undefined, headers);
  const withToken = (value: string) => secure('GET', '/guarded/json', { Authorization: `Bearer ${value}` });

  it('product, developer, app and its product by the documents of the provisioning scripts', async () => {
    const xml = 'application/xml';
    const product = {
      name: 'FreeProduct',
      displayName: 'Free',
      approvalType: 'auto',
      apiResources: ['/**'],
      proxies: ['tokens', 'guarded'],
      environments: ['test', 'prod'],
      scopes: ['READ'],
      quota: '1',
      quotaInterval: '1',
      quotaTimeUnit: 'day',
      attributes: [],
    };
    const developer = '/developers/joe@example.com';
    const steps: [path: string, options: { type?: string; body: unknown }, status: number][] = [
      ['/apiproducts', { body: product }, 201],
      [
        '/developers',
        {
          type: xml,
          body: '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Developer><Email>joe@example.com</Email><FirstName>Joe</FirstName><LastName>Doe</LastName><UserName>joe</UserName><Status>active</Status></Developer>',
        },
        201,
      ],
      [
        `${developer}/apps`,
        {
          type: xml,
          body: '<App name="joe-app"><CallbackUrl>http://joe.app/login</CallbackUrl><AccessType>read</AccessType><Attributes><Attribute><Name>DisplayName</Name><Value>Joe’s App</Value></Attribute></Attributes></App>',
        },
        201,
      ],
    ];
    for (const [path, options, status] of steps) {
      const answer = await management.call('POST', path, options);
      assert.equal(answer.status, status, answer.text);
    }
    const { text } = await management.call('GET', `${developer}/apps/joe-app`);
    // As the scripts find them: the fourth quoted field of a line.
    const found = (name: string) =>
      text
        .split('\n')
        .find((line) => line.includes(name))
        ?.split('"')[3] ?? '';
    key = found('consumerKey');
    secret = found('consumerSecret');
    const body =
      '<CredentialRequest><ApiProducts><ApiProduct>FreeProduct</ApiProduct></ApiProducts></CredentialRequest>';
    const attached = await management.call('POST', `${developer}/apps/joe-app/keys/${key}`, { type: xml, body });
    assert.equal(attached.status, 200, attached.text);
  });

  it('a token by GET, with Basic credentials', async () => {
    const headers = { Authorization: basic(key, secret) };
    const answer = await secure('GET', '/oauth/accesstoken?grant_type=client_credentials', headers);
    assert.equal(answer.status, 200, answer.text);
    token = String(answer.body.access_token);
    assert.deepEqual([token.length, answer.body.api_product_list], [28, '[FreeProduct]']);
  });

  it('only the secure host answers', async () => {
    const path = '/oauth/accesstoken?grant_type=client_credentials';
    assert.equal((await call('GET', `${server.url('gateway')}${path}`)).status, 404);
  });

  it('the protected proxy: the target’s path has one slash before the suffix', async () => {
    const answer = await withToken(token);
    assert.deepEqual([answer.status, answer.body, seen], [200, { firstName: 'john' }, ['/json']]);
  });

  it('an invalid token does not count, the second request with the right one is over the quota', async () => {
    const wrong = await withToken('wrong');
    assert.match(wrong.text, /"keymanagement\.service\.invalid_access_token"/);
    const over = await withToken(token);
    assert.deepEqual([over.status, wrong.status, seen], [429, 401, []]);
    assert.match(
      over.text,
      new RegExp(`Quota limit {2}exceeded. Identifier : ${key}".*policies\\.ratelimit\\.QuotaViolation`),
    );
  });

  it('a greeting on both hosts; a pre-flight is answered here, and counts; then the quota is used up', async () => {
    const plain = (method: string) =>
      call(method, `${server.url('gateway')}/v0/hello/iloveapis`, { headers: { Origin: 'http://o' } });
    assert.equal((await plain('GET')).status, 200);
    assert.equal((await secure('GET', '/v0/hello')).status, 200);
    assert.deepEqual(seen, ['/iloveapis', '/']);
    const preflight = await plain('OPTIONS');
    assert.deepEqual([preflight.status, preflight.headers.get('Access-Control-Allow-Origin')], [200, 'http://o']);
    assert.deepEqual([(await plain('GET')).status, seen.length], [429, 2]);
    const raised = await secure('GET', '/v0/hello', { allowed_quota: '10' });
    assert.equal(raised.status, 200);
  });
});
