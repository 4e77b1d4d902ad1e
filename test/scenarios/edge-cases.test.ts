import assert from 'node:assert/strict';
import { call, callerToken, Management, publishedSequence, type Subscriber } from './management.js';
import { MediantProcess } from './mediant-process.js';
import { type FixedAnswer, headerOf, ProtectedBackend, type Received } from './protected-backend.js';

/** The table "Edge cases to pin" of api-management 4.1, with the published sequence as the in-flow. */
describe('api-management 4.1, edge cases of the token sequence', () => {
  let backend: ProtectedBackend;
  let server: MediantProcess;
  let management: Management;
  let subscriber: Subscriber;
  let api: string;
  let token: string;

  before(async function () {
    this.timeout(60_000);
    backend = await ProtectedBackend.start();
    server = await MediantProcess.start();
    management = await Management.open(server, 'v3');
    const verbs = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'];
    api = await management.publishApi(backend.backendUrl, {
      operations: verbs.map((verb) => ({ target: '/*', verb })),
    });
    subscriber = await management.subscribe(api);
    token = await callerToken(server, subscriber);
    await management.bindInFlow(api, publishedSequence('simple-token-gen', backend));
  });

  after(async () => {
    await server?.stop();
    backend?.stop();
  });

  beforeEach(() => backend.behave({ tokenAnswer: null, backendAnswer: null }));

  interface Sent {
    method?: string;
    body?: string;
    type?: string;
    headers?: Record<string, string>;
  }

  async function invoke(sent: Sent) {
    const { method = 'POST', body, type = 'application/json', headers = {} } = sent;
    await backend.take();
    const answer = await call(method, `${server.url('gateway')}/pizza/1.0.0/x`, {
      headers: {
        Authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'Content-Type': type }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    const { tokens, backend: seen } = await backend.take();
    return { answer, tokens, seen: seen[0] };
  }

  const bodyOf = (received: Received | undefined): string | undefined => received?.body.toString('utf8');

  const withoutBody: [method: string, body: string][] = [
    ['GET', ''],
    ['HEAD', ''],
    ['DELETE', ''],
    ['POST', '{}'],
    ['PUT', '{}'],
    ['PATCH', '{}'],
  ];
  for (const [method, expected] of withoutBody) {
    it(`no body, ${method}: the backend gets ${expected === '' ? 'no entity' : expected}`, async () => {
      const { seen } = await invoke({ method });
      assert.equal(seen?.method, method);
      assert.equal(bodyOf(seen), expected);
    });
  }

  it('body on DELETE: restored', async () => {
    const { seen } = await invoke({ method: 'DELETE', body: '{"a":1}' });
    assert.equal(bodyOf(seen), '{"a":1}');
  });

  const restored = [
    '{"pizza":1}',
    '[1,2,3]',
    '{"a":1.50,"b":268099561782931457,"c":1.0,"d":123456789012345678901234567890}',
    '{ "spaced" :  [ 1 , 2 ] }',
    '{"unicode":"Grüße 東京 😀 \\u00e9 \\/"}',
    '{"a":1,"a":2}',
    '1.50',
    'true',
    'false',
    'null',
    '"a"',
    '""',
    '"123"',
    '{"pizza":',
    '{"a":1} x',
    '{"a":1,}',
    JSON.stringify({ large: 'ä'.repeat(512 * 1024) }),
  ];
  for (const body of restored) {
    it(`JSON body ${body.length > 60 ? `of ${Buffer.byteLength(body)} bytes` : body}: restored byte for byte`, async () => {
      const { seen } = await invoke({ body });
      assert.ok(seen?.body.equals(Buffer.from(body, 'utf8')), `got ${bodyOf(seen)?.slice(0, 200)}`);
    });
  }

  const unbuildable: [body: string, type: string, code: string][] = [
    ['hello', 'application/json', '0'],
    ['1e3', 'application/json', '0'],
    ['{"a":1}', 'application/problem+json', '601000'],
    ['{"a":1}', 'application/vnd.api+json', '601000'],
    ['<a><b></a>', 'application/xml', '601000'],
  ];
  for (const [body, type, code] of unbuildable) {
    it(`body that does not build (${type} ${body}): 500 with code ${code}, no token call`, async () => {
      const { answer, tokens, seen } = await invoke({ body, type });
      assert.equal(answer.status, 500, answer.text);
      assert.equal(answer.body.code, code);
      assert.equal(answer.body.message, 'Runtime Error');
      assert.equal(tokens.length, 0);
      assert.equal(seen, undefined);
    });
  }

  const converted: [body: string, type: string, expected: string][] = [
    ['<order><pizza>1</pizza></order>', 'application/xml', '{"order":{"pizza":1}}'],
    ['pizza=1&size=x%20l', 'application/x-www-form-urlencoded', '{"xformValues":{"pizza":1,"size":"x l"}}'],
    ['hello', 'text/plain', '{"text":"hello"}'],
  ];
  for (const [body, type, expected] of converted) {
    it(`${type} body: reaches the backend as JSON`, async () => {
      const { seen } = await invoke({ body, type });
      assert.equal(bodyOf(seen), expected);
      assert.equal(headerOf(seen, 'Content-Type'), 'application/json');
    });
  }

  it('caller headers go to the token endpoint too', async () => {
    const { tokens } = await invoke({
      method: 'GET',
      headers: { Cookie: 'a=b', 'If-None-Match': '"x"', 'X-Own': 'one' },
    });
    assert.equal(headerOf(tokens[0], 'Cookie'), 'a=b');
    assert.equal(headerOf(tokens[0], 'If-None-Match'), '"x"');
    assert.equal(headerOf(tokens[0], 'X-Own'), 'one');
  });

  it('the caller’s token goes nowhere', async () => {
    const { tokens, seen } = await invoke({ method: 'GET' });
    assert.ok(!JSON.stringify([tokens, seen]).includes(token));
  });

  const failing: [name: string, answer: FixedAnswer | 'reset', code: string][] = [
    ['resets the connection', 'reset', '401002'],
    ['answers 401', { status: 401, body: '{"error":"invalid_client"}' }, '401'],
    ['answers 403', { status: 403, body: '{}' }, '403'],
    ['answers 404', { status: 404, body: '{}' }, '404'],
    ['answers 429', { status: 429, body: '{}' }, '429'],
    ['answers 503', { status: 503, body: '{}' }, '503'],
    ['answers 302', { status: 302, headers: { Location: '/elsewhere' } }, '302'],
    ['answers 400 without a body', { status: 400 }, '401002'],
    ['answers 500 without a body', { status: 500 }, '401002'],
    ['answers 200 without a body', { status: 200 }, '401002'],
  ];
  for (const [name, tokenAnswer, code] of failing) {
    it(`the authorization server ${name}: 500 with code ${code}, the backend is not called`, async () => {
      await backend.behave({ tokenAnswer });
      const { answer, seen } = await invoke({ body: '{"a":1}' });
      assert.equal(answer.status, 500, answer.text);
      assert.equal(answer.body.code, code);
      assert.equal(answer.body.type, 'Status report');
      assert.equal(answer.body.message, 'Runtime Error');
      assert.equal(seen, undefined);
      assert.ok(!answer.text.includes('127.0.0.1'), answer.text);
      assert.equal(answer.headers.get('authorization'), null);
    });
  }

  const json = { 'Content-Type': 'application/json' };
  const tokens: [name: string, answer: FixedAnswer, bearer: string][] = [
    ['400 with a body', { status: 400, headers: json, body: '{"error":"x"}' }, ''],
    ['500 with a body', { status: 500, headers: json, body: '{"error":"x"}' }, ''],
    ['409 with a token in its body', { status: 409, headers: json, body: '{"access_token":"t"}' }, 't'],
    ['200 without access_token', { status: 200, headers: json, body: '{"token_type":"Bearer"}' }, ''],
    ['text/plain', { status: 200, headers: { 'Content-Type': 'text/plain' }, body: '{"access_token":"t"}' }, ''],
    ['text/xml', { status: 200, headers: { 'Content-Type': 'text/xml' }, body: '<access_token>t</access_token>' }, 't'],
    ['a null token', { status: 200, headers: json, body: '{"access_token":null}' }, 'null'],
    ['an object as token', { status: 200, headers: json, body: '{"access_token":{"a":1}}' }, '{"a":1}'],
    ['a number as token', { status: 200, headers: json, body: '{"access_token":1.50}' }, '1.5'],
    ['two tokens', { status: 200, headers: json, body: '{"access_token":"a","access_token":"b"}' }, 'b'],
    ['a token with a line break', { status: 200, headers: json, body: '{"access_token":"a\\nb"}' }, 'a b'],
  ];
  for (const [name, tokenAnswer, bearer] of tokens) {
    it(`the authorization server answers ${name}: the backend gets "Bearer ${bearer}"`, async () => {
      await backend.behave({ tokenAnswer });
      const { answer, seen } = await invoke({ body: '{"a":1}' });
      assert.equal(headerOf(seen, 'Authorization')?.trim(), `Bearer ${bearer}`.trim());
      assert.equal(answer.status, 401);
    });
  }

  it('100 concurrent callers: 100 token calls, every answer right', async function () {
    this.timeout(30_000);
    await backend.take();
    const url = `${server.url('gateway')}/pizza/1.0.0/x`;
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const bodies = Array.from({ length: 100 }, (_, index) => JSON.stringify({ caller: index }));
    const answers = await Promise.all(bodies.map((body) => call('POST', url, { headers, body })));
    assert.deepEqual(
      answers.map((answer) => answer.body.body),
      bodies,
    );
    assert.equal((await backend.take()).tokens.length, 100);
  });

  it('two APIs use a sequence of the same name: each runs its own', async () => {
    const other = await management.publishApi(backend.backendUrl, { name: 'Other', context: '/other' });
    const sequence =
      '<sequence xmlns="http://ws.apache.org/ns/synapse" name="simple-token-gen"><property name="HTTP_SC" scope="axis2" value="418"/><header name="Authorization" scope="transport" value="Bearer other"/><respond/></sequence>';
    await management.bindInFlow(other, sequence);
    await management.do('POST', `${management.portal}/subscriptions`, 201, {
      applicationId: subscriber.application,
      apiId: other,
      throttlingPolicy: 'Unlimited',
    });
    const headers = { Authorization: `Bearer ${token}` };
    const answer = await call('GET', `${server.url('gateway')}/other/1.0.0/menu`, { headers });
    assert.equal(answer.status, 418);
    const { answer: first } = await invoke({ method: 'GET' });
    assert.equal(first.status, 200);
  });

  it('a flow that responds after the token call gives the client neither Basic nor Bearer', async () => {
    const sequence = publishedSequence('simple-token-gen', backend).replace('</sequence>', '<respond/></sequence>');
    const id = await management.publishApi(backend.backendUrl, { name: 'Responds', context: '/responds' });
    await management.bindInFlow(id, sequence);
    await management.do('POST', `${management.portal}/subscriptions`, 201, {
      applicationId: subscriber.application,
      apiId: id,
      throttlingPolicy: 'Unlimited',
    });
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const answer = await call('POST', `${server.url('gateway')}/responds/1.0.0/order`, { headers, body: '{"a":1}' });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('authorization'), null);
  });
});

describe('api-management 4.1, what an upload says', () => {
  let server: MediantProcess;
  let backend: ProtectedBackend;
  let management: Management;
  let api: string;

  before(async function () {
    this.timeout(60_000);
    backend = await ProtectedBackend.start();
    server = await MediantProcess.start();
    management = await Management.open(server, 'v3');
    api = await management.createApi(backend.backendUrl);
  });

  after(async () => {
    await server?.stop();
    backend?.stop();
  });

  function upload(sequence: string) {
    const form = new FormData();
    form.set('type', 'in');
    form.set('mediationPolicyFile', new Blob([sequence]), 'flow.xml');
    return management.try('POST', `${management.publisher}/apis/${api}/mediation-policies`, form);
  }

  it('an unresolved token URL is refused with its place', async () => {
    const sequence = publishedSequence('simple-token-gen', backend).replace(backend.tokenUrl, '{token-endpoint-url}');
    const answer = await upload(sequence);
    assert.equal(answer.status, 400, answer.text);
    assert.match(String(answer.body.description), /line 24, column \d+.*token-endpoint-url/);
  });

  it('unresolved credentials, an unchecked token and a body that becomes JSON are warnings with a hint', async () => {
    const sequence = publishedSequence('simple-token-gen', backend).replace(
      /value="[A-Za-z0-9+/=]{20,}"/,
      'value="{base64encoded(clientKey:clientSecret)}"',
    );
    const answer = await upload(sequence);
    assert.equal(answer.status, 201, answer.text);
    for (const word of ['base64encoded', 'token call is not checked', 'restored as JSON']) {
      assert.ok(answer.text.includes(word), `no warning about "${word}" in ${answer.text}`);
    }
  });

  it('a sequence with an empty namespace is accepted with a warning', async () => {
    const sequence = publishedSequence('simple-token-gen', backend).replace(
      'xmlns="http://ws.apache.org/ns/synapse" name="simple-token-gen"',
      'xmlns="" name="without-namespace"',
    );
    const answer = await upload(sequence);
    assert.equal(answer.status, 201, answer.text);
    assert.match(answer.text, /namespace/);
  });

  it('an unknown API is 404, no file 400, a wrong type 400', async () => {
    const form = new FormData();
    form.set('type', 'in');
    const nothing = await management.try('POST', `${management.publisher}/apis/${api}/mediation-policies`, form);
    assert.equal(nothing.status, 400, nothing.text);
    const wrong = new FormData();
    wrong.set('type', 'sideways');
    wrong.set('mediationPolicyFile', new Blob([publishedSequence('simple-token-gen', backend)]), 'flow.xml');
    const sideways = await management.try('POST', `${management.publisher}/apis/${api}/mediation-policies`, wrong);
    assert.equal(sideways.status, 400, sideways.text);
    const unknown = await management.try('GET', `${management.publisher}/apis/none/mediation-policies`);
    assert.equal(unknown.status, 404, unknown.text);
  });
});
