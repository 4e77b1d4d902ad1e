import assert from 'node:assert/strict';
import { run } from '../../runtime/index.js';
import { DigestServer } from '../endpoint/digest-server.js';
import { TestBackend } from './protected-backend.js';
import { TokenServer } from './token-server.js';

/** A dry run records every step and call: the trace of a flow. */
describe('api-management 3.10: what a trace shows of the credentials of a backend', () => {
  let tokens: TokenServer;
  let backend: TestBackend;
  let digest: DigestServer;

  before(async () => {
    [tokens, backend, digest] = await Promise.all([TokenServer.start(), TestBackend.start(), DigestServer.start()]);
    tokens.answer = () => ({ body: { access_token: 'granted-token-1', expires_in: 3600, instance: 'shown' } });
    backend.serve = (call, response) => void response.end(JSON.stringify(call));
  });
  after(() => {
    for (const server of [tokens, backend, digest]) server.stop();
  });

  const grant = () =>
    `<clientCredentials><clientId>client-1</clientId><clientSecret>client-secret-1</clientSecret><tokenUrl>${tokens.url}</tokenUrl><requestParameters><parameter name="client_assertion">assertion-secret-1</parameter></requestParameters></clientCredentials>`;
  const endpoint = (url: string, authentication: string) =>
    `<call><endpoint><http method="post" uri-template="${url}/x"><authentication>${authentication}</authentication></http></endpoint></call>`;

  const key = (place: string) => `<apiKey><name>k</name><value>api key/1</value><in>${place}</in></apiKey>`;
  const rows: [name: string, steps: () => string, secrets: string[]][] = [
    [
      'the oauth block',
      () => endpoint(backend.url, `<oauth>${grant()}</oauth>`),
      ['granted-token-1', 'client-secret-1', 'assertion-secret-1'],
    ],
    [
      'oauthToken into a property of any name',
      () =>
        `<oauthToken xmlns="urn:mediant:mediators" property="p">${grant()}</oauthToken><property name="q" expression="fn:concat('a ', $ctx:p)"/><log level="custom"><property name="x" expression="$ctx:p"/></log>`,
      ['granted-token-1', 'client-secret-1', 'assertion-secret-1'],
    ],
    [
      'basicAuth',
      () => endpoint(backend.url, '<basicAuth><username>u</username><password>basic-secret-1</password></basicAuth>'),
      ['basic-secret-1', Buffer.from('u:basic-secret-1').toString('base64')],
    ],
    [
      'digestAuth',
      () => endpoint(digest.url, '<digestAuth><username>user</username><password>pa"ss</password></digestAuth>'),
      ['pa"ss', 'response='],
    ],
    ['apiKey in a header', () => endpoint(backend.url, key('header')), ['api key/1']],
    ['apiKey in the query', () => endpoint(backend.url, key('query')), ['api key/1', 'api%20key%2F1']],
  ];
  for (const [name, steps, secrets] of rows) {
    it(`${name}: neither secret nor token`, async () => {
      const sequence = `<sequence xmlns="http://ws.apache.org/ns/synapse" name="s">${steps()}</sequence>`;
      const result = await run(sequence, { body: '{"a":1}', contentType: 'application/json' });
      assert.equal(result.outcome, 'completed', JSON.stringify(result.error));
      assert.ok(result.steps.length > 0);
      const told = JSON.stringify(result);
      for (const secret of secrets) assert.ok(!told.includes(secret), `${secret} in ${told}`);
      const open = JSON.stringify(await run(sequence, { body: '{"a":1}' }, { showSecrets: true }));
      assert.ok(
        secrets.some((secret) => open.includes(secret)),
        'nothing was there to be hidden',
      );
    });
  }
});
