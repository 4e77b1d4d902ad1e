import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Answer, call } from './management.js';
import { MediantProcess } from './mediant-process.js';
import { TranslationBackend } from './translation-backend.js';

const artifacts = fileURLToPath(new URL('../../../test/scenarios/artifacts/', import.meta.url));

/** Rows A5 to A14 for an artifact that says what apigee-outbound-oauth.test.ts does by scripts. */
describe('api-management 4.3: outbound-oauth, declared', function () {
  this.timeout(60_000);
  let backend: TranslationBackend;
  let server: MediantProcess;
  const folder = mkdtempSync(path.join(tmpdir(), 'mediant-test-'));
  let copies = 0;

  before(async () => {
    backend = await TranslationBackend.start();
    write('0');
    server = await MediantProcess.start(['--deploy', folder]);
  });
  after(async () => {
    await server?.stop();
    backend?.stop();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => backend.reset());

  /** The artifacts, with names and a context of their own. */
  function write(copy: string, lines: [file: string, from: string, to: string][] = []): void {
    for (const file of ['translated-search.xml', 'translator.xml']) {
      const replaced: [string, string][] = [
        ['BACKEND', backend.url],
        ['"Translator"', `"Translator${copy}"`],
        ['"translated-search"', `"translated-search${copy}"`],
        ['/native-search', `/native-search${copy}`],
        ...lines.filter(([where]) => where === file).map(([, from, to]): [string, string] => [from, to]),
      ];
      const text = readFileSync(path.join(artifacts, file), 'utf8');
      writeFileSync(
        path.join(folder, `${copy}-${file}`),
        replaced.reduce((all, [from, to]) => all.replaceAll(from, to), text),
      );
    }
  }

  const search = (query = '?lang=es&q=bicycle', copy = String(copies)): Promise<Answer> =>
    call('GET', `${server.url('gateway')}/native-search${copy}/search.json${query}`);

  /** Another copy, which has no token yet. */
  async function deployAnother(): Promise<void> {
    write(String(++copies));
    while ((await search('?lang=es')).status === 404) await new Promise((done) => setTimeout(done, 50));
    backend.reset();
  }

  const tokenCalls = (): number => backend.paths('/token').length;
  const translated = {
    results: [
      { text: 'en(uno)', text_orig: 'uno' },
      { text: 'en(dos)', text_orig: 'dos' },
    ],
    page: 1,
  };

  function expectTranslated(answer: Answer): void {
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(answer.body, translated);
  }

  it('A5, A6, A14: one token for several requests, without a cache; query and results are translated', async () => {
    const first = await search();
    expectTranslated(first);
    assert.equal(first.headers.get('Access-Control-Allow-Origin'), '*');
    const [asked] = backend.paths('/search.json');
    assert.equal(new URL(asked ?? '', 'http://h').searchParams.get('q'), 'es(bicycle)');
    expectTranslated(await search());
    assert.equal(tokenCalls(), 1);
    const form = new URLSearchParams(backend.seen.find(({ url }) => url === '/token')?.body);
    assert.deepEqual(Object.fromEntries(form), {
      grant_type: 'client_credentials',
      client_id: 'translate-client',
      client_secret: 'translate-secret',
      scope: 'http://translate.example.com',
    });
  });

  it('A7: the lifetime is the one that the token server says, not one of the flow’s own', async () => {
    await deployAnother();
    backend.expiresIn = '1';
    expectTranslated(await search());
    backend.revoke();
    await new Promise((done) => setTimeout(done, 1_100));
    const before = backend.seen.length;
    expectTranslated(await search());
    const later = backend.seen.slice(before);
    assert.equal(later[0]?.url, '/token');
    assert.ok(later.every(({ authorization }) => authorization !== backend.seen[1]?.authorization || !authorization));
  });

  it('A8: without q or lang nothing is translated, and no token fetched', async () => {
    await deployAnother();
    for (const query of ['?lang=es', '?q=x', '']) {
      const answer = await search(query);
      assert.equal(answer.status, 200, answer.text);
      assert.deepEqual(answer.body, { results: [{ text: 'uno' }, { text: 'dos' }], page: 1 });
    }
    assert.deepEqual(
      backend.seen.map(({ url }) => url),
      ['/search.json?lang=es', '/search.json?q=x', '/search.json'],
    );
  });

  const outages: [name: string, answer: TranslationBackend['tokenAnswer']][] = [
    [
      'A9: a refused token request',
      { status: 400, body: '{"error":"invalid_scope","error_description":"of translate-secret"}' },
    ],
    ['A10: a token server that is down', 'reset'],
    ['A10: an answer without a token', { status: 200, body: '{}' }],
  ];
  for (const [name, tokenAnswer] of outages) {
    it(`${name}: 502, nothing is called and nothing kept`, async () => {
      await deployAnother();
      backend.tokenAnswer = tokenAnswer;
      const answer = await search();
      assert.deepEqual([answer.status, answer.body], [502, { code: '990001' }]);
      assert.deepEqual(backend.paths('/translate').concat(backend.paths('/search')), []);
      backend.tokenAnswer = undefined;
      while ((await search()).status !== 200) await new Promise((done) => setTimeout(done, 50));
      expectTranslated(await search());
    });
  }

  it('A11: a token that the translator takes no more: replaced once, unnoticed', async () => {
    await deployAnother();
    expectTranslated(await search());
    backend.revoke();
    expectTranslated(await search());
    assert.equal(tokenCalls(), 2);
    backend.revoke();
    const answers = await Promise.all(Array.from({ length: 10 }, () => search()));
    for (const answer of answers) expectTranslated(answer);
    assert.equal(tokenCalls(), 3);
  });

  it('A12: requests at once on a cold cache: one token call', async () => {
    await deployAnother();
    let release: () => void = () => undefined;
    const released = new Promise<void>((done) => {
      release = done;
    });
    backend.beforeToken = () => released;
    const searches = [search(), search()];
    while ((await waits()) < 1) await new Promise((done) => setTimeout(done, 10));
    release();
    for (const answer of await Promise.all(searches)) expectTranslated(answer);
    assert.equal(tokenCalls(), 1);
  });

  /** Requests that waited for a token call which another one had begun. */
  async function waits(): Promise<number> {
    const { text } = await call('GET', `${server.url('internal')}/metric-service/metrics`);
    const name = `mediant_outbound_oauth_waits_total{owner="endpoint:Translator${copies}"}`;
    return Number(
      text
        .split('\n')
        .find((line) => line.startsWith(name))
        ?.split(' ')
        .at(-1) ?? 0,
    );
  }

  it('A13: what is deployed anew with other credentials begins with a new token', async () => {
    await deployAnother();
    expectTranslated(await search());
    write(String(copies), [['translator.xml', 'translate-client', 'other-client']]);
    const asked = () =>
      new URLSearchParams(backend.seen.findLast(({ url }) => url === '/token')?.body).get('client_id');
    while (asked() !== 'other-client') {
      expectTranslated(await search());
      await new Promise((done) => setTimeout(done, 50));
    }
    assert.equal(tokenCalls(), 2);
  });

  it('no secret is in the log', () => {
    for (const secret of ['translate-secret', 'granted-']) assert.ok(!server.output.includes(secret), server.output);
  });
});
