import assert from 'node:assert/strict';
import { atOnce, OAuthGateway } from '../outbound-oauth/gateway.js';
import { DigestServer } from './digest-server.js';

describe('api-management 1.16: Digest credentials for a backend', () => {
  let gateway: OAuthGateway;
  let backend: DigestServer;

  beforeEach(async () => {
    [gateway, backend] = await Promise.all([OAuthGateway.start(), DigestServer.start()]);
  });
  afterEach(() => {
    gateway.stop();
    backend.stop();
  });

  function deploy({ password = 'pa"ss', call = '', before = '' } = {}): void {
    const login = `<digestAuth><username>user</username><password>${password}</password></digestAuth>`;
    const endpoint = `<endpoint><http uri-template="${backend.url}/x?y=1"><authentication>${login}</authentication></http></endpoint>`;
    gateway.deploy(
      `<api xmlns="http://ws.apache.org/ns/synapse" name="a" context="/a"><resource methods="GET POST" uri-template="/*"><inSequence><property name="REST_URL_POSTFIX" action="remove" scope="axis2"/>${before}<call${call}>${endpoint}</call><respond/></inSequence></resource></api>`,
    );
  }

  const path = '/x?y=1';
  const answer = `200 {"method":"POST","path":"${path}","body":"{\\"n\\":1}"}`;

  it('one unauthenticated call, then the request with method, path, type and body; the nonce is used on', async () => {
    deploy();
    assert.deepEqual([await gateway.post(), await gateway.post(), await gateway.post()], [answer, answer, answer]);
    assert.deepEqual(backend.told, ['401 -', '200 00000001', '200 00000002', '200 00000003']);
    assert.deepEqual(new Set(backend.calls.map(({ contentType }) => contentType)), new Set(['application/json']));
  });

  it('GET has no body', async () => {
    deploy();
    const response = await fetch(gateway.url());
    assert.deepEqual([response.status, await response.json()], [200, { method: 'GET', path, body: '' }]);
  });

  it('a nonce that the server takes no more: the next one, unnoticed', async () => {
    deploy();
    await gateway.post();
    backend.expireNonces();
    assert.equal(await gateway.post(), answer);
    assert.deepEqual(backend.told.slice(2), ['401 00000002', '200 00000001']);
  });

  it('wrong credentials: the 401 is the answer, after no more than two attempts with them', async () => {
    deploy({ password: 'wrong' });
    for (const attempts of [1, 3]) {
      assert.match(await gateway.post(), /^401 /);
      assert.equal(backend.calls.filter(({ authorization }) => authorization !== undefined).length, attempts);
    }
  });

  it('SHA-256 where the server offers it', async () => {
    backend.algorithms = ['MD5', 'SHA-256'];
    deploy();
    assert.equal(await gateway.post(), answer);
    assert.match(backend.calls[1]?.authorization ?? '', /algorithm=SHA-256/);
  });

  it('values may be expressions, on the body too', async () => {
    deploy({ password: '{json-eval($.p)}' });
    const body = JSON.stringify({ p: 'pa"ss' });
    assert.match(await gateway.post('a', { body }), /^200 /);
  });

  it('a blocking call', async () => {
    deploy({ call: ' blocking="true"' });
    assert.equal(await gateway.post(), answer);
    assert.deepEqual(backend.told, ['401 -', '200 00000001']);
  });

  it('what the caller sent as Authorization does not go on', async () => {
    deploy();
    assert.equal(await gateway.post('a', { headers: { Authorization: 'Bearer callers-own' } }), answer);
    assert.equal(backend.calls[0]?.authorization, undefined);
  });

  it('a long body is streamed once, when the nonce is known', async () => {
    deploy();
    const body = `"${'x'.repeat(2_000_000)}"`;
    assert.match(await gateway.post('a', { body }), /^200 /);
    assert.deepEqual(
      backend.calls.map(({ length, status }) => [length, status]),
      [
        [0, 401],
        [body.length, 200],
      ],
    );
  });

  it('many at once', async () => {
    deploy();
    const answers = await atOnce(50, () => gateway.post());
    assert.deepEqual(new Set(answers), new Set([answer]));
  });

  it('a challenge of another kind: the 401 is the answer', async () => {
    backend.challenge = 'Basic realm="x"';
    deploy();
    assert.match(await gateway.post(), /^401 /);
    assert.deepEqual(backend.told, ['401 -']);
  });

  it('a failure leaves no credentials on the message, and the answer has none', async () => {
    deploy();
    const response = await fetch(gateway.url(), { method: 'POST', body: '{}' });
    assert.equal(response.headers.get('authorization'), null);
    assert.ok(!gateway.logs.join('\n').includes('pa"ss'));
  });
});
