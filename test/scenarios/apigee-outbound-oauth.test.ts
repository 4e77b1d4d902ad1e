import assert from 'node:assert/strict';
import { ApigeeManagement, bundleZip } from './apigee-management.js';
import { type Answer, call } from './management.js';
import { MediantProcess } from './mediant-process.js';
import { TranslationBackend } from './translation-backend.js';

describe('api-management 4.3: outbound-oauth, its scripts unchanged', function () {
  this.timeout(60_000);
  let backend: TranslationBackend;
  let server: MediantProcess;
  let management: ApigeeManagement;

  before(async () => {
    backend = await TranslationBackend.start();
    server = await MediantProcess.start();
    management = new ApigeeManagement(server);
  });
  after(async () => {
    await server?.stop();
    backend?.stop();
  });
  beforeEach(() => backend.reset());

  const search = (query = '?lang=es&q=bicycle'): Promise<Answer> =>
    call('GET', `${server.url('gateway')}/outbound-oauth/search.json${query}`);
  const publish = (seconds = 600): Promise<void> =>
    management.importAndDeploy(
      'outbound-oauth',
      bundleZip('outbound-oauth', { BACKEND: backend.url, TTL: String(seconds) }),
    );
  const hit = ({ headers }: Answer) => headers.get('API-Token-Cache-Hit');

  it('A14: without the cache resource the request faults', async () => {
    await publish();
    const answer = await search();
    assert.equal(answer.status, 500);
    assert.match(answer.text, /policies\.lookupcache\./);
  });

  it('A1, A3, A4: settings are edited in the file, the zip is imported and deployed by either call', async () => {
    const zip = bundleZip('outbound-oauth', { BACKEND: backend.url, TTL: '600' });
    const imported = await management.import('outbound-oauth', zip);
    const { revision, name } = imported.body;
    assert.deepEqual([imported.status, name, revision], [201, 'outbound-oauth', '2']);
    const exported = await management.call('GET', '/apis/outbound-oauth/revisions/2/resources/jsc/api-config.js');
    assert.match(exported.text, /clientId: 'translate-client',\n\s+clientSecret: 'translate-secret'/);
    for (const path of ['/deployments?action=deploy&env=test&revision=2', '/revisions/1/deployments?env=test']) {
      const deployed = await management.call('POST', `/apis/outbound-oauth${path}`);
      assert.deepEqual([deployed.status, deployed.body.state], [200, 'deployed'], deployed.text);
    }
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
    assert.deepEqual(backend.languages, ['null', 'null']);
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
    backend.tokenAnswer = undefined;
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

  it('A11: a token that the translator takes no more: no recovery until the entry ends', async () => {
    await publish(1);
    await search();
    backend.revoke();
    const answer = await search();
    assert.deepEqual([answer.status, hit(answer)], [200, 'true'], answer.text);
    const { results } = answer.body as { results: { text: string; text_orig: string }[] };
    assert.deepEqual(
      results.map(({ text_orig }) => text_orig),
      ['uno', 'dos'],
    );
    for (const { text } of results) assert.ok(!text.includes('uno') && !text.includes('dos'), text);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    assert.deepEqual((await search()).body.results, [
      { text: 'en(uno)', text_orig: 'uno' },
      { text: 'en(dos)', text_orig: 'dos' },
    ]);
  });

  it('A12: two requests at once on a cold cache: two token calls', async () => {
    await publish();
    const both = new Promise<void>((resolve) => {
      let waiting = 0;
      backend.beforeToken = () => {
        if (++waiting === 2) resolve();
        return both;
      };
    });
    const answers = await Promise.all([search(), search()]);
    assert.deepEqual(
      answers.map((answer) => [answer.status, hit(answer)]),
      [
        [200, 'false'],
        [200, 'false'],
      ],
    );
    assert.equal(backend.paths('/token').length, 2);
  });

  it('other paths fetch the token and go straight to the target', async () => {
    await publish();
    const answer = await call('GET', `${server.url('gateway')}/outbound-oauth/other?q=x`);
    assert.deepEqual([answer.status, backend.seen.map(({ url }) => url)], [200, ['/token', '/other?q=x']]);
  });

  it('no secret is in the log', () => {
    for (const secret of ['translate-secret', 'granted-']) assert.ok(!server.output.includes(secret));
  });
});
