import assert from 'node:assert/strict';
import { parseElement } from '../../runtime/xml/parse.js';
import { type Backend, type Reply, startBackend } from '../endpoint/harness.js';
import { type Given, type Row as MediatorRow, refusals, run, verify } from './harness.js';

interface Row {
  rule: string;
  authorization?: string;
  given?: Given;
  reply?: Reply;
  expect: MediatorRow['expect'];
  /** What the service saw; `body` is the content of the operation's argument. */
  asked?: { url: string; action: string; authorization: string | undefined; body: string } | 'nothing';
}

const soap = (body: string, status = 200): Reply => ({
  status,
  headers: { 'Content-Type': 'text/xml' },
  body: `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${body}</s:Body></s:Envelope>`,
});
const token = (content: string) =>
  soap(
    `<ns:validateResponse xmlns:ns="http://org.apache.axis2/xsd"><ns:return xmlns:ax="http://dto.oauth2.identity.carbon.wso2.org/xsd">${content}</ns:return></ns:validateResponse>`,
  );
const consumer = (valid: boolean) =>
  soap(
    `<ns:isOAuthConsumerValidResponse xmlns:ns="http://org.apache.axis2/xsd"><ns:return>${valid}</ns:return></ns:isOAuthConsumerValidResponse>`,
  );
const fault = soap('<s:Fault><faultcode>s:Server</faultcode><faultstring>no such user</faultstring></s:Fault>', 500);

const oauth1 =
  'OAuth realm="x", oauth_consumer_key="ck", oauth_nonce="n", oauth_signature="a%2Fb%3D", oauth_signature_method="HMAC-SHA1", oauth_timestamp="17"';
const scoped = {
  properties: { scope: 'orders' },
  axis2: { SERVICE_PREFIX: 'http://h:8280', REST_URL_POSTFIX: '/o?a=1' },
};
const legs =
  '<d:oauthConsumerKey>ck</d:oauthConsumerKey><d:oauthNonce>n</d:oauthNonce><d:oauthSignature>a%2Fb%3D</d:oauthSignature><d:oauthSignatureMethod>HMAC-SHA1</d:oauthSignatureMethod><d:oauthTimeStamp>17</d:oauthTimeStamp>';
const enabled = { oauth2_scope_validation_enabled: 'true' };
const basic = `Basic ${Buffer.from('admin:s&t').toString('base64')}`;

const rows: readonly Row[] = [
  {
    rule: 'mediators 9.4: oauthService validates a bearer token by the OAuth 2.0 service, with context parameters',
    authorization: 'Bearer t<1',
    given: {
      properties: {
        oauth_context_param_key_0: 'k',
        oauth_context_param_value_0: 'v',
        oauth_context_param_key_1: 'without value',
        oauth_context_param_key_2: 'k2',
        oauth_context_param_value_2: 'v2',
      },
    },
    reply: token('<ax:valid>true</ax:valid>'),
    expect: { outcome: true },
    asked: {
      url: '/services/OAuth2TokenValidationService',
      action: '"urn:validate"',
      authorization: basic,
      body: '<d:accessToken><d:identifier>t&lt;1</d:identifier><d:tokenType>bearer</d:tokenType></d:accessToken><d:context><d:key>k</d:key><d:value>v</d:value></d:context>',
    },
  },
  {
    rule: 'mediators 9.4: the JWT of a valid token becomes X-JWT-Assertion',
    given: { headers: { 'X-JWT-Assertion': 'mine' } },
    reply: token(
      '<ax:authorizationContextToken><ax:tokenString>a.b.c</ax:tokenString></ax:authorizationContextToken><ax:valid>true</ax:valid>',
    ),
    expect: { outcome: true, headers: { 'X-JWT-Assertion': 'a.b.c' } },
  },
  {
    rule: 'mediators 9.4: without a JWT the X-JWT-Assertion of the client goes',
    given: { headers: { 'X-JWT-Assertion': 'mine' } },
    reply: token('<ax:authorizationContextToken/><ax:valid>true</ax:valid>'),
    expect: { outcome: true, headers: { 'X-JWT-Assertion': undefined } },
  },
  {
    rule: 'mediators 9.4: an invalid token is a fault',
    reply: token('<ax:errorMsg>expired</ax:errorMsg><ax:valid>false</ax:valid>'),
    expect: { outcome: 'fault', fault: 'OAuth 2.0 authentication failed' },
  },
  {
    rule: 'mediators 9.4: an empty answer of the service is a fault',
    reply: token(''),
    expect: { outcome: 'fault', fault: 'OAuth 2.0 authentication failed' },
  },
  {
    rule: 'mediators 9.4: a SOAP fault of the service is a fault',
    reply: fault,
    expect: { fault: 'The OAuth 2.0 access token cannot be validated: SOAP fault: no such user' },
  },
  {
    rule: 'mediators 9.4: wrong credentials for the service are a fault',
    reply: { status: 401, reason: 'Unauthorized', body: '' },
    expect: { fault: 'The OAuth 2.0 access token cannot be validated: The service answered 401 Unauthorized' },
  },
  {
    rule: 'mediators 9.4: the scope of the property "scope" is required when validation is enabled',
    given: { properties: { ...enabled, scope: 'orders', SYNAPSE_REST_API: 'other' } },
    reply: token('<ax:scope>read</ax:scope><ax:scope>orders</ax:scope><ax:valid>true</ax:valid>'),
    expect: { outcome: true },
  },
  {
    rule: 'mediators 9.4: without the property the scope is that of the API',
    given: { properties: { ...enabled, SYNAPSE_REST_API: 'Orders' } },
    reply: token('<ax:scope>orders</ax:scope><ax:valid>true</ax:valid>'),
    expect: { fault: 'OAuth 2.0 authentication failed: the token does not have the scope' },
  },
  {
    rule: 'mediators 9.4: a token without scopes fails scope validation',
    given: { properties: { ...enabled, SYNAPSE_REST_API: 'Orders' } },
    reply: token('<ax:valid>true</ax:valid>'),
    expect: { outcome: 'fault' },
  },
  {
    rule: 'mediators 9.4: scopes do not count unless validation is enabled',
    given: { properties: { oauth2_scope_validation_enabled: 'false', scope: 'orders' } },
    reply: token('<ax:valid>true</ax:valid>'),
    expect: { outcome: true },
  },
  {
    rule: 'mediators 9.4: a request without Authorization is a fault',
    given: { headers: {} },
    expect: { fault: 'Not a valid OAuth request: there is no Authorization header' },
    asked: 'nothing',
  },
  {
    rule: 'mediators 9.4: a bearer without a token is a fault',
    authorization: 'Bearer ',
    expect: { fault: 'Invalid or empty OAuth 2.0 token' },
    asked: 'nothing',
  },
  {
    rule: 'mediators 9.4: OAuth 1.0a without a token validates the consumer',
    authorization: oauth1,
    given: scoped,
    reply: consumer(true),
    expect: { outcome: true },
    asked: {
      url: '/services/OAuthService',
      action: '"urn:isOAuthConsumerValid"',
      authorization: undefined,
      body: `<d:baseString>http://h:8280/o?a=1</d:baseString><d:httpMethod>POST</d:httpMethod>${legs}`,
    },
  },
  {
    rule: 'mediators 9.4: a consumer that is not valid is a fault',
    authorization: oauth1,
    given: scoped,
    reply: consumer(false),
    expect: { fault: 'OAuth authentication failed' },
  },
  {
    rule: 'mediators 9.4: OAuth 1.0a with a token validates the request, which has no fault when it is valid',
    authorization: `${oauth1}, oauth_token="ot", oauth_version=1.0, xoauth_displayname="A app", oauth_verifier=ve`,
    given: scoped,
    reply: soap('<ns:validateAuthenticationRequestResponse xmlns:ns="http://org.apache.axis2/xsd"/>'),
    expect: { outcome: true },
    asked: {
      url: '/services/OAuthService',
      action: '"urn:validateAuthenticationRequest"',
      authorization: undefined,
      body: `<d:baseString>http://h:8280/o?a=1</d:baseString><d:displayName>A app</d:displayName><d:httpMethod>POST</d:httpMethod>${legs}<d:oauthToken>ot</d:oauthToken><d:oauthTokenVerifier>ve</d:oauthTokenVerifier><d:scope>orders</d:scope><d:version>1.0</d:version>`,
    },
  },
  {
    rule: 'mediators 9.4: OAuth 1.0a with a token that is not valid is a fault',
    authorization: `${oauth1}, oauth_token="ot"`,
    given: scoped,
    reply: fault,
    expect: { fault: 'The OAuth consumer cannot be validated: SOAP fault: no such user' },
  },
  {
    rule: 'mediators 9.4: OAuth 1.0a without the property "scope" is a fault',
    authorization: oauth1,
    expect: { fault: 'The property "scope", which an OAuth 1.0a request needs, is not set' },
    asked: 'nothing',
  },
];

describe('oauthService', () => {
  let service: Backend;
  afterEach(() => service?.close());

  for (const { rule, authorization = 'Bearer t', given = {}, reply = {}, expect, asked } of rows) {
    it(rule, async () => {
      service = await startBackend([reply]);
      const xml = `<oauthService remoteServiceUrl="${service.url}/services" username="admin" password="s&amp;t"/>`;
      const own = asked === 'nothing' && given.headers;
      verify(
        await run(xml, { ...given, headers: own || { Authorization: authorization, ...given.headers } }),
        expect,
        xml,
      );
      const [request] = service.seen;
      if (asked === 'nothing') assert.equal(request, undefined);
      else if (asked) {
        // The children of the operation's argument, as they are written.
        const argument = /<x:(?:validationReqDTO|oauthConsumer|params)>(.*)<\/x:\w+><\/x:/s.exec(request?.body ?? '');
        assert.doesNotThrow(() => parseElement(request?.body ?? ''));
        assert.equal(argument?.[1], asked.body);
        assert.equal(request?.url, asked.url);
        assert.equal(request?.headers.soapaction, asked.action);
        assert.equal(request?.headers.authorization, asked.authorization);
      }
    });
  }

  it('mediators 9.4: a service that cannot be reached is a fault', async () => {
    service = await startBackend();
    service.close();
    const xml = `<oauthService remoteServiceUrl="${service.url}/" username="u" password="p"/>`;
    const { fault } = await run(xml, { headers: { Authorization: 'Bearer secret-token' } });
    assert.match(fault ?? '', /^The OAuth 2.0 access token cannot be validated: ECONNREFUSED/);
  });

  refusals(
    ['remoteServiceUrl', 'username', 'password'].map((name) => ({
      rule: `mediators 9.4: oauthService needs ${name}`,
      xml: '<oauthService remoteServiceUrl="http://h/" username="u" password="p"/>'.replace(
        / \w+="[^"]*"/g,
        (attribute) => (attribute.startsWith(` ${name}`) ? '' : attribute),
      ),
      code: 'missing-attribute',
    })),
  );
});
