import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { Readable } from 'node:stream';
import { HttpTransport } from '../../runtime/transport/http-transport.js';
import type { Transport, TransportRequest, TransportResponse } from '../../runtime/transport/transport.js';
import { atOnce, letIn, OAuthGateway, until } from './gateway.js';
import { TestBackend } from './protected-backend.js';
import { type Answering, granted, inTurn, TokenServer } from './token-server.js';

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

/** A door that opens once. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

const noToken = '502 {"code":"303003"}';

describe('api-management 3.11: the ten rules of a token cache, over real HTTP', () => {
  let gateway: OAuthGateway;
  afterEach(() => gateway.stop());

  const start = async (answer?: Answering, transport?: Transport): Promise<OAuthGateway> => {
    gateway = await OAuthGateway.start(answer, transport ? { transport } : {});
    return gateway;
  };
  const post = (name?: string): Promise<string> => gateway.post(name);

  it('rule 1: the key holds everything that shapes the token: another secret, scope or API has its own', async () => {
    await start();
    const scope = '<requestParameters><parameter name="scope">s</parameter></requestParameters>';
    gateway.deployApi({ name: 'a' });
    gateway.deployApi({ name: 'b' });
    gateway.deployApi({ name: 'c', secret: 'other' });
    gateway.deployApi({ name: 'd', more: scope });
    for (const name of ['a', 'b', 'c', 'd', 'a', 'b', 'c', 'd']) assert.equal(await post(name), letIn);
    assert.deepEqual(gateway.backend.tokens, ['T1', 'T2', 'T3', 'T4', 'T1', 'T2', 'T3', 'T4']);
  });

  it('rule 1: nor does one API mix them, when its values are expressions', async () => {
    await start();
    const more =
      '<requestParameters><parameter name="scope">{$trp:X-Scope}</parameter></requestParameters><customHeaders><header name="X-Tenant">{$trp:X-Tenant}</header></customHeaders>';
    gateway.deployApi({ secret: '{$trp:X-Secret}', more });
    const rows = ['a b c', 'x b c', 'a x c', 'a b x', 'a b c', 'x b c'];
    for (const row of rows) {
      const [secret = '', scope = '', tenant = ''] = row.split(' ');
      const headers = { 'X-Secret': secret, 'X-Scope': scope, 'X-Tenant': tenant };
      assert.equal(await gateway.post('a', { headers }), letIn);
    }
    assert.deepEqual(gateway.backend.tokens, ['T1', 'T2', 'T3', 'T4', 'T1', 'T2']);
  });

  it('rule 2: the token call follows no redirect, and its credentials go nowhere else', async () => {
    const elsewhere = await TokenServer.start();
    const { tokens, backend } = await start(inTurn({ status: 307, headers: { Location: elsewhere.url } }));
    gateway.deployApi();
    assert.equal(await post(), noToken);
    assert.deepEqual([tokens.calls.length, elsewhere.calls.length, backend.calls.length], [1, 0, 0]);
    elsewhere.stop();
  });

  it('rule 2: a redirect of the backend is relayed; the token is not sent to where it points', async () => {
    const { backend } = await start();
    const other = await TestBackend.start();
    backend.serve = (_call, response) => {
      response.writeHead(302, { Location: `${other.url}/stolen` });
      response.end();
    };
    gateway.deployApi({ method: 'get' });
    const response = await fetch(gateway.url(), { redirect: 'manual' });
    assert.equal(response.status, 302);
    assert.deepEqual([backend.tokens, other.calls.length], [['T1'], 0]);
    other.stop();
  });

  for (const door of ['endpoint', 'mediator'] as const) {
    it(`rule 2: nor does a blocking call that follows it take a header of another name along (${door})`, async () => {
      const { backend } = await start();
      const other = await TestBackend.start();
      other.serve = (_call, response) => void response.end('{}');
      backend.serve = (_call, response) => {
        response.writeHead(302, { Location: `${other.url}/stolen` });
        response.end();
      };
      const grantXml = gateway.grantXml({ more: '<headerName>X-Token</headerName>' });
      const block = door === 'endpoint' ? `<authentication><oauth>${grantXml}</oauth></authentication>` : '';
      const before = door === 'mediator' ? `<oauthToken xmlns="urn:mediant:mediators">${grantXml}</oauthToken>` : '';
      const call = `<call blocking="true"><endpoint><http method="get" uri-template="${backend.url}/x">${block}</http></endpoint></call>`;
      gateway.deploy(
        `<api xmlns="http://ws.apache.org/ns/synapse" name="a" context="/a"><resource methods="GET"><inSequence>${before}${call}<respond/></inSequence></resource></api>`,
      );
      await fetch(gateway.url());
      assert.equal(backend.calls[0]?.headers['x-token'], 'Bearer T1');
      assert.deepEqual(
        other.calls.map(({ path, headers }) => [path, headers['x-token']]),
        [['/stolen', undefined]],
      );
      other.stop();
    });
  }

  it('rule 3: a purge counts for what is under way too: what was fetched before it is not used', async () => {
    // The renewal beside the traffic hangs while the token that it replaces is refused.
    const { opened, open } = gate();
    const { tokens, backend } = await start(async (_call, count) => {
      if (count === 2) await opened;
      return granted(`T${count}`, { expires_in: 100 });
    });
    gateway.deployApi({ more: '<expiryMargin>1</expiryMargin><refreshBefore>99</refreshBefore>' });
    assert.deepEqual([await post(), await post()], [letIn, letIn]);
    await until(() => tokens.calls.length === 2);
    backend.valid.delete('T1');
    assert.equal(await post(), letIn);
    open();
    await new Promise((done) => setTimeout(done, 50));
    assert.equal(await post(), letIn);
    assert.deepEqual(backend.tokens, ['T1', 'T1', 'T1', 'T3', 'T3']);
  });

  it('rule 4: a burst of 401s to one token makes one new call', async () => {
    const { tokens, backend } = await start();
    gateway.deployApi();
    assert.equal(await post(), letIn);
    backend.valid.clear();
    assert.deepEqual(new Set(await atOnce(50, post)), new Set([letIn]));
    assert.equal(tokens.calls.length, 2);
  });

  it('rule 5: the 401 is given up before the new token is fetched: with one connection for all, nothing blocks', async () => {
    const { tokens, backend } = await start(undefined, new OneAtATime());
    backend.serve = (_call, response) => {
      if (backend.calls.length > 1) return void response.end('done');
      // The rest never comes.
      response.writeHead(401, { 'Content-Length': 1_000_000 });
      return void response.write('x'.repeat(1000));
    };
    gateway.deployApi();
    assert.equal(await post(), '200 done');
    assert.deepEqual([backend.tokens, tokens.calls.length], [['T1', 'T2'], 2]);
  });

  it('rule 6: waiting takes longer than the token call: a slow endpoint fails nobody', async () => {
    const { tokens } = await start(inTurn({ ...granted('T1'), delay: 400 }));
    gateway.deployApi({ more: '<socketTimeout>1000</socketTimeout>' });
    assert.deepEqual(new Set(await atOnce(20, post)), new Set([letIn]));
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
      const { backend } = await start((_call, count) => granted(`T${count}`, answer));
      gateway.deployApi({ more });
      assert.deepEqual([await post(), await post()], [letIn, letIn]);
      assert.deepEqual(backend.tokens, expected);
    });
  }

  it('rule 7: a token that is not kept serves all who waited for it', async () => {
    const { tokens } = await start((_call, count) => ({ ...granted(`T${count}`, { expires_in: 20 }), delay: 200 }));
    gateway.deployApi({ more: '<expiryMargin>30</expiryMargin>' });
    assert.deepEqual(new Set(await atOnce(20, post)), new Set([letIn]));
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
      const { tokens, backend } = await start(inTurn({ status }));
      gateway.deployApi();
      assert.equal(await post(), noToken);
      assert.deepEqual([tokens.calls.length, backend.calls.length], [calls, 0]);
    });
  }

  it('rule 8: invalid_client opens a negative cache that grows: a wrong secret locks no account', async () => {
    const { tokens, clock } = await start(inTurn({ status: 401, body: { error: 'invalid_client' } }));
    gateway.deployApi();
    const calls: number[] = [];
    // At once, after a second, after two more, after four more.
    for (const wait of [0, 0, 500, 500, 1_500, 500, 3_500, 500]) {
      clock.forward(wait);
      assert.equal(await post(), noToken);
      calls.push(tokens.calls.length);
    }
    assert.deepEqual(calls, [1, 1, 1, 2, 2, 3, 3, 4]);
  });

  it('rule 9: a client that goes away ends nothing for the others', async () => {
    const { tokens } = await start(inTurn({ ...granted('T1'), delay: 300 }));
    gateway.deployApi();
    const gone = httpRequest(gateway.url(), { method: 'POST', headers: { 'Content-Type': 'application/json' } });
    gone.on('error', () => undefined);
    gone.end('{"n":0}');
    await until(() => tokens.calls.length === 1);
    const waiting = atOnce(5, post);
    gone.destroy();
    assert.deepEqual(new Set(await waiting), new Set([letIn]));
    assert.equal(tokens.calls.length, 1);
  });

  it('rule 10: new credentials count at once; what the old ones were still fetching is never used', async () => {
    const { opened, open } = gate();
    const old = `Basic ${Buffer.from('id:old').toString('base64')}`;
    const { tokens, backend } = await start(async (call) => {
      if (call.headers.authorization !== old) return granted('new');
      await opened;
      return granted('old');
    });
    gateway.deployApi({ secret: 'old' });
    const waiting = atOnce(5, post);
    await until(() => tokens.calls.length === 1);
    gateway.deployApi({ secret: 'fresh' });
    assert.equal(await post(), letIn);
    open();
    assert.deepEqual(new Set(await waiting), new Set([letIn]));
    assert.equal(await post(), letIn);
    assert.deepEqual(new Set(backend.tokens), new Set(['new']));
    assert.equal(tokens.calls.length, 2);
  });

  it('rule 10: what waits when the configuration goes fails at once', async () => {
    const { tokens, deployed } = await start(inTurn({ hang: true }));
    gateway.deployApi();
    const waiting = post();
    await until(() => tokens.calls.length === 1);
    deployed.remove('api', 'a');
    assert.equal(await waiting, noToken);
  });
});
