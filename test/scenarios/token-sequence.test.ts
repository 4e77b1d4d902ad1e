import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { call, callerToken, generations, Management, publishedSequence } from './management.js';
import { MediantProcess } from './mediant-process.js';
import { headerOf, ProtectedBackend } from './protected-backend.js';

/** Scenario C of api-management 4.1: publish, subscribe, fail, upload the in-flow, succeed. */
for (const generation of generations) {
  describe(`api-management 4.1 in the ${generation} form`, () => {
    let backend: ProtectedBackend;
    let server: MediantProcess;
    let management: Management;
    let api: string;
    let token: string;

    before(async function () {
      this.timeout(60_000);
      backend = await ProtectedBackend.start();
      server = await MediantProcess.start();
      management = await Management.open(server, generation);
      api = await management.publishApi(backend.backendUrl);
      token = await callerToken(server, await management.subscribe(api));
    });

    after(async () => {
      await server?.stop();
      backend?.stop();
    });

    const invoke = (method: string, path: string, body?: string) =>
      call(method, `${server.url('gateway')}/pizza/1.0.0${path}`, {
        headers: {
          Authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body }),
      });

    it('C6: the first invocation fails at the backend, with the backend’s own body and without the caller’s token', async () => {
      const answer = await invoke('GET', '/menu');
      assert.equal(answer.status, 401);
      assert.deepEqual(answer.body, { error: 'missing_credentials' });
      const { tokens, backend: seen } = await backend.take();
      assert.equal(tokens.length, 0);
      assert.equal(headerOf(seen[0], 'Authorization'), undefined);
    });

    it('C8, C9: the published sequence is uploaded, bound and made to count', async () => {
      await management.bindInFlow(api, publishedSequence('simple-token-gen', backend));
    });

    it('C10: GET succeeds; the backend sees the fetched token, the method, the path and the query', async () => {
      const answer = await invoke('GET', '/any/thing?a=1&b=%20x');
      assert.equal(answer.status, 200, answer.text);
      const { tokens, backend: seen } = await backend.take();
      assert.equal(tokens.length, 1);
      assert.equal(tokens[0]?.url, '/oauth/token');
      assert.equal(tokens[0]?.body.toString(), 'grant_type=client_credentials');
      assert.equal(seen.length, 1);
      assert.equal(`${seen[0]?.method} ${seen[0]?.url}`, 'GET /any/thing?a=1&b=%20x');
      assert.match(headerOf(seen[0], 'Authorization') ?? '', /^Bearer as-token-\d+$/);
      assert.equal(seen[0]?.body.length, 0);
      assert.ok(!JSON.stringify(seen[0]?.headers).includes(token), 'the caller’s token reached the backend');
    });

    it('C10: a POST arrives with exactly its body', async () => {
      const answer = await invoke('POST', '/order', '{"pizza":1}');
      assert.equal(answer.status, 200, answer.text);
      const { backend: seen } = await backend.take();
      assert.equal(`${seen[0]?.method} ${seen[0]?.url}`, 'POST /order');
      assert.equal(seen[0]?.body.toString(), '{"pizza":1}');
      assert.equal(headerOf(seen[0], 'Content-Type'), 'application/json');
    });

    it('no credential set for the token call or the backend comes back to the client', async () => {
      const answer = await invoke('GET', '/menu');
      const { backend: seen } = await backend.take();
      const sent = headerOf(seen[0], 'Authorization') ?? '';
      assert.equal(answer.headers.get('authorization'), null);
      assert.ok(!JSON.stringify([...answer.headers]).includes(sent));
    });
  });
}

describe('api-management 4.1 C12: the published sequence that keeps its token in the registry', () => {
  let backend: ProtectedBackend;
  let server: MediantProcess;
  let token: string;

  before(async function () {
    this.timeout(60_000);
    backend = await ProtectedBackend.start();
    server = await MediantProcess.start();
    const management = await Management.open(server, 'v3');
    const api = await management.publishApi(backend.backendUrl);
    token = await callerToken(server, await management.subscribe(api));
    await management.bindInFlow(api, publishedSequence('simple-token-gen-cached', backend));
  });

  after(async () => {
    await server?.stop();
    backend?.stop();
  });

  const order = (body: string) =>
    call('POST', `${server.url('gateway')}/pizza/1.0.0/order`, {
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body,
    });

  it('fetches one token for many requests, and restores each body', async () => {
    for (const body of ['{"n":1}', '{"n":2}', '[1.50,"x"]']) {
      const answer = await order(body);
      assert.equal(answer.status, 200, answer.text);
      assert.equal(answer.body.body, body);
    }
    const { tokens, backend: seen } = await backend.take();
    assert.equal(tokens.length, 1);
    assert.deepEqual(new Set(seen.map((one) => headerOf(one, 'Authorization'))).size, 1);
  });

  it('fetches a new token when the kept one is older than an hour', async () => {
    const folder = path.join(server.home, 'registry', 'local', 'api-backend-credentials', 'pizzaOrderingAPI');
    writeFileSync(path.join(folder, 'generated_Time'), String(Date.now() - 3_600_001));
    // A resource that was changed by hand counts after a second at the latest.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await backend.take();
    assert.equal((await order('{"n":3}')).status, 200);
    assert.equal((await order('{"n":4}')).status, 200);
    assert.equal((await backend.take()).tokens.length, 1);
  });
});
