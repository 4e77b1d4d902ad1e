import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { TestBackend } from '../outbound-oauth/protected-backend.js';
import { granted, TokenServer } from '../outbound-oauth/token-server.js';
import { type Answer, basic, call, callerToken, Management } from './management.js';
import { MediantProcess } from './mediant-process.js';
import { headerOf, ProtectedBackend } from './protected-backend.js';

const tokenBody = 'grant_type=client_credentials&scope=orders';

/** Endpoint security of a published API (api-management 1.16, 4.1 C11), by a real server. */
describe('api-management 4.1 C11: the same natively', () => {
  let backend: ProtectedBackend;
  let server: MediantProcess;
  let management: Management;
  let api: string;
  let token: string;

  const url = (): string => `${management.publisher}/apis/${api}`;
  const invoke = (path = '/order', init: { method?: string; body?: string } = {}): Promise<Answer> => {
    const { method = 'POST', body = '{"pizza":1}' } = init;
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    return call(method, `${server.url('gateway')}/pizza/1.0.0${path}`, {
      headers,
      ...(method === 'GET' ? {} : { body }),
    });
  };

  /** Deploys a new revision, and lets the old ones go: there may be five. */
  async function deploy(): Promise<void> {
    const { list } = await management.do('GET', `${url()}/revisions`, 200);
    for (const { id } of list as { id: string }[]) await management.try('DELETE', `${url()}/revisions/${id}`);
    await management.deploy(api);
  }

  /** Saves the endpoint security and makes it count. */
  async function secure(production: object, more: { sandbox?: object; url?: string } = {}): Promise<void> {
    const current = await management.do('GET', url(), 200);
    const endpointConfig = {
      ...(current.endpointConfig as object),
      ...(more.url === undefined ? {} : { production_endpoints: { url: more.url } }),
      endpoint_security: { production, sandbox: more.sandbox ?? { enabled: false } },
    };
    await management.do('PUT', url(), 200, { ...current, endpointConfig });
    await deploy();
  }

  const credentials = (more: object = {}): object => ({
    enabled: true,
    type: 'OAUTH',
    grantType: 'CLIENT_CREDENTIALS',
    tokenUrl: backend.tokenUrl,
    clientId: 'backend-key',
    clientSecret: 'backend-secret',
    customParameters: { scope: 'orders' },
    ...more,
  });

  before(async function () {
    this.timeout(60_000);
    backend = await ProtectedBackend.start();
    await backend.behave({ tokenBody });
    server = await MediantProcess.start();
    management = await Management.open(server, 'v4');
    api = await management.publishApi(backend.backendUrl);
    token = await callerToken(server, await management.subscribe(api));
  });

  after(async () => {
    await server?.stop();
    backend?.stop();
  });

  it('without it the backend refuses, with its own body', async () => {
    const answer = await invoke();
    assert.deepEqual([answer.status, answer.body], [401, { error: 'missing_credentials' }]);
    await backend.take();
  });

  it('PUT with endpoint_security, a new revision: one token call for many requests', async () => {
    await secure(credentials());
    for (let count = 0; count < 20; count++) assert.equal((await invoke()).status, 200);
    const { tokens, backend: seen } = await backend.take();
    assert.equal(tokens.length, 1);
    assert.equal(tokens[0]?.body.toString(), tokenBody);
    assert.equal(seen.length, 20);
    assert.match(headerOf(seen[0], 'Authorization') ?? '', /^Bearer as-token-\d+$/);
    assert.ok(!JSON.stringify(seen).includes(token), 'the caller’s token reached the backend');
  });

  it('200 requests at once on a cold cache: one token call', async () => {
    await secure(credentials({ customParameters: { scope: 'orders', resource: 'cold' } }));
    await backend.behave({ tokenBody: `${tokenBody}&resource=cold` });
    await backend.take();
    const answers = await Promise.all(Array.from({ length: 200 }, () => invoke()));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    assert.equal((await backend.take()).tokens.length, 1);
    await backend.behave({ tokenBody });
  });

  it('new credentials are saved while a token is being fetched: the old token is never used', async () => {
    const tokens = await TokenServer.start();
    const open = await TestBackend.start();
    let release: () => void = () => undefined;
    const released = new Promise<void>((done) => {
      release = done;
    });
    tokens.answer = async ({ headers }) => {
      const old = headers.authorization === basic('old-client', 'old-secret');
      if (old) await released;
      open.valid.add('of-old').add('of-new');
      return granted(old ? 'of-old' : 'of-new');
    };
    const of = (clientId: string, clientSecret: string): object =>
      credentials({ tokenUrl: tokens.url, clientId, clientSecret, customParameters: {} });
    await secure(of('old-client', 'old-secret'), { url: open.url });
    const waiting = [invoke(), invoke()];
    while (tokens.calls.length === 0) await new Promise((done) => setTimeout(done, 10));
    await secure(of('new-client', 'new-secret'));
    const later = await invoke();
    release();
    const answers = await Promise.all(waiting);
    assert.deepEqual(
      [later, ...answers].map(({ status }) => status),
      [200, 200, 200],
    );
    assert.deepEqual(new Set(open.tokens), new Set(['of-new']));
    await secure(credentials(), { url: backend.backendUrl });
    tokens.stop();
    open.stop();
  });

  it('the body arrives as it was sent, whatever it is', async () => {
    for (const body of ['{"a": 1.50}', '<a/>', '"text"', '']) {
      const answer = await invoke('/order', { body });
      assert.deepEqual([answer.status, answer.body.body], [200, body]);
    }
    await backend.take();
  });

  it('GET shows no secret, and PUT with "" keeps it', async () => {
    const read = await management.do('GET', url(), 200);
    const security = (read.endpointConfig as { endpoint_security: { production: Record<string, unknown> } })
      .endpoint_security.production;
    assert.equal(security.clientSecret, '');
    await management.do('PUT', url(), 200, read);
    await deploy();
    assert.equal((await invoke()).status, 200);
    assert.equal((await backend.take()).tokens.length, 1);
  });

  it('failure matrix: the backend rejects a revoked token: one replay, then 200', async () => {
    assert.equal((await invoke()).status, 200);
    await backend.take();
    await backend.behave({ revoke: true });
    assert.equal((await invoke()).status, 200);
    const { tokens, backend: seen } = await backend.take();
    assert.equal(tokens.length, 1);
    assert.equal(seen.length, 2);
    assert.deepEqual(
      seen.map(({ body }) => body.toString()),
      ['{"pizza":1}', '{"pizza":1}'],
    );
  });

  const outages: [name: string, tokenAnswer: Parameters<ProtectedBackend['behave']>[0]['tokenAnswer']][] = [
    ['answers 500', { status: 500 }],
    ['refuses the client', { status: 401, body: '{"error":"invalid_client"}' }],
    ['answers 400', { status: 400 }],
    ['breaks the connection off', 'reset'],
    ['answers without a token', { status: 200, body: '{}' }],
    ['answers with a null token', { status: 200, body: '{"access_token":null}' }],
    ['answers with what is no JSON', { status: 200, body: 'sorry' }],
    ['answers with half a JSON', { status: 200, body: '{"access_token":' }],
    ['redirects', { status: 302, headers: { Location: 'http://127.0.0.1:1/' } }],
  ];
  for (const [name, tokenAnswer] of outages) {
    it(`failure matrix: the token endpoint ${name}: 502 with a code of its own, the backend is not called`, async () => {
      await backend.behave({ tokenAnswer: tokenAnswer ?? null });
      await deploy();
      await backend.take();
      const answer = await invoke();
      assert.deepEqual(
        [answer.status, answer.body],
        [
          502,
          {
            code: '990001',
            type: 'Status report',
            message: 'Runtime Error',
            description: 'The gateway could not get an access token for the backend',
          },
        ],
      );
      assert.equal((await backend.take()).backend.length, 0);
      await backend.behave({ tokenAnswer: null });
    });
  }

  it('failure matrix: the token endpoint is not there', async () => {
    await secure(credentials({ tokenUrl: 'http://127.0.0.1:1/token' }));
    const answer = await invoke();
    assert.deepEqual([answer.status, answer.body.code], [502, '990001']);
    assert.equal((await backend.take()).backend.length, 0);
  });

  it('a configuration that cannot be: 400, naming the endpoint', async () => {
    const current = await management.do('GET', url(), 200);
    const endpoint_security = { production: credentials({ tokenUrl: '' }), sandbox: { enabled: false } };
    const endpointConfig = { ...(current.endpointConfig as object), endpoint_security };
    await management.do('PUT', url(), 200, { ...current, endpointConfig });
    const revision = await management.do('POST', `${url()}/revisions`, 201, { description: 'x' });
    const path = `${url()}/deploy-revision?revisionId=${revision.id}`;
    const answer = await management.try('POST', path, [{ name: 'Default', vhost: 'localhost' }]);
    assert.equal(answer.status, 400, answer.text);
    assert.match(String(answer.body.description), /Invalid authentication configuration for endpoint .*tokenUrl/);
    assert.ok(!answer.text.includes('backend-secret'));
  });

  it('sandbox keys have the credentials of the sandbox, and none where there are none', async () => {
    await secure(credentials(), { sandbox: { enabled: false } });
    const application = await management.createApplication('Sandboxed');
    await management.do('POST', `${management.portal}/subscriptions`, 201, {
      applicationId: application,
      apiId: api,
      throttlingPolicy: 'Unlimited',
    });
    const sandbox = await callerToken(server, await management.generateKeys(application, 'SANDBOX'));
    const headers = { Authorization: `Bearer ${sandbox}` };
    const menu = (): Promise<Answer> => call('GET', `${server.url('gateway')}/pizza/1.0.0/menu`, { headers });
    assert.equal((await menu()).status, 401);
    const [bare] = (await backend.take()).backend;
    assert.equal(headerOf(bare, 'Authorization'), undefined);
    await secure(credentials({ clientId: 'other' }), { sandbox: credentials() });
    assert.equal((await menu()).status, 200);
    assert.equal((await invoke()).status, 502);
    const basics = (await backend.take()).tokens.map((one) => headerOf(one, 'Authorization'));
    assert.equal(new Set(basics).size, 2);
  });

  it('on behalf of the caller: the token that it was let in with is exchanged', async () => {
    await secure(credentials({ grantType: 'TOKEN_EXCHANGE', customParameters: { audience: 'orders' } }));
    await backend.take();
    await invoke();
    const form = new URLSearchParams((await backend.take()).tokens[0]?.body.toString());
    assert.deepEqual(Object.fromEntries(form), {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: token,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      audience: 'orders',
    });
  });

  it('BASIC and OAUTH values are byte-exact, whatever symbols they hold', async () => {
    const odd = [' {a} ', '{$ctx:x}', 'it\'s "both"', '$SYSTEMS', '<&>', 'ü{', '{}', 'a%20b+c'];
    for (const text of odd) {
      await secure({ enabled: true, type: 'BASIC', username: `u${text}`, password: text });
      await backend.take();
      await invoke();
      const [seen] = (await backend.take()).backend;
      const sent = Buffer.from((headerOf(seen, 'Authorization') ?? '').slice(6), 'base64').toString();
      assert.equal(sent, `u${text}:${text}`);
      const customParameters = { scope: text };
      await secure(credentials({ grantType: 'PASSWORD', username: text, password: text, customParameters }));
      await invoke();
      const [asked] = (await backend.take()).tokens;
      const form = Object.fromEntries(new URLSearchParams(asked?.body.toString()));
      assert.deepEqual(form, { grant_type: 'password', username: text, password: text, scope: text });
    }
  });

  it('no token, secret or Authorization value stands in the log, the home or an answer of the admin', async () => {
    await backend.behave({ tokenBody });
    await secure(credentials({ customHeaders: { 'X-Api-Key': 'header-secret' } }));
    assert.equal((await invoke()).status, 200);
    await backend.behave({ revoke: true });
    assert.equal((await invoke()).status, 200);
    await backend.behave({ tokenAnswer: { status: 400, body: '{"error":"invalid_request"}' }, revoke: true });
    assert.equal((await invoke()).status, 502);
    await backend.behave({ tokenAnswer: null });
    const read = await management.try('GET', url());
    const metrics = await call('GET', `${server.url('internal')}/metric-service/metrics`);
    assert.equal(metrics.status, 200);
    const encoded = Buffer.from('backend-key:backend-secret').toString('base64');
    for (const secret of ['backend-secret', 'header-secret', encoded, 'as-token-', token]) {
      assert.ok(!server.output.includes(secret), `${secret} is in the log`);
      assert.ok(!read.text.includes(secret), `${secret} is in an answer of the admin`);
      assert.ok(!metrics.text.includes(secret), `${secret} is in the metrics`);
      const found = grep(secret, server.home);
      assert.equal(found, '', `${secret} is in the home`);
    }
    assert.match(server.output, /No access token for endpoint:admin--PizzaAPI/);
  });
});

/** Files below the folder that hold the text, binary ones included. */
function grep(text: string, folder: string): string {
  try {
    return execFileSync('grep', ['-rlaF', '--', text, folder], { encoding: 'utf8' });
  } catch (error) {
    if ((error as { status?: number }).status === 1) return '';
    throw error;
  }
}
