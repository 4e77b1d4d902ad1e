import assert from 'node:assert/strict';
import { endpointOf, environmentOf, messageOf, problemsOf, type Reply, startBackend } from './harness.js';

const grants: Record<string, string> = {
  clientCredentials: '<clientId>my id</clientId><clientSecret>s3&amp;cret</clientSecret>',
  authorizationCode:
    '<refreshToken>r t</refreshToken><clientId>my id</clientId><clientSecret>s3&amp;cret</clientSecret>',
  passwordCredentials:
    '<username>u n</username><password>p w</password><clientId>my id</clientId><clientSecret>s3&amp;cret</clientSecret>',
};

function oauth(url: string, grant: string, more = ''): string {
  const inner = `<${grant}>${grants[grant]}<tokenUrl>${url}/token</tokenUrl>${more}</${grant}>`;
  return `<endpoint name="N"><http method="post" uri-template="${url}/{uri.var.v}"><authentication><oauth>${inner}</oauth></authentication></http></endpoint>`;
}

async function run(
  replies: Reply[],
  xmlOf: (url: string) => string,
  paths: string[] = ['api'],
  properties: Record<string, string> = {},
) {
  const backend = await startBackend(replies);
  const endpoint = endpointOf(xmlOf(backend.url));
  const environment = environmentOf({ properties });
  const statuses: string[] = [];
  try {
    for (const path of paths) {
      const { message } = await messageOf({
        body: '{"a":1}',
        environment,
        headers: { Authorization: 'Basic old' },
        set: { 'uri.var.v': path },
      });
      try {
        await endpoint.send(message);
        statuses.push(String(message.axis2.get('HTTP_SC')));
      } catch (error) {
        const { code, message: text } = error as { code?: number; message: string };
        statuses.push(`${code} ${text.replace(backend.url, 'URL')}`);
      }
    }
    return {
      statuses,
      seen: backend.seen.map(({ url, headers, body }) => `${url} ${headers.authorization ?? '-'} ${body}`),
    };
  } finally {
    backend.close();
  }
}

const token = (value: string): Reply => ({ body: JSON.stringify({ access_token: value, expires_in: 1 }) });
const basic = `Basic ${Buffer.from('my id:s3&cret').toString('base64')}`;

describe('artifacts 3.7: OAuth of http endpoints', () => {
  const requests: [name: string, grant: string, more: string, authorization: string, body: string][] = [
    ['client credentials', 'clientCredentials', '', basic, 'grant_type=client_credentials'],
    ['refresh token', 'authorizationCode', '', basic, 'grant_type=refresh_token&refresh_token=r+t'],
    ['password', 'passwordCredentials', '', basic, 'grant_type=password&username=u+n&password=p+w'],
    [
      'credentials in the body',
      'clientCredentials',
      '<authMode>Payload</authMode>',
      '-',
      'grant_type=client_credentials&client_id=my+id&client_secret=s3%26cret',
    ],
    [
      'parameters',
      'clientCredentials',
      '<requestParameters><parameter name="scope">a b</parameter></requestParameters>',
      basic,
      'grant_type=client_credentials&scope=a+b',
    ],
  ];
  for (const [name, grant, more, authorization, body] of requests) {
    it(name, async () => {
      const { seen, statuses } = await run([token('T1'), {}], (url) => oauth(url, grant, more));
      assert.deepEqual(seen, [`/token ${authorization} ${body}`, '/api Bearer T1 {"a":1}']);
      assert.deepEqual(statuses, ['200']);
    });
  }

  it('a token serves all requests of the endpoint, whatever URL its template makes', async () => {
    const { seen } = await run([token('T1'), {}], (url) => oauth(url, 'clientCredentials'), ['a', 'a', 'b']);
    assert.deepEqual(
      seen.map((line) => line.split(' ').slice(0, 3).join(' ')),
      [`/token ${basic}`, '/a Bearer T1', '/a Bearer T1', '/b Bearer T1'],
    );
  });

  it('requests with other values of expressions have tokens of their own', async () => {
    const more = '<requestParameters><parameter name="scope">{$ctx:uri.var.v}</parameter></requestParameters>';
    const { seen } = await run([token('T1'), {}, token('T2'), {}], (url) => oauth(url, 'clientCredentials', more), [
      'a',
      'b',
      'a',
    ]);
    assert.deepEqual(
      seen.filter((line) => !line.startsWith('/token')).map((line) => line.split(' ').slice(0, 3).join(' ')),
      ['/a Bearer T1', '/b Bearer T2', '/a Bearer T1'],
    );
  });

  it('the configured lifetime is the longest', async () => {
    const properties = { 'synapse.endpoint.http.oauth.cache.timeout': '0' };
    const { seen } = await run(
      [token('T1'), {}, token('T2'), {}],
      (url) => oauth(url, 'clientCredentials'),
      ['a', 'a'],
      properties,
    );
    assert.equal(seen.at(-1), '/a Bearer T2 {"a":1}');
  });

  it('401: a new token, once; the second 401 is the answer', async () => {
    const { seen, statuses } = await run([token('T1'), { status: 401 }, token('T2'), { status: 401 }], (url) =>
      oauth(url, 'clientCredentials'),
    );
    assert.deepEqual(statuses, ['401']);
    assert.deepEqual(
      seen.filter((line) => line.startsWith('/api')),
      ['/api Bearer T1 {"a":1}', '/api Bearer T2 {"a":1}'],
    );
  });

  it('403 is not met with a new token', async () => {
    const { seen } = await run([token('T1'), { status: 403 }], (url) => oauth(url, 'clientCredentials'));
    assert.equal(seen.length, 2);
  });

  const prefix = 'Could not generate access token for oauth configured http endpoint N. ';
  const failures: [name: string, reply: Reply, expected: string][] = [
    [
      'another status',
      { status: 401, reason: 'Unauthorized' },
      `303003 ${prefix}Error while accessing the Token URL. HTTP/1.1 401 Unauthorized`,
    ],
    [
      '201 too',
      { status: 201, ...token('x') },
      `303003 ${prefix}Error while accessing the Token URL. HTTP/1.1 201 Created`,
    ],
    [
      'no token in it',
      { body: '{"other":1}' },
      `303003 ${prefix}Missing key [access_token] in the response from the OAuth server`,
    ],
    ['null', { body: '{"access_token":null}' }, 'undefined Error while performing the call operation'],
    ['no JSON', { body: 'text' }, 'undefined Error while performing the call operation'],
    ['empty', { body: '' }, 'undefined Error while performing the call operation'],
    [
      'malformed JSON',
      { body: '{"access_token":' },
      '601000 The token endpoint URL/token answered with malformed JSON',
    ],
    ['closed', { close: true }, `303003 ${prefix}Unable to connect to the OAuth token endpoint.`],
  ];
  for (const [name, reply, expected] of failures) {
    it(`no token: ${name}`, async () => {
      const { statuses, seen } = await run([reply], (url) => oauth(url, 'clientCredentials'));
      assert.deepEqual(statuses, [expected]);
      assert.equal(seen.length, reply.close ? 3 : 1);
    });
  }

  it('a token that cannot be had does not suspend the backend', async () => {
    const wrong = [{ status: 400 }, { body: '' }, { body: '{"access_token":' }];
    for (const reply of wrong) {
      const endpoints = await startBackend([reply, token('T1'), {}]);
      const endpoint = endpointOf(oauth(endpoints.url, 'clientCredentials'));
      const environment = environmentOf({});
      const send = async () => {
        const { message } = await messageOf({ body: '{}', environment, set: { 'uri.var.v': 'a' } });
        await endpoint.send(message);
      };
      await assert.rejects(send());
      // For a moment the failure is remembered.
      await new Promise((done) => setTimeout(done, 320));
      await send();
      endpoints.close();
    }
  });

  it('many callers at once ask for one token', async () => {
    const backend = await startBackend([token('T1'), {}]);
    const endpoint = endpointOf(oauth(backend.url, 'clientCredentials'));
    const environment = environmentOf({});
    const messages = await Promise.all(
      Array.from({ length: 5 }, () => messageOf({ body: '{}', environment, set: { 'uri.var.v': 'a' } })),
    );
    await Promise.all(messages.map(({ message }) => endpoint.send(message)));
    assert.equal(backend.seen.filter(({ url }) => url === '/token').length, 1);
    backend.close();
  });

  const wrong: [name: string, xml: string][] = [
    ['no grant', '<x/>'],
    ['two grants', '<clientCredentials/><passwordCredentials/>'],
    ['no secret', '<clientCredentials><clientId>a</clientId><tokenUrl>http://a</tokenUrl></clientCredentials>'],
    ['a number that is none', inGrant('<retries>some</retries>')],
    ['a parameter without a name', inGrant('<requestParameters><parameter>a</parameter></requestParameters>')],
    ['a proxy without a port', inGrant('<proxyConfigs><proxyHost>a</proxyHost></proxyConfigs>')],
    ['a header name that is none', inGrant('<headerName>a b</headerName>')],
    ['a path where PEM text belongs', inGrant('<tls><caCertificate>/etc/passwd</caCertificate></tls>')],
    ['a certificate without its key', inGrant('<tls><certificate>-----BEGIN X</certificate></tls>')],
    ['a key that is none', inGrant('<privateKey>-----BEGIN PRIVATE KEY-----</privateKey>')],
    ['a property without a name', inGrant('<responseProperties><property/></responseProperties>')],
    [
      'api-management 3.11 rule 6: whoever waits must wait longer than one call takes',
      inGrant(
        '<socketTimeout>1000</socketTimeout><connectionTimeout>500</connectionTimeout><waitTimeout>1500</waitTimeout>',
      ),
    ],
  ];
  for (const [name, xml] of wrong) {
    it(`refused: ${name}`, () => {
      const block = `<authentication><oauth>${xml}</oauth></authentication>`;
      const problems = problemsOf(`<endpoint name="N"><http uri-template="http://a">${block}</http></endpoint>`);
      assert.deepEqual(
        problems.map(({ severity, code, message }) => [severity, code, message]),
        [['error', 'invalid-authentication', 'Invalid authentication configuration for endpoint N']],
      );
      assert.ok(problems[0]?.hint);
      assert.ok(!JSON.stringify(problems).includes('s3cret'));
    });
  }

  it('a child that is not known is warned about', () => {
    const block = `<authentication><oauth>${inGrant('<retrys>1</retrys>')}</oauth></authentication>`;
    const problems = problemsOf(`<endpoint name="N"><http uri-template="http://a">${block}</http></endpoint>`);
    assert.deepEqual(
      problems.map(({ severity, hint }) => [severity, hint]),
      [['warning', 'did you mean <retries>?']],
    );
  });
});

function inGrant(more: string): string {
  return `<clientCredentials><clientId>a</clientId><clientSecret>s3cret</clientSecret><tokenUrl>http://a</tokenUrl>${more}</clientCredentials>`;
}
