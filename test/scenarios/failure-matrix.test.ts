import assert from 'node:assert/strict';
import { type Answer, call, callerToken, Management, type Subscriber } from './management.js';
import { MediantProcess } from './mediant-process.js';
import { ProtectedBackend } from './protected-backend.js';

/** The failure matrix of api-management 4.1. */
describe('api-management 4.1, failure matrix', () => {
  let backend: ProtectedBackend;
  let server: MediantProcess;
  let management: Management;
  let api: string;
  let subscriber: Subscriber;
  let token: string;

  before(async function () {
    this.timeout(60_000);
    backend = await ProtectedBackend.start();
    await backend.behave({
      backendAnswer: { status: 200, headers: { 'Content-Type': 'application/json' }, body: '{"ok":true}' },
    });
    server = await MediantProcess.start();
    management = await Management.open(server, 'v4');
    api = await management.publishApi(backend.backendUrl, { policies: ['Unlimited', 'Bronze'] });
    subscriber = await management.subscribe(api);
    token = await callerToken(server, subscriber);
  });

  after(async () => {
    await server?.stop();
    backend?.stop();
  });

  const invoke = (headers: Record<string, string>, path = '/pizza/1.0.0/menu', method = 'GET') =>
    call(method, `${server.url('gateway')}${path}`, { headers });
  const bearer = (text = token) => ({ Authorization: `Bearer ${text}` });

  function expectError(answer: Answer, status: number, code: string): void {
    assert.equal(answer.status, status, answer.text);
    assert.equal(answer.body.code, code, answer.text);
    assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
  }

  it('a valid caller: 200', async () => {
    assert.equal((await invoke(bearer())).status, 200);
  });

  it('HEAD works where GET does', async () => {
    assert.equal((await invoke(bearer(), '/pizza/1.0.0/menu', 'HEAD')).status, 200);
  });

  it('no Authorization: 401, 900902, with a challenge', async () => {
    const answer = await invoke({});
    expectError(answer, 401, '900902');
    assert.match(answer.headers.get('www-authenticate') ?? '', /realm="WSO2 API Manager"/);
  });

  it('a garbage token: 401, 900901', async () => {
    expectError(await invoke(bearer('garbage')), 401, '900901');
  });

  it('a JWT whose signature is broken: 401, 900901', async () => {
    expectError(await invoke(bearer(`${token.slice(0, -6)}AAAAAA`)), 401, '900901');
  });

  it('a JWT with the signature of one that was let in before, and other claims: 401, 900901', async () => {
    assert.equal((await invoke(bearer())).status, 200);
    const [head, claims = '', signature] = token.split('.');
    const other = JSON.parse(Buffer.from(claims, 'base64url').toString());
    const forged = Buffer.from(JSON.stringify({ ...other, sub: 'mallory' })).toString('base64url');
    expectError(await invoke(bearer([head, forged, signature].join('.'))), 401, '900901');
    expectError(await invoke(bearer(`x${token}`)), 401, '900901');
    assert.equal((await invoke(bearer())).status, 200);
  });

  const forms: readonly [header: (token: string) => string, status: number][] = [
    [(text) => `bearer ${text}`, 200],
    [(text) => `BEARER\t ${text}`, 200],
    [(text) => `Bearer${text}`, 401],
    [(text) => `Bearer ${text} ${text}`, 401],
    [(text) => `Bearer ${text}\t${text}`, 401],
    [(text) => `Basic ${text}`, 401],
    [() => 'Bearer', 401],
  ];
  for (const [header, status] of forms) {
    it(`Authorization: ${JSON.stringify(header('TOKEN'))}: ${status}`, async () => {
      const answer = await invoke({ Authorization: header(token) });
      if (status === 200) assert.equal(answer.status, status, answer.text);
      else expectError(answer, status, '900901');
    });
  }

  it('a revoked token: 401, 900901', async () => {
    const revoked = await callerToken(server, subscriber, { form: { scope: 'device_revoked' } });
    assert.equal((await invoke(bearer(revoked))).status, 200);
    const answer = await call('POST', `${server.url('gateway')}/revoke`, {
      headers: { Authorization: `Basic ${Buffer.from(`${subscriber.key}:${subscriber.secret}`).toString('base64')}` },
      body: new URLSearchParams({ token: revoked }),
    });
    assert.equal(answer.status, 200, answer.text);
    expectError(await invoke(bearer(revoked)), 401, '900901');
  });

  it('an expired token: 401, 900901 or 900903', async function () {
    this.timeout(10_000);
    const application = await management.createApplication('ShortLived');
    const keys = await management.do('POST', `${management.portal}/applications/${application}/generate-keys`, 200, {
      keyType: 'PRODUCTION',
      grantTypesToBeSupported: ['client_credentials'],
      validityTime: '1',
      additionalProperties: { application_access_token_expiry_time: '1' },
    });
    const key = { key: String(keys.consumerKey), secret: String(keys.consumerSecret) };
    const expired = await callerToken(server, key);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    const answer = await invoke(bearer(expired));
    assert.equal(answer.status, 401, answer.text);
    assert.match(String(answer.body.code), /^90090[13]$/);
  });

  it('a valid token of an application that is not subscribed: 403, 900908', async () => {
    const application = await management.createApplication('NotSubscribed');
    const keys = await management.generateKeys(application, 'PRODUCTION');
    expectError(await invoke(bearer(await callerToken(server, keys))), 403, '900908');
  });

  it('the token also works when it comes from the gateway’s token endpoint', async () => {
    const other = await callerToken(server, subscriber, { from: 'gateway' });
    assert.equal((await invoke(bearer(other))).status, 200);
  });

  it('a missing scope: 403, 900910', async () => {
    const scoped = await management.publishApi(backend.backendUrl, {
      name: 'Scoped',
      context: '/scoped',
      scopes: [{ scope: { name: 'orders', displayName: 'orders', description: '', bindings: [] }, shared: false }],
      operations: [{ target: '/menu', verb: 'GET', scopes: ['orders'] }],
    });
    await management.do('POST', `${management.portal}/subscriptions`, 201, {
      applicationId: subscriber.application,
      apiId: scoped,
      throttlingPolicy: 'Unlimited',
    });
    expectError(await invoke(bearer(), '/scoped/1.0.0/menu'), 403, '900910');
    const allowed = await callerToken(server, subscriber, { form: { scope: 'orders' } });
    assert.equal((await invoke(bearer(allowed), '/scoped/1.0.0/menu')).status, 200);
  });

  it('a blocked subscription: 401, 900907, until it is unblocked', async () => {
    const url = `${management.publisher}/subscriptions`;
    await management.do(
      'POST',
      `${url}/block-subscription?subscriptionId=${subscriber.subscription}&blockState=BLOCKED`,
      200,
    );
    expectError(await invoke(bearer()), 401, '900907');
    await management.do('POST', `${url}/unblock-subscription?subscriptionId=${subscriber.subscription}`, 200);
    assert.equal((await invoke(bearer())).status, 200);
  });

  it('a blocked API: 503, 700700, until it is published again', async () => {
    const change = (action: string) =>
      management.do('POST', `${management.publisher}/apis/change-lifecycle?apiId=${api}&action=${action}`, 200);
    await change('Block');
    expectError(await invoke(bearer()), 503, '700700');
    await change('Re-Publish');
    assert.equal((await invoke(bearer())).status, 200);
  });

  it('an API that was never deployed, or is retired: 404, code "404"', async () => {
    expectError(await invoke(bearer(), '/nothing/1.0.0/menu'), 404, '404');
    const retired = await management.publishApi(backend.backendUrl, { name: 'Retired', context: '/retired' });
    assert.equal((await invoke({}, '/retired/1.0.0/menu')).status, 401);
    for (const action of ['Deprecate', 'Retire']) {
      await management.do(
        'POST',
        `${management.publisher}/apis/change-lifecycle?apiId=${retired}&action=${action}`,
        200,
      );
    }
    expectError(await invoke(bearer(), '/retired/1.0.0/menu'), 404, '404');
  });

  it('an unknown resource: 404; a wrong verb: 405; both Runtime Error', async () => {
    const unknown = await invoke(bearer(), '/pizza/1.0.0/unknown');
    expectError(unknown, 404, '404');
    assert.equal(unknown.body.message, 'Runtime Error');
    const verb = await invoke(bearer(), '/pizza/1.0.0/menu', 'DELETE');
    expectError(verb, 405, '405');
    assert.equal(verb.body.message, 'Runtime Error');
  });

  it('a used-up subscription quota: 429, 900804, nextAccessTime, Retry-After', async function () {
    this.timeout(60_000);
    const limited = await management.subscribe(api, { name: 'Limited', tier: 'Bronze' });
    const headers = bearer(await callerToken(server, limited));
    let answer = await invoke(headers);
    for (let sent = 1; sent <= 1000 && answer.status === 200; sent += 50) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => invoke(headers)));
      answer = answers.find(({ status }) => status !== 200) ?? answer;
    }
    expectError(answer, 429, '900804');
    assert.match(String(answer.body.nextAccessTime), /^\d{4}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2}\+0000 UTC$/);
    assert.ok(Date.parse(answer.headers.get('retry-after') ?? '') > Date.now() - 1000);
  });

  it('a sandbox key at an API without a sandbox endpoint: 403, 900901', async () => {
    const endpointConfig = { endpoint_type: 'http', production_endpoints: { url: backend.backendUrl } };
    const production = await management.publishApi(backend.backendUrl, {
      name: 'Production',
      context: '/production',
      endpointConfig,
    });
    await management.do('POST', `${management.portal}/subscriptions`, 201, {
      applicationId: subscriber.application,
      apiId: production,
      throttlingPolicy: 'Unlimited',
    });
    const sandbox = await management.generateKeys(subscriber.application, 'SANDBOX');
    const answer = await invoke(bearer(await callerToken(server, sandbox)), '/production/1.0.0/menu');
    expectError(answer, 403, '900901');
    assert.match(String(answer.body.description), /^Sandbox key offered to the API with no sandbox endpoint/);
  });

  it('a backend that refuses connections: 500, 101503; its answers otherwise pass unchanged', async () => {
    const closed = await management.publishApi('http://127.0.0.1:1', { name: 'Closed', context: '/closed' });
    await management.do('POST', `${management.portal}/subscriptions`, 201, {
      applicationId: subscriber.application,
      apiId: closed,
      throttlingPolicy: 'Unlimited',
    });
    const answer = await invoke(bearer(), '/closed/1.0.0/menu');
    expectError(answer, 500, '101503');
    assert.equal(answer.body.message, 'Runtime Error');
    await backend.behave({ backendAnswer: { status: 418, headers: { 'X-Own': 'one' }, body: 'teapot' } });
    const own = await invoke(bearer());
    assert.equal(own.status, 418);
    assert.equal(own.headers.get('x-own'), 'one');
    assert.equal(own.text, 'teapot');
  });
});
