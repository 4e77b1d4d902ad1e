import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApigeeManagement, bundleZip } from './apigee-management.js';
import { type Answer, call } from './management.js';
import { MediantProcess } from './mediant-process.js';

const goodToken = {
  status: 200,
  body: '{"access_token":"T1","token_type":"jwt","expires_in":"600","scope":"s"}',
};

/** Token server, translator and search engine in one (api-management 4.3, test doubles). */
class Backend {
  readonly seen: { url: string; type: string | undefined; authorization: string | undefined; body: string }[] = [];
  tokenAnswer: { status: number; body: string } | 'reset' = goodToken;
  readonly #server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (data) => {
      body += data;
    });
    request.on('end', () => this.#answer(request, body, response));
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  paths(prefix: string): string[] {
    return this.seen.map(({ url }) => url).filter((url) => url.startsWith(prefix));
  }

  #answer(request: http.IncomingMessage, body: string, response: http.ServerResponse): void {
    const url = request.url ?? '';
    const { 'content-type': type, authorization } = request.headers;
    this.seen.push({ url, type, authorization, body });
    if (url === '/token') {
      if (this.tokenAnswer === 'reset') return void request.socket.destroy();
      response.statusCode = this.tokenAnswer.status;
      return void response.end(this.tokenAnswer.body);
    }
    const parameters = new URL(url, 'http://h').searchParams;
    const word = (text: string) => `<string xmlns="http://translate">${text}</string>`;
    if (url.startsWith('/translate/Detect')) return void response.end(word('en'));
    if (url.startsWith('/translate/Translate')) {
      return void response.end(word(`${parameters.get('to')}(${parameters.get('text')})`));
    }
    response.end('{"results":[{"text":"uno"},{"text":"dos"}]}');
  }
}

describe('api-management 4.3: outbound-oauth, its scripts unchanged', function () {
  this.timeout(60_000);
  let backend: Backend;
  let address: string;
  let server: MediantProcess;
  let management: ApigeeManagement;

  before(async () => {
    backend = new Backend();
    address = await backend.start();
    server = await MediantProcess.start();
    management = new ApigeeManagement(server);
  });
  after(async () => {
    await server?.stop();
    backend?.stop();
  });
  beforeEach(() => {
    backend.seen.splice(0);
    backend.tokenAnswer = goodToken;
  });

  const search = (query = '?lang=es&q=bicycle'): Promise<Answer> =>
    call('GET', `${server.url('gateway')}/outbound-oauth/search.json${query}`);
  const publish = (seconds = 600): Promise<void> =>
    management.importAndDeploy(
      'outbound-oauth',
      bundleZip('outbound-oauth', { BACKEND: address, TTL: String(seconds) }),
    );
  const hit = ({ headers }: Answer) => headers.get('API-Token-Cache-Hit');

  it('A14: without the cache resource the request faults', async () => {
    await publish();
    const answer = await search();
    assert.equal(answer.status, 500);
    assert.match(answer.text, /policies\.lookupcache\./);
  });

  it('A2: the cache is made once', async () => {
    const body =
      '<Cache name="oauth-token-cache"><Description>Tokens</Description><ExpirySettings><TimeOfDay>00:00:00</TimeOfDay></ExpirySettings></Cache>';
    const make = () => management.call('POST', '/environments/test/caches', { type: 'application/xml', body });
    assert.equal((await make()).status, 201);
    assert.equal((await make()).status, 409);
  });

  it('A5, A6: one token for several requests; query and results are translated', async () => {
    const first = await search();
    assert.equal(first.status, 200, first.text);
    assert.equal(hit(first), 'false');
    assert.equal(first.headers.get('Access-Control-Allow-Origin'), '*');
    assert.deepEqual(first.body.results, [
      { text: 'en(uno)', text_orig: 'uno' },
      { text: 'en(dos)', text_orig: 'dos' },
    ]);
    const [asked] = backend.paths('/search.json');
    assert.equal(new URL(asked ?? '', 'http://h').searchParams.get('q'), 'es(bicycle)');
    const token = backend.seen.find(({ url }) => url === '/token');
    assert.equal(token?.type, 'application/x-www-form-urlencoded');
    assert.equal(token?.authorization, undefined);
    assert.equal(new URLSearchParams(token?.body).get('client_secret'), 'translate-secret');
    assert.equal(hit(await search()), 'true');
    assert.equal(backend.paths('/token').length, 1);
  });

  it('A8: without q or lang nothing is translated into "undefined"', async () => {
    const answer = await search('?lang=es');
    assert.equal(answer.status, 200);
    assert.ok(!JSON.stringify([backend.seen, answer.text]).includes('undefined'));
    assert.deepEqual(
      backend.paths('/translate/Translate').map((url) => new URL(url, 'http://h').searchParams.get('to')),
      ['null', 'null'],
    );
  });

  it('A13: another revision has another cache entry', async () => {
    await publish();
    assert.equal(hit(await search()), 'false');
  });

  it('A7: the entry ends after its time', async () => {
    await publish(1);
    assert.equal(hit(await search()), 'false');
    assert.equal(hit(await search()), 'true');
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    assert.equal(hit(await search()), 'false');
  });

  it('A9: a refused token request is a fault with its reason, and nothing is kept', async () => {
    await publish();
    backend.tokenAnswer = { status: 400, body: '{"error":"invalid_client","error_description":"bad client"}' };
    const answer = await search();
    assert.equal(answer.status, 500);
    assert.match(answer.text, /"errorcode":"steps\.javascript\.ScriptExecutionFailed"/);
    assert.match(answer.text, /bad client/);
    backend.tokenAnswer = goodToken;
    assert.equal(hit(await search()), 'false');
  });

  it('A10: a token server that is down, or gives no token, is a fault', async () => {
    await publish();
    backend.tokenAnswer = 'reset';
    const down = await search();
    assert.equal(down.status, 500);
    assert.match(down.text, /steps\.javascript\.ScriptExecutionFailed/);
    backend.tokenAnswer = { status: 200, body: '{}' };
    const none = await search();
    assert.equal(none.status, 500);
    assert.match(none.text, /policies\.populatecache\./);
  });

  it('other paths fetch the token and go straight to the target', async () => {
    await publish();
    const answer = await call('GET', `${server.url('gateway')}/outbound-oauth/other?q=x`);
    assert.deepEqual([answer.status, backend.seen.map(({ url }) => url)], [200, ['/token', '/other?q=x']]);
  });

  it('no secret is in the log', () => {
    for (const secret of ['translate-secret', 'T1"']) assert.ok(!server.output.includes(secret));
  });
});
