import assert from 'node:assert/strict';
import { endpointOf, messageOf, type Reply, startBackend } from './harness.js';

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
  const statuses: string[] = [];
  try {
    for (const path of paths) {
      const { message } = await messageOf({
        body: '{"a":1}',
        properties,
        headers: { Authorization: 'Basic old' },
        set: { 'uri.var.v': path },
      });
      try {
        await endpoint.send(message);
        statuses.push(String(message.axis2.get('HTTP_SC')));
      } catch (error) {
        const { code, message: text } = error as { code?: number; message: string };
        statuses.push(`${code} ${text}`);
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
    ['refresh token', 'authorizationCode', '', basic, 'grant_type=refresh_token&refresh_token=r t'],
    ['password', 'passwordCredentials', '', basic, 'grant_type=password&username=u n&password=p w'],
    [
      'credentials in the body',
      'clientCredentials',
      '<authMode>Payload</authMode>',
      '-',
      'grant_type=client_credentials&client_id=my id&client_secret=s3&cret',
    ],
    [
      'parameters',
      'clientCredentials',
      '<requestParameters><parameter name="scope">a b</parameter></requestParameters>',
      basic,
      'grant_type=client_credentials&scope=a b',
    ],
  ];
  for (const [name, grant, more, authorization, body] of requests) {
    it(name, async () => {
      const { seen, statuses } = await run([token('T1'), {}], (url) => oauth(url, grant, more));
      assert.deepEqual(seen, [`/token ${authorization} ${body}`, '/api Bearer T1 {"a":1}']);
      assert.deepEqual(statuses, ['200']);
    });
  }

  it('a token serves all requests to one URL; another URL has its own', async () => {
    const { seen } = await run([token('T1'), {}, {}, token('T2'), {}], (url) => oauth(url, 'clientCredentials'), [
      'a',
      'a',
      'b',
    ]);
    assert.deepEqual(
      seen.map((line) => line.split(' ').slice(0, 3).join(' ')),
      [`/token ${basic}`, '/a Bearer T1', '/a Bearer T1', `/token ${basic}`, '/b Bearer T2'],
    );
  });

  it('its lifetime is the configured one', async () => {
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
    ['malformed JSON', { body: '{"access_token":' }, '601000 The answer of the token endpoint is malformed JSON'],
    ['closed', { close: true }, `303003 ${prefix}Unable to connect to the OAuth token endpoint.`],
  ];
  for (const [name, reply, expected] of failures) {
    it(`no token: ${name}`, async () => {
      const { statuses, seen } = await run([reply], (url) => oauth(url, 'clientCredentials'));
      assert.deepEqual(statuses, [expected]);
      assert.equal(seen.length, 1);
    });
  }

  it('a token that cannot be had does not suspend the backend', async () => {
    const { statuses } = await run([{ status: 500 }, token('T1'), {}], (url) => oauth(url, 'clientCredentials'), [
      'a',
      'a',
    ]);
    assert.match(statuses[0] ?? '', /^303003/);
    assert.equal(statuses[1], '200');
  });

  it('many callers at once ask for one token', async () => {
    const backend = await startBackend([token('T1'), {}]);
    const endpoint = endpointOf(oauth(backend.url, 'clientCredentials'));
    const messages = await Promise.all(
      Array.from({ length: 5 }, () => messageOf({ body: '{}', set: { 'uri.var.v': 'a' } })),
    );
    await Promise.all(messages.map(({ message }) => endpoint.send(message)));
    assert.equal(backend.seen.filter(({ url }) => url === '/token').length, 1);
    backend.close();
  });
});
