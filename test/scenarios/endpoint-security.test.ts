import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DigestServer } from '../endpoint/digest-server.js';
import { type Answer, call, callerToken, Management } from './management.js';
import { MediantProcess } from './mediant-process.js';

/** Credentials of a published API other than OAuth, by a real server; those are in native-oauth.test.ts. */
describe('api-management 1.16: endpoint security of the types DIGEST and APIKEY', function () {
  this.timeout(60_000);
  let backend: DigestServer;
  let open: Server;
  const seen: IncomingMessage[] = [];
  let server: MediantProcess;
  let management: Management;
  let api: string;
  let token: string;

  before(async () => {
    backend = await DigestServer.start();
    open = createServer((request, response) => {
      seen.push(request);
      response
        .writeHead(200, { 'Content-Type': 'application/json', 'X-Key': request.headers['x-key'] ?? '' })
        .end('{}');
    });
    await new Promise<void>((done) => open.listen(0, '127.0.0.1', done));
    server = await MediantProcess.start();
    management = await Management.open(server, 'v3');
    api = await management.publishApi(backend.url);
    token = await callerToken(server, await management.subscribe(api));
  });
  after(async () => {
    await server?.stop();
    backend?.stop();
    open?.closeAllConnections();
    open?.close();
  });
  beforeEach(() => void seen.splice(0));

  const url = (): string => `${management.publisher}/apis/${api}`;
  const openUrl = (): string => `http://127.0.0.1:${(open.address() as AddressInfo).port}`;

  async function save(address: string, production: object): Promise<void> {
    const current = await management.do('GET', url(), 200);
    const endpoint_security = { production, sandbox: { enabled: false } };
    const endpointConfig = { endpoint_type: 'http', production_endpoints: { url: address }, endpoint_security };
    await management.do('PUT', url(), 200, { ...current, endpointConfig });
  }

  async function secure(address: string, production: object): Promise<void> {
    await save(address, production);
    const { list } = await management.do('GET', `${url()}/revisions`, 200);
    for (const { id } of list as { id: string }[]) await management.try('DELETE', `${url()}/revisions/${id}`);
    await management.deploy(api);
  }

  function order(path = '/order'): Promise<Answer> {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    return call('POST', `${server.url('gateway')}/pizza/1.0.0${path}`, { headers, body: '{"pizza":1}' });
  }

  const login = { enabled: true, type: 'DIGEST', username: 'user', password: 'pa"ss' };

  it('DIGEST: the challenge is met with original method, path, type and body', async () => {
    await secure(backend.url, login);
    for (let count = 0; count < 3; count++) {
      const { status, body } = await order('/order?x=1');
      assert.deepEqual([status, body], [200, { method: 'POST', path: '/order?x=1', body: '{"pizza":1}' }]);
    }
    assert.deepEqual(backend.told, ['401 -', '200 00000001', '200 00000002', '200 00000003']);
    assert.ok(backend.calls.every(({ authorization }) => !authorization?.startsWith('Bearer')));
    assert.equal(backend.calls[1]?.contentType, 'application/json');
  });

  it('DIGEST: new credentials count with the next revision; wrong ones are the backend’s 401', async () => {
    await secure(backend.url, { ...login, type: 'digest', password: 'other-pass' });
    assert.equal((await order()).status, 401);
    await secure(backend.url, { ...login, type: 'digest' });
    assert.equal((await order()).status, 200);
  });

  const key = { enabled: true, type: 'APIKEY', apiKeyIdentifier: 'X-Key', apiKeyValue: 'backend key/1' };
  const places: [type: string, identifier: string, path: string, header: string | undefined][] = [
    ['HEADER', 'X-Key', '/order?x=1', 'backend key/1'],
    ['QUERY_PARAMETER', 'api_key', '/order?x=1&api_key=backend%20key%2F1', undefined],
  ];
  for (const [apiKeyIdentifierType, apiKeyIdentifier, path, header] of places) {
    it(`APIKEY: ${apiKeyIdentifierType}`, async () => {
      await secure(openUrl(), { ...key, apiKeyIdentifierType, apiKeyIdentifier });
      const answer = await order('/order?x=1');
      assert.equal(answer.status, 200);
      assert.deepEqual([seen[0]?.url, seen[0]?.headers['x-key']], [path, header]);
      assert.equal(seen[0]?.headers.authorization, undefined);
    });
  }

  it('APIKEY: an answer that repeats the header does not tell it', async () => {
    await secure(openUrl(), { ...key, apiKeyIdentifierType: 'HEADER' });
    assert.equal((await order()).headers.get('x-key'), null);
  });

  it('GET shows no secret, and PUT with "" keeps it', async () => {
    const { endpointConfig } = await management.do('GET', url(), 200);
    const { production } = (endpointConfig as { endpoint_security: { production: Record<string, unknown> } })
      .endpoint_security;
    assert.equal(production.apiKeyValue, '');
    await secure(openUrl(), production);
    await order();
    assert.equal(seen[0]?.headers['x-key'], 'backend key/1');
  });

  it('a type that does not exist is refused when it is deployed: never a silent request without credentials', async () => {
    await save(openUrl(), { ...key, type: 'AWS' });
    const revision = await management.do('POST', `${url()}/revisions`, 201, { description: 'x' });
    const path = `${url()}/deploy-revision?revisionId=${revision.id}`;
    const answer = await management.try('POST', path, [{ name: 'Default', vhost: 'localhost' }]);
    assert.equal(answer.status, 400, answer.text);
    assert.match(String(answer.body.description), /Invalid authentication configuration for endpoint /);
  });

  it('no secret stands in the log, the home, the metrics or an answer of the admin', async () => {
    const read = await management.try('GET', url());
    const metrics = await call('GET', `${server.url('internal')}/metric-service/metrics`);
    for (const secret of ['pa"ss', 'other-pass', 'backend key/1', 'backend%20key']) {
      for (const text of [server.output, read.text, metrics.text]) assert.ok(!text.includes(secret), secret);
      const found = execFileSync('sh', ['-c', 'grep -rlaF -- "$0" "$1" || true', secret, server.home]);
      assert.equal(found.toString(), '', `${secret} is in the home`);
    }
  });
});
