import { basicHeader } from '../../transport/basic-credentials.js';
import type { Scene } from './stage.js';
import { StoryError } from './teller.js';

/** What a reader needs to go on: the app's credentials and a token. */
export interface Tutorial {
  readonly key: string;
  readonly secret: string;
  readonly token: string;
}

const policy = `<OAuthV2 name="ValidateOAuth">
  <Operation>VerifyAccessToken</Operation>
</OAuthV2>`;

const endpoint = `<ProxyEndpoint name="default">
  <PreFlow><Response><Step><Name>XMLToJSON</Name></Step></Response></PreFlow>
  <Flows>
    <Flow name="Authorize">
      <Condition>proxy.pathsuffix MatchesPath "/forecastrss"</Condition>
      <Request><Step><Name>ValidateOAuth</Name></Step></Request>
    </Flow>
  </Flows>
  <HTTPProxyConnection><BasePath>/weatherapi</BasePath></HTTPProxyConnection>
  <RouteRule name="default"><TargetEndpoint>default</TargetEndpoint></RouteRule>
</ProxyEndpoint>`;

/**
 * The third part: Apigee's tutorial of client credentials, by its bundles and management calls (api-management 4.2). A
 * proxy gives tokens to apps, another one is protected by them.
 * @param weather port of the weather service on 127.0.0.1
 */
export async function tutorial(scene: Scene, weather: number): Promise<Tutorial> {
  scene.teller.say('\nThe same gateway runs bundles of Apigee: its tutorial of a token endpoint and a protected API.');
  const organization = `${scene.admin}/v1/organizations/default`;
  const headers = { Authorization: basicHeader('admin', scene.password) };
  await protect(scene, organization, headers, weather);
  const app = `${organization}/developers/nikolai.tesla@example.com/apps/Weather%20App`;
  const credentials = await keyOf(scene, app, headers);
  const token = await tokenFor(scene, credentials);
  await callWith(scene, token);
  return { ...credentials, token };
}

type Headers = Record<string, string>;

/** Deploys the token proxy, and the weather proxy with a policy that checks tokens. */
async function protect({ teller }: Scene, organization: string, headers: Headers, weather: number): Promise<void> {
  const deploy = (name: string) => ({
    method: 'POST' as const,
    url: `${organization}/apis/${name}/deployments?action=deploy&env=test&revision=1`,
    headers,
    expect: 200,
  });
  const revision = `${organization}/apis/weatherapi/revisions/1`;
  const xml = { ...headers, 'Content-Type': 'application/xml' };
  await teller.call({ title: 'Deploy the proxy that gives tokens', ...deploy('oauth') });
  await teller.call({
    title: 'Say where the weather service is',
    method: 'PUT',
    url: `${organization}/environments/test/targetservers/weather-backend`,
    headers,
    json: { host: '127.0.0.1', port: weather },
    expect: 200,
  });
  await teller.call({
    title: 'Give the weather proxy a policy that checks tokens',
    url: `${revision}/policies`,
    headers: xml,
    body: policy,
    shownBody: indented(policy),
    expect: 201,
  });
  await teller.call({
    title: 'Let a flow run it',
    method: 'PUT',
    url: `${revision}/proxies/default`,
    headers: xml,
    body: endpoint,
    shownBody: indented(endpoint),
    expect: 200,
  });
  await teller.call({ title: 'Deploy the weather proxy', ...deploy('weatherapi') });
}

/** Further lines below the first, as the teller puts that. */
const indented = (text: string): string => text.replaceAll('\n', '\n     ');

async function keyOf({ teller }: Scene, app: string, headers: Headers): Promise<{ key: string; secret: string }> {
  const shownMembers = ['credentials'];
  const read = await teller.call({ title: 'Read the key of the app', url: app, headers, expect: 200, shownMembers });
  const { credentials } = read.body as { credentials: { consumerKey: string; consumerSecret: string }[] };
  const [first] = credentials;
  if (!first) throw new StoryError('the app has no key');
  return { key: first.consumerKey, secret: first.consumerSecret };
}

async function tokenFor({ teller, secureGateway }: Scene, app: { key: string; secret: string }): Promise<string> {
  const answer = await teller.call({
    title: 'The app gets a token',
    url: `${secureGateway}/oauth/client_credential/accesstoken?grant_type=client_credentials`,
    form: { client_id: app.key, client_secret: app.secret },
    expect: 200,
    shownMembers: ['access_token', 'token_type', 'expires_in', 'scope', 'api_product_list'],
  });
  return (answer.body as { access_token: string }).access_token;
}

async function callWith({ teller, gateway }: Scene, token: string): Promise<void> {
  const url = `${gateway}/weatherapi/forecastrss?w=2442047`;
  const headers = { Authorization: `Bearer ${token}` };
  await teller.call({ title: 'The weather without a token', url, expect: 401 });
  await teller.call({ title: 'With a wrong one', url, headers: { Authorization: 'Bearer wrong' }, expect: 401 });
  await teller.call({ title: 'With the token: RSS became JSON', url, headers, expect: 200 });
}
