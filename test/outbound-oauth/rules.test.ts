import assert from 'node:assert/strict';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import Koa from 'koa';
import { Deployed } from '../../runtime/deploy/deployed.js';
import { MemoryRegistry } from '../../runtime/deploy/memory-registry.js';
import { TokenClient } from '../../runtime/outbound-oauth/token-client.js';
import { mediationMiddleware } from '../../runtime/server/gateway/middleware.js';
import { HttpTransport } from '../../runtime/transport/http-transport.js';
import type { Transport, TransportRequest, TransportResponse } from '../../runtime/transport/transport.js';
import { Clock } from './harness.js';
import { TestBackend } from './protected-backend.js';
import { type Answering, granted, inTurn, TokenServer } from './token-server.js';

/** Tokens that the backend knows: what the token endpoint grants is let in. */
function grantAll(tokens: TokenServer, backend: TestBackend): void {
  const { answer } = tokens;
  tokens.answer = async (call, count) => {
    const reply = await answer(call, count);
    const token = (reply.body as { access_token?: string } | undefined)?.access_token;
    if (token) backend.valid.add(token);
    return reply;
  };
}

/** A pool of one connection: it is taken until an answer is read or given up. */
class OneAtATime implements Transport {
  readonly #transport = new HttpTransport();
  #free: Promise<unknown> = Promise.resolve();

  async exchange(request: TransportRequest): Promise<TransportResponse> {
    await this.#free;
    const response = await this.#transport.exchange(request);
    const { body } = response;
    if (body instanceof Readable) this.#free = new Promise((resolve) => body.once('close', resolve));
    return response;
  }

  close(): void {
    this.#transport.close();
  }
}

describe('api-management 3.11: the ten rules of a token cache, over real HTTP', () => {
  let tokens: TokenServer;
  let backend: TestBackend;
  let gateway: ReturnType<typeof createServer>;
  let deployed: Deployed;
  let logs: string[];
  let clock: Clock;

  async function start(answer?: Answering, transport: Transport = new HttpTransport()): Promise<void> {
    tokens = await TokenServer.start(answer);
    backend = await TestBackend.start();
    grantAll(tokens, backend);
    logs = [];
    clock = new Clock();
    deployed = new Deployed({
      registry: new MemoryRegistry(),
      logger: { enabled: () => true, log: (_level, logger, text) => void logs.push(`${logger}: ${text}`) },
      transport,
      tokens: new TokenClient({ transport, now: clock.now }),
    });
    const app = new Koa().use(mediationMiddleware(deployed, 'http'));
    gateway = createServer(app.callback());
    await new Promise<void>((done) => gateway.listen(0, '127.0.0.1', done));
  }

  afterEach(() => {
    tokens.stop();
    backend.stop();
    gateway.closeAllConnections();
    gateway.close();
  });

  /** Deploys an API whose one call has these credentials; or replaces it. */
  function deploy(options: { name?: string; secret?: string; more?: string; method?: string } = {}): void {
    const { name = 'a', secret = 'secret', more = '', method = 'post' } = options;
    const oauth = `<oauth><clientCredentials><clientId>id</clientId><clientSecret>${secret}</clientSecret><tokenUrl>${tokens.url}</tokenUrl>${more}</clientCredentials></oauth>`;
    const xml = `<api xmlns="http://ws.apache.org/ns/synapse" name="${name}" context="/${name}"><resource methods="GET POST" uri-template="/*"><inSequence><call><endpoint><http method="${method}" uri-template="${backend.url}/x"><authentication>${oauth}</authentication></http></endpoint></call><respond/></inSequence><faultSequence><property name="HTTP_SC" value="502" scope="axis2"/><payloadFactory media-type="json"><format>{"code":"$1"}</format><args><arg expression="$ctx:ERROR_CODE"/></args></payloadFactory><respond/></faultSequence></resource></api>`;
    const { artifacts, problems } = deployed.compile(xml, 'a.xml');
    assert.deepEqual(problems, []);
    for (const artifact of artifacts) deployed.add(artifact, { replace: true });
  }

  const url = (name = 'a'): string => `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/${name}/`;

  async function post(name = 'a', body: BodyInit = '{"n":1}'): Promise<string> {
    const headers = { 'Content-Type': 'application/json' };
    const response = await fetch(url(name), { method: 'POST', headers, body });
    return `${response.status} ${await response.text()}`;
  }

  const ok = '200 {"body":"{\\"n\\":1}"}';
  const several = <Value>(count: number, work: () => Promise<Value>): Promise<Value[]> =>
    Promise.all(Array.from({ length: count }, () => work()));

  it('rule 1: the key holds everything that shapes the token: another secret, scope or API has its own', async () => {
    await start();
    deploy({ name: 'a' });
    deploy({ name: 'b' });
    deploy({ name: 'c', secret: 'other' });
    const scope = '<requestParameters><parameter name="scope">s</parameter></requestParameters>';
    deploy({ name: 'd', more: scope });
    for (const name of ['a', 'b', 'c', 'd', 'a', 'b', 'c', 'd']) assert.equal(await post(name), ok);
    assert.deepEqual(backend.tokens, ['T1', 'T2', 'T3', 'T4', 'T1', 'T2', 'T3', 'T4']);
  });

  it('rule 2: the token call follows no redirect, and its credentials go nowhere else', async () => {
    const elsewhere = await TokenServer.start();
    await start(inTurn({ status: 307, headers: { Location: elsewhere.url } }));
    deploy();
    assert.equal(await post(), '502 {"code":"303003"}');
    assert.deepEqual([tokens.calls.length, elsewhere.calls.length, backend.calls.length], [1, 0, 0]);
    elsewhere.stop();
  });

  it('rule 2: a redirect of the backend is relayed; the token is not sent to where it points', async () => {
    await start();
    const other = await TestBackend.start();
    backend.serve = (_call, response) => {
      response.writeHead(302, { Location: `${other.url}/stolen` });
      response.end();
    };
    deploy({ method: 'get' });
    const response = await fetch(url(), { redirect: 'manual' });
    assert.equal(response.status, 302);
    assert.deepEqual([backend.tokens, other.calls.length], [['T1'], 0]);
    other.stop();
  });

  it('rule 3: a purge counts for what is under way too: what was fetched before it is not used', async () => {
    // The renewal beside the traffic hangs while the token it replaces is refused.
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await start(async (_call, count) => {
      if (count === 2) await held;
      return granted(`T${count}`, { expires_in: 100 });
    });
    const more = '<expiryMargin>1</expiryMargin><refreshBefore>99</refreshBefore>';
    deploy({ more });
    assert.equal(await post(), ok);
    assert.equal(await post(), ok);
    while (tokens.calls.length < 2) await new Promise((done) => setTimeout(done, 5));
    backend.valid.delete('T1');
    assert.equal(await post(), ok);
    release();
    await new Promise((done) => setTimeout(done, 50));
    assert.equal(await post(), ok);
    assert.deepEqual(backend.tokens, ['T1', 'T1', 'T1', 'T3', 'T3']);
  });

  it('rule 4: a burst of 401s to one token makes one new call', async () => {
    await start();
    deploy();
    assert.equal(await post(), ok);
    backend.valid.clear();
    assert.deepEqual(new Set(await several(50, post)), new Set([ok]));
    assert.equal(tokens.calls.length, 2);
  });

  it('rule 5: the 401 is given up before the new token is fetched: with one connection for all, nothing blocks', async () => {
    await start(undefined, new OneAtATime());
    backend.serve = (_call, response) => {
      if (backend.calls.length > 1) return void response.end('done');
      // The rest never comes.
      response.writeHead(401, { 'Content-Length': 1_000_000 });
      return void response.write('x'.repeat(1000));
    };
    deploy();
    assert.equal(await post(), '200 done');
    assert.deepEqual([backend.tokens, tokens.calls.length], [['T1', 'T2'], 2]);
  });

  it('rule 6: waiting takes longer than the token call: a slow endpoint fails nobody', async () => {
    await start(inTurn({ ...granted('T1'), delay: 400 }));
    deploy({ more: '<socketTimeout>1000</socketTimeout>' });
    assert.deepEqual(new Set(await several(20, post)), new Set([ok]));
    assert.equal(tokens.calls.length, 1);
  });

  const lifetimes: [name: string, answer: object, more: string, expected: string[]][] = [
    ['expires_in absent: the default', {}, '<defaultLifetime>100</defaultLifetime>', ['T1', 'T1']],
    ['expires_in absent, a default of 0', {}, '<defaultLifetime>0</defaultLifetime>', ['T1', 'T2']],
    [
      'expires_in within the margin: used, not kept',
      { expires_in: 20 },
      '<expiryMargin>30</expiryMargin>',
      ['T1', 'T2'],
    ],
    ['expires_in as a text', { expires_in: '3599' }, '', ['T1', 'T1']],
    ['expires_in as a short text', { expires_in: '20' }, '<expiryMargin>30</expiryMargin>', ['T1', 'T2']],
  ];
  for (const [name, answer, more, expected] of lifetimes) {
    it(`rule 7: ${name}`, async () => {
      await start((_call, count) => granted(`T${count}`, answer));
      deploy({ more });
      assert.deepEqual([await post(), await post()], [ok, ok]);
      assert.deepEqual(backend.tokens, expected);
    });
  }

  it('rule 7: a token that is not kept serves all who waited for it', async () => {
    await start((_call, count) => ({ ...granted(`T${count}`, { expires_in: 20 }), delay: 200 }));
    deploy({ more: '<expiryMargin>30</expiryMargin>' });
    assert.deepEqual(new Set(await several(20, post)), new Set([ok]));
    assert.equal(tokens.calls.length, 1);
  });

  const refusals: [status: number, calls: number][] = [
    [400, 1],
    [401, 1],
    [403, 1],
    [429, 3],
    [500, 3],
    [503, 3],
  ];
  for (const [status, calls] of refusals) {
    it(`rule 8: ${status} is ${calls > 1 ? '' : 'not '}met with other attempts; the backend is not called`, async () => {
      await start(inTurn({ status }));
      deploy();
      assert.equal(await post(), '502 {"code":"303003"}');
      assert.deepEqual([tokens.calls.length, backend.calls.length], [calls, 0]);
    });
  }

  it('rule 8: invalid_client opens a negative cache that grows: a wrong secret locks no account', async () => {
    await start(inTurn({ status: 401, body: { error: 'invalid_client' } }));
    deploy();
    const calls: number[] = [];
    // At once, after a second, after two more, after four more.
    for (const wait of [0, 0, 500, 500, 1_500, 500, 3_500, 500]) {
      clock.forward(wait);
      assert.equal(await post(), '502 {"code":"303003"}');
      calls.push(tokens.calls.length);
    }
    assert.deepEqual(calls, [1, 1, 1, 2, 2, 3, 3, 4]);
  });

  it('rule 9: a client that goes away ends nothing for the others', async () => {
    await start(inTurn({ ...granted('T1'), delay: 300 }));
    deploy();
    const gone = httpRequest(url(), { method: 'POST', headers: { 'Content-Type': 'application/json' } });
    gone.on('error', () => undefined);
    gone.end('{"n":0}');
    while (tokens.calls.length === 0) await new Promise((done) => setTimeout(done, 5));
    const waiting = several(5, post);
    gone.destroy();
    assert.deepEqual(new Set(await waiting), new Set([ok]));
    assert.equal(tokens.calls.length, 1);
  });

  it('rule 10: new credentials count at once; what the old ones were still fetching is never used', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const old = `Basic ${Buffer.from('id:old').toString('base64')}`;
    await start(async (call) => {
      if (call.headers.authorization !== old) return granted('new');
      await held;
      return granted('old');
    });
    deploy({ secret: 'old' });
    const waiting = several(5, post);
    while (tokens.calls.length === 0) await new Promise((done) => setTimeout(done, 5));
    deploy({ secret: 'fresh' });
    assert.equal(await post(), ok);
    release();
    assert.deepEqual(new Set(await waiting), new Set([ok]));
    assert.equal(await post(), ok);
    assert.deepEqual(new Set(backend.tokens), new Set(['new']));
    assert.equal(tokens.calls.length, 2);
  });

  it('rule 10: what waits when the configuration goes fails at once', async () => {
    await start(inTurn({ hang: true }));
    deploy();
    const waiting = post();
    while (tokens.calls.length === 0) await new Promise((done) => setTimeout(done, 5));
    deployed.remove('api', 'a');
    assert.equal(await waiting, '502 {"code":"303003"}');
  });
});
