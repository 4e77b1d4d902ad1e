import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import { jwtVerify } from 'jose';
import type { DeploymentOptions } from '../../runtime/deploy/deployment-options.js';
import { certificates } from '../transport/certificates.js';
import { startProxy } from '../transport/proxy-server.js';
import { type ApiXml, letIn, OAuthGateway } from './gateway.js';
import { type Answering, grant, granted, inTurn } from './token-server.js';

/** The `<oauth>` block of an endpoint (artifacts 3.7) with what it can beyond the reference's. */
describe('api-management 3.2: the oauth block of an http endpoint', () => {
  let gateway: OAuthGateway;
  afterEach(() => gateway?.stop());

  async function start(answer?: Answering, api: ApiXml = {}, options: Partial<DeploymentOptions> = {}) {
    gateway = await OAuthGateway.start(answer, options);
    gateway.deployApi(api);
    return gateway;
  }

  const forms: [name: string, api: ApiXml, expected: Record<string, string>][] = [
    ['client credentials', {}, { grant_type: 'client_credentials' }],
    [
      'password',
      { grant: 'passwordCredentials', more: '<username>u</username><password>p&amp;w+</password>' },
      { grant_type: 'password', username: 'u', password: 'p&w+' },
    ],
    [
      'authorization code: its refresh token',
      { grant: 'authorizationCode', more: '<refreshToken>R0</refreshToken>' },
      { grant_type: 'refresh_token', refresh_token: 'R0' },
    ],
    [
      'token exchange: the caller’s token',
      {
        grant: 'tokenExchange',
        more: '<requestParameters><parameter name="audience">orders</parameter></requestParameters>',
      },
      {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: 'callers-own',
        subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        audience: 'orders',
      },
    ],
    [
      'token exchange: another subject',
      {
        grant: 'tokenExchange',
        more: '<subjectToken>{$trp:X-User}</subjectToken><subjectTokenType>urn:ietf:params:oauth:token-type:jwt</subjectTokenType>',
      },
      {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: 'user-jwt',
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      },
    ],
    [
      'the client in the form',
      { more: '<authMode>payload</authMode>' },
      { grant_type: 'client_credentials', client_id: 'id', client_secret: 'secret' },
    ],
  ];
  for (const [name, api, expected] of forms) {
    it(`${name}`, async () => {
      const { tokens, backend } = await start(undefined, api);
      const headers = { Authorization: 'Bearer callers-own', 'X-User': 'user-jwt' };
      assert.equal(await gateway.post('a', { headers }), letIn);
      assert.deepEqual(
        tokens.calls.map(({ form }) => form),
        [expected],
      );
      assert.deepEqual(backend.tokens, ['T1']);
    });
  }

  it('token exchange: each caller has a token of its own, which the next request finds', async () => {
    const { tokens, backend } = await start(undefined, { grant: 'tokenExchange' });
    for (const caller of ['one', 'two', 'one']) {
      assert.equal(await gateway.post('a', { headers: { Authorization: `Bearer ${caller}` } }), letIn);
    }
    assert.deepEqual(
      tokens.calls.map(({ form }) => form.subject_token),
      ['one', 'two'],
    );
    assert.deepEqual(backend.tokens, ['T1', 'T2', 'T1']);
  });

  it('token exchange: a request without a caller’s token goes nowhere', async () => {
    const { tokens, backend, logs } = await start(undefined, { grant: 'tokenExchange' });
    assert.equal(await gateway.post(), '502 {"code":"303003"}');
    assert.deepEqual([tokens.calls.length, backend.calls.length], [0, 0]);
    assert.match(logs.join(), /was not asked: there is no token of a caller to exchange/);
  });

  for (const subject of ['', "<subjectToken>{substring-after($trp:Authorization, ' ')}</subjectToken>"]) {
    it(`token exchange: a refused token is exchanged anew for the same caller${subject && ', read from its header'}`, async () => {
      const { tokens, backend } = await start(undefined, { grant: 'tokenExchange', more: subject });
      const caller = { headers: { Authorization: 'Bearer caller-1' } };
      assert.equal(await gateway.post('a', caller), letIn);
      backend.valid.clear();
      assert.equal(await gateway.post('a', caller), letIn);
      assert.deepEqual(
        tokens.calls.map(({ form }) => form.subject_token),
        ['caller-1', 'caller-1'],
      );
      assert.deepEqual(backend.tokens, ['T1', 'T1', 'T2']);
    });
  }

  it('private_key_jwt', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
    const more = `<privateKey>${key}</privateKey><keyId>k1</keyId><assertionAudience>https://as</assertionAudience>`;
    const { tokens } = await start(undefined, { secret: '', more });
    assert.equal(await gateway.post(), letIn);
    const [call] = tokens.calls;
    assert.equal(call?.headers.authorization, undefined);
    const assertion = call?.form.client_assertion ?? '';
    const { protectedHeader } = await jwtVerify(assertion, createPublicKey(privateKey), {
      issuer: 'id',
      subject: 'id',
      audience: 'https://as',
    });
    assert.deepEqual([protectedHeader.alg, protectedHeader.kid], ['ES256', 'k1']);
  });

  const headers: [name: string, more: string, expected: Record<string, string | undefined>][] = [
    ['the usual header', '', { authorization: 'Bearer T1' }],
    [
      'another name',
      '<headerName>X-Backend-Token</headerName>',
      { 'x-backend-token': 'Bearer T1', authorization: 'Basic old' },
    ],
    ['another prefix', '<headerPrefix>Token</headerPrefix>', { authorization: 'Token T1' }],
    ['no prefix', '<headerPrefix/>', { authorization: 'T1' }],
  ];
  for (const [name, more, expected] of headers) {
    it(`header name and prefix: ${name}`, async () => {
      const { backend } = await start(undefined, { more });
      backend.serve = (_call, response) => void response.end('{}');
      assert.match(await gateway.post('a', { headers: { Authorization: 'Basic old' } }), /^200/);
      const [call] = backend.calls;
      for (const [header, value] of Object.entries(expected)) assert.equal(call?.headers[header], value);
    });
  }

  for (const kind of ['address', 'default']) {
    it(`an ${kind} endpoint takes the block too`, async () => {
      gateway = await OAuthGateway.start();
      const { backend } = gateway;
      const to = kind === 'address' ? ` uri="${backend.url}/x"` : '';
      const block = `<authentication><oauth>${gateway.grantXml()}</oauth></authentication>`;
      gateway.deploy(
        `<api xmlns="http://ws.apache.org/ns/synapse" name="a" context="/a"><resource methods="POST"><inSequence><header name="To" value="${backend.url}/x"/><call><endpoint><${kind}${to}>${block}</${kind}></endpoint></call><respond/></inSequence></resource></api>`,
      );
      assert.equal(await gateway.post(), letIn);
      assert.deepEqual(backend.tokens, ['T1']);
    });
  }

  it('a repeated header of the caller does not survive beside it', async () => {
    const { backend } = await start();
    const { port, hostname } = new URL(gateway.url());
    const socket = connect(Number(port), hostname);
    socket.write(
      'POST /a/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\nContent-Type: application/json\r\nAuthorization: Bearer one\r\nAuthorization: Bearer two\r\n\r\n{}',
    );
    assert.match(await text(socket), /^HTTP\/1.1 200/);
    assert.deepEqual(backend.tokens, ['T1']);
  });

  it('request headers and parameters', async () => {
    const more =
      '<customHeaders><header name="X-Tenant">t1</header></customHeaders><requestParameters><parameter name="scope">a b</parameter></requestParameters>';
    const { tokens } = await start(undefined, { more });
    assert.equal(await gateway.post(), letIn);
    assert.equal(tokens.calls[0]?.headers['x-tenant'], 't1');
    assert.equal(tokens.calls[0]?.form.scope, 'a b');
  });

  it('members of the answer are properties of the flow, whether the token was fetched or kept', async () => {
    const more =
      '<responseProperties><property name="instance" field="instance_url"/><property name="scope"/><property name="x" field="none"/></responseProperties>';
    gateway = await OAuthGateway.start(grant({ instance_url: 'https://i', scope: 'a b' }));
    const { backend } = gateway;
    const call = `<call><endpoint><http method="post" uri-template="${backend.url}/x"><authentication><oauth>${gateway.grantXml({ more })}</oauth></authentication></http></endpoint></call>`;
    gateway.deploy(
      `<api xmlns="http://ws.apache.org/ns/synapse" name="a" context="/a"><resource methods="POST"><inSequence>${call}<payloadFactory media-type="json"><format>{"is":"$1 $2 $3"}</format><args><arg expression="$ctx:instance"/><arg expression="$ctx:scope"/><arg expression="$ctx:x"/></args></payloadFactory><respond/></inSequence></resource></api>`,
    );
    assert.equal(await gateway.post(), '200 {"is":"https://i a b "}');
    assert.equal(await gateway.post(), '200 {"is":"https://i a b "}');
  });

  describe('where secrets are kept', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'mediant-test-'));
    after(() => rmSync(folder, { recursive: true }));

    const kept: [name: string, secret: string][] = [
      ['the environment', '$SYSTEM:MEDIANT_TEST_OAUTH_SECRET'],
      ['a file', '$FILE:oauthSecret'],
      ['the vault', "{wso2:vault-lookup('oauth.secret')}"],
      ['a property of the flow', '{$ctx:kept}'],
    ];
    for (const [name, secret] of kept) {
      it(name, async () => {
        process.env.MEDIANT_TEST_OAUTH_SECRET = 'kept-secret';
        const fileProperty = (key: string) => (key === 'oauthSecret' ? 'kept-secret' : undefined);
        const vault = (alias: string) => (alias === 'oauth.secret' ? 'kept-secret' : undefined);
        const before = '<property name="kept" value="kept-secret"/>';
        const { tokens } = await start(undefined, { secret, before }, { fileProperty, secret: vault });
        assert.deepEqual([await gateway.post(), await gateway.post()], [letIn, letIn]);
        const expected = `Basic ${Buffer.from('id:kept-secret').toString('base64')}`;
        assert.deepEqual(
          tokens.calls.map((call) => call.headers.authorization),
          [expected],
        );
      });
    }

    it('an authority and a client certificate, kept in files and in the vault', async () => {
      const { ca, client, server } = await certificates();
      const secure = createHttps(
        { ...server, ca, requestCert: true, rejectUnauthorized: true },
        (request, response) => {
          const known = (request.socket as TLSSocket).authorized;
          response.end(JSON.stringify({ access_token: known ? 'T1' : 'unknown', expires_in: 3600 }));
        },
      );
      await new Promise<void>((done) => secure.listen(0, '127.0.0.1', done));
      const url = `https://127.0.0.1:${(secure.address() as AddressInfo).port}/token`;
      const file = path.join(folder, 'ca.pem');
      writeFileSync(file, ca);
      gateway = await OAuthGateway.start(undefined, {
        fileProperty: (key) => (key === 'ca' ? file : client.cert),
        secret: () => client.key,
      });
      gateway.backend.valid.add('T1');
      Object.defineProperty(gateway.tokens, 'url', { value: url });
      const tls = (more: string) => `<tls><caCertificate>$FILE:ca</caCertificate>${more}</tls><retries>0</retries>`;
      const own = "<certificate>$FILE:cert</certificate><key>{wso2:vault-lookup('key')}</key>";
      gateway.deployApi({ name: 'a', more: tls(own) });
      gateway.deployApi({ name: 'b', more: tls('') });
      gateway.deployApi({ name: 'c' });
      assert.equal(await gateway.post('a'), letIn);
      assert.equal(await gateway.post('b'), '502 {"code":"303003"}');
      assert.equal(await gateway.post('c'), '502 {"code":"303003"}');
      secure.closeAllConnections();
      secure.close();
    });
  });

  it('a proxy for the token call, with a password from the vault; the backend is called directly', async () => {
    const proxy = await startProxy();
    const block = `<proxyConfigs><proxyHost>127.0.0.1</proxyHost><proxyPort>${proxy.port}</proxyPort><proxyProtocol>http</proxyProtocol><proxyUsername>u</proxyUsername><proxyPassword>{wso2:vault-lookup('p')}</proxyPassword></proxyConfigs>`;
    const { tokens } = await start(undefined, { more: block }, { secret: () => 'pw' });
    assert.equal(await gateway.post(), letIn);
    assert.deepEqual(proxy.seen, [`POST ${tokens.url}`]);
    assert.deepEqual(proxy.credentials, [`Basic ${Buffer.from('u:pw').toString('base64')}`]);
    proxy.close();
  });

  it('a proxy: hosts that are not for it', async () => {
    const proxy = await startProxy();
    const block = `<proxyConfigs><proxyHost>127.0.0.1</proxyHost><proxyPort>${proxy.port}</proxyPort><proxyProtocol>http</proxyProtocol><nonProxyHosts>10.*|127.*</nonProxyHosts></proxyConfigs>`;
    await start(undefined, { more: block });
    assert.equal(await gateway.post(), letIn);
    assert.deepEqual(proxy.seen, []);
    proxy.close();
  });

  const prefix = 'synapse.endpoint.http.oauth.';
  const global = `${prefix}token.endpoint.global.`;
  it('artifacts 3.7: the server’s proxy, where the endpoint asks for it', async () => {
    const proxy = await startProxy();
    const properties = new Map([
      [`${global}proxy.enabled`, 'true'],
      [`${global}proxy.host`, '127.0.0.1'],
      [`${global}proxy.port`, String(proxy.port)],
      [`${global}proxy.protocol`, 'http'],
    ]);
    await start(undefined, { name: 'a' }, { properties });
    gateway.deployApi({ name: 'b', more: '<useGlobalProxyConfigs>true</useGlobalProxyConfigs>' });
    assert.deepEqual([await gateway.post('a'), await gateway.post('b')], [letIn, letIn]);
    assert.equal(proxy.seen.length, 1);
    proxy.close();
  });

  const timeouts: [name: string, more: string, properties: Record<string, string>, tooLong: boolean][] = [
    ['its own', '<socketTimeout>80</socketTimeout>', {}, true],
    ['-1 stands for unset', '<socketTimeout>-1</socketTimeout>', {}, false],
    ['the server’s, not asked for', '', { [`${global}socket.timeout`]: '80' }, false],
    [
      'the server’s, asked for',
      '<useGlobalConnectionTimeoutConfigs>true</useGlobalConnectionTimeoutConfigs>',
      { [`${global}socket.timeout`]: '80' },
      true,
    ],
    [
      'the server’s, for all',
      '',
      { [`${global}socket.timeout`]: '80', [`${prefix}enable.global.timeout.configs`]: 'true' },
      true,
    ],
    [
      'its own beside the server’s',
      '<socketTimeout>5000</socketTimeout>',
      { [`${global}socket.timeout`]: '80', [`${prefix}enable.global.timeout.configs`]: 'true' },
      false,
    ],
  ];
  for (const [name, more, properties, tooLong] of timeouts) {
    it(`artifacts 3.7: time-outs of the token call: ${name}`, async () => {
      const api = { more: `${more}<retries>0</retries>` };
      const options = { properties: new Map(Object.entries(properties)) };
      await start(inTurn({ ...granted('T1'), delay: 300 }), api, options);
      assert.equal(await gateway.post(), tooLong ? '502 {"code":"303003"}' : letIn);
    });
  }

  it('artifacts 3.7: a trust store of the server’s properties, in PEM', async () => {
    const { ca, server } = await certificates();
    const secure = createHttps(server, (_request, response) => void response.end('{"access_token":"T1"}'));
    await new Promise<void>((done) => secure.listen(0, '127.0.0.1', done));
    const folder = mkdtempSync(path.join(tmpdir(), 'mediant-test-'));
    const file = path.join(folder, 'trusted.pem');
    writeFileSync(file, ca);
    const properties = new Map([[`${prefix}token.endpoint.trust.store.location`, file]]);
    gateway = await OAuthGateway.start(undefined, { properties });
    gateway.backend.valid.add('T1');
    const url = `https://127.0.0.1:${(secure.address() as AddressInfo).port}/token`;
    Object.defineProperty(gateway.tokens, 'url', { value: url });
    gateway.deployApi();
    assert.equal(await gateway.post(), letIn);
    secure.closeAllConnections();
    secure.close();
    rmSync(folder, { recursive: true });
  });

  it('a failure code of one’s own, for every kind of failure', async () => {
    for (const body of ['', '{"access_token":', '{"access_token":null}', '{}']) {
      await start(inTurn({ body }), { more: '<failureCode>990001</failureCode>' });
      assert.equal(await gateway.post(), '502 {"code":"990001"}');
      gateway.stop();
    }
    await start(inTurn({ status: 400 }), { more: '<failureCode>990001</failureCode>' });
    assert.equal(await gateway.post(), '502 {"code":"990001"}');
  });

  it('a failure does not leave the token on the message, for a fault sequence or another endpoint', async () => {
    const more = '';
    const fault =
      '<payloadFactory media-type="json"><format>{"header":"$1"}</format><args><arg expression="$trp:Authorization"/></args></payloadFactory><respond/>';
    const { backend } = await start(undefined, { more, fault });
    backend.serve = (_call, response) => void response.destroy();
    const before = { headers: { Authorization: 'Basic old' } };
    assert.match(await gateway.post('a', before), /\{"header":"Basic old"\}$/);
    assert.match(await gateway.post(), /\{"header":""\}$/);
  });

  describe('a 401 of the backend', () => {
    it('one replay, then 200', async () => {
      const { backend } = await start();
      assert.equal(await gateway.post(), letIn);
      backend.valid.clear();
      assert.equal(await gateway.post(), letIn);
      assert.deepEqual(backend.tokens, ['T1', 'T1', 'T2']);
    });

    it('in a blocking call too', async () => {
      const before = '<property name="REST_URL_POSTFIX" action="remove" scope="axis2"/>';
      const { backend } = await start(undefined, { call: ' blocking="true"', before });
      assert.equal(await gateway.post(), letIn);
      backend.valid.clear();
      assert.equal(await gateway.post(), letIn);
      assert.deepEqual(backend.tokens, ['T1', 'T1', 'T2']);
    });

    it('a second one is the answer', async () => {
      const { backend } = await start();
      backend.serve = (_call, response) => {
        response.writeHead(401);
        response.end('no');
      };
      assert.equal(await gateway.post(), '401 no');
      assert.deepEqual(backend.tokens, ['T1', 'T2']);
    });

    it('no new token: the request fails as without one', async () => {
      const { backend } = await start(inTurn(granted('T1'), { status: 400 }));
      assert.equal(await gateway.post(), letIn);
      backend.valid.clear();
      assert.equal(await gateway.post(), '502 {"code":"303003"}');
    });

    const kilobyte = 'x'.repeat(1024);
    const streamed = (parts: number): RequestInit & { duplex: 'half' } => ({
      body: new ReadableStream({
        async start(controller) {
          for (let count = 0; count < parts; count++) {
            controller.enqueue(Buffer.from(kilobyte));
            await new Promise((done) => setTimeout(done, 1));
          }
          controller.close();
        },
      }),
      duplex: 'half',
      headers: { 'Content-Type': 'application/octet-stream' },
    });
    const limit = '<replayLimit>20480</replayLimit>';
    const bodies: [name: string, more: string, init: RequestInit, replayed: boolean][] = [
      ['a stream within the limit', limit, streamed(20), true],
      ['a stream beyond the limit', limit, streamed(60), false],
      ['a body whose length says that it is within the limit', limit, { body: 'x'.repeat(20_480) }, true],
      ['a body whose length says that it is beyond', limit, { body: 'x'.repeat(20_481) }, false],
      ['a limit of 0', '<replayLimit>0</replayLimit>', { body: 'x' }, false],
      ['a megabyte, unless told otherwise', '', { body: 'x'.repeat(1_048_576) }, true],
      ['more than a megabyte', '', { body: 'x'.repeat(1_048_577) }, false],
    ];
    for (const [name, more, init, replayed] of bodies) {
      it(`is met with a replay of what was held: ${name}: ${replayed ? 'replayed' : 'the 401 is the answer'}`, async () => {
        const { backend } = await start(undefined, { more });
        assert.equal(await gateway.post(), letIn);
        backend.valid.clear();
        const answer = await gateway.post('a', init);
        assert.equal(answer.slice(0, 3), replayed ? '200' : '401');
        const [, first, second] = backend.calls;
        assert.ok(first && first.body.length > 0 && /^x+$/.test(first.body));
        if (replayed) assert.equal(second?.body, first.body);
        else assert.equal(backend.calls.length, 2);
        // The refused token has gone either way.
        assert.equal(await gateway.post(), letIn);
        assert.equal(backend.tokens.at(-1), 'T2');
      });
    }

    it('artifacts 3.7: no body is held where the server says so', async () => {
      const properties = new Map([[`${prefix}token.retry.message.building.disabled`, 'true']]);
      const { backend } = await start(undefined, {}, { properties });
      assert.equal(await gateway.post(), letIn);
      backend.valid.clear();
      assert.match(await gateway.post(), /^401/);
    });
  });
});
