import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import type { TokenSettings } from '../../runtime/outbound-oauth/token-settings.js';
import { HttpTransport } from '../../runtime/transport/http-transport.js';
import { OutboundRules } from '../../runtime/transport/outbound-rules.js';
import { clientOf, credentials, tokenText } from './harness.js';
import { granted, inTurn, type TokenReply, TokenServer } from './token-server.js';

describe('api-management 3.2: the call to the token endpoint', () => {
  let server: TokenServer;
  afterEach(() => server?.stop());

  async function ask(replies: TokenReply[], settings: Partial<TokenSettings> = {}): Promise<string> {
    server = await TokenServer.start(inTurn(...replies));
    return tokenText(clientOf(settings).scope.token(credentials(server.url)));
  }

  const answers: [name: string, reply: TokenReply, expected: string][] = [
    ['a token', granted('T1'), 'T1'],
    ['JSON of another type', { ...granted('T1'), headers: { 'Content-Type': 'text/plain' } }, 'T1'],
    ['a byte order mark', { body: '\ufeff{"access_token":"T1"}' }, 'T1'],
    ['a number', { body: '{"access_token":12}' }, '12'],
    ['no token', { body: '{"other":1}' }, 'The token endpoint AS/token answered without an access token'],
    ['an empty token', granted(''), 'The token endpoint AS/token answered without an access token'],
    ['a blank token', granted('  '), 'The token endpoint AS/token answered without an access token'],
    [
      'a token that would break the header',
      granted('a\r\nX: y'),
      'The token endpoint AS/token answered without an access token',
    ],
    ['an object', { body: '{"access_token":{}}' }, 'The token endpoint AS/token answered without an access token'],
    ['null', { body: '{"access_token":null}' }, 'The token endpoint AS/token answered with a null access token'],
    ['text', { body: 'T1' }, 'The token endpoint AS/token answered with what is no JSON object'],
    ['nothing', { body: '' }, 'The token endpoint AS/token answered with what is no JSON object'],
    ['an array', { body: '["T1"]' }, 'The token endpoint AS/token answered with what is no JSON object'],
    ['half of it', { body: '{"access_token":"T1' }, 'The token endpoint AS/token answered with malformed JSON'],
    ['201', { status: 201, ...granted('T1') }, 'The token endpoint AS/token answered 201'],
    [
      'an error',
      { status: 400, body: { error: 'invalid_scope' } },
      'The token endpoint AS/token answered 400 (invalid_scope)',
    ],
    [
      'an error that repeats what was sent',
      { status: 400, body: { error: 'bad secret: secret!', error_description: 'secret' } },
      'The token endpoint AS/token answered 400',
    ],
  ];
  for (const [name, reply, expected] of answers) {
    it(`answered by ${name}`, async () => {
      assert.equal(await ask([reply]), expected);
      assert.equal(server.calls.length, 1);
    });
  }

  it('an answer without end', async () => {
    const endless = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.write('HTTP/1.1 200 OK\r\n\r\n{');
      const more = setInterval(() => socket.write(' '.repeat(100_000)), 1);
      socket.on('close', () => clearInterval(more));
    });
    await new Promise<void>((done) => endless.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(endless.address() as AddressInfo).port}/token`;
    const { scope } = clientOf({ retries: 0 });
    assert.match(await tokenText(scope.token(credentials(url))), /could not be reached/);
    endless.close();
  });

  const retried: [name: string, first: TokenReply][] = [
    ['a broken connection', { reset: true }],
    ['429', { status: 429 }],
    ['429 with Retry-After', { status: 429, headers: { 'Retry-After': '0' } }],
    ['500', { status: 500 }],
    ['503 with a date', { status: 503, headers: { 'Retry-After': new Date(0).toUTCString() } }],
    ['no answer in time', { hang: true }],
  ];
  for (const [name, first] of retried) {
    it(`api-management 3.11 rule 8: ${name} is met with another attempt`, async () => {
      assert.equal(await ask([first, granted('T2')], { socketTimeout: 100 }), 'T2');
      assert.equal(server.calls.length, 2);
    });
  }

  for (const status of [400, 401, 403, 404, 302]) {
    it(`api-management 3.11 rule 8: ${status} is not`, async () => {
      assert.match(await ask([{ status }, granted('T2')]), new RegExp(`answered ${status}$`));
      assert.equal(server.calls.length, 1);
    });
  }

  it('attempts end: two more, then the failure', async () => {
    assert.match(await ask([{ status: 502 }]), /answered 502$/);
    assert.equal(server.calls.length, 3);
  });

  it('no more attempts than are configured', async () => {
    assert.match(await ask([{ status: 502 }], { retries: 0 }), /answered 502$/);
    assert.equal(server.calls.length, 1);
  });

  it('Retry-After is waited for', async () => {
    const before = Date.now();
    assert.equal(await ask([{ status: 429, headers: { 'Retry-After': '1' } }, granted('T2')]), 'T2');
    assert.ok(Date.now() - before >= 1000);
  });

  it('Retry-After beyond the time: no other attempt, not for later requests either', async () => {
    server = await TokenServer.start(inTurn({ status: 429, headers: { 'Retry-After': '50' } }, granted('T2')));
    const { scope } = clientOf();
    assert.match(await tokenText(scope.token(credentials(server.url))), /answered 429$/);
    await new Promise((done) => setTimeout(done, 350));
    assert.match(await tokenText(scope.token(credentials(server.url))), /answered 429$/);
    assert.equal(server.calls.length, 1);
  });

  it('an endpoint that hangs: the attempts end with the time', async () => {
    const before = Date.now();
    assert.match(await ask([{ hang: true }], { socketTimeout: 60, waitTimeout: 150 }), /did not answer in time/);
    assert.ok(Date.now() - before < 2000);
  });

  it('an endpoint that begins to answer and never ends', async () => {
    const trickle = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n');
      const more = setInterval(() => socket.write(' '), 20);
      socket.on('close', () => clearInterval(more));
    });
    await new Promise<void>((done) => trickle.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(trickle.address() as AddressInfo).port}/token`;
    const { scope } = clientOf({ retries: 0, connectTimeout: 50, socketTimeout: 100 });
    assert.match(await tokenText(scope.token(credentials(url))), /did not answer in time/);
    trickle.close();
  });

  const unreachable: [name: string, url: string, expected: RegExp][] = [
    ['nobody there', 'http://127.0.0.1:1/token?x=secret', /AS\/token could not be reached$|:1\/token could not be/],
    ['no such name', 'http://as.invalid/token', /a host name that cannot be resolved$/],
    ['no URL', 'ftp://user:secret@as/token', /cannot be called as configured$/],
  ];
  for (const [name, url, expected] of unreachable) {
    it(`not reached: ${name}`, async () => {
      const { scope, logs } = clientOf({ retries: 0 });
      assert.match(await tokenText(scope.token(credentials(url))), expected);
      assert.equal(logs.length, 1);
      assert.ok(!logs.join().includes('secret'), logs.join());
    });
  }

  it('product 1: the outbound rules hold, and a forbidden call is not tried again', async () => {
    server = await TokenServer.start();
    const rules = new OutboundRules({ deny: ['127.0.0.0/8'] });
    const { scope, logs, counters } = clientOf({}, { transport: new HttpTransport({ rules }) });
    assert.match(await tokenText(scope.token(credentials(server.url))), /cannot be called as configured/);
    assert.match(logs.join(), /may not be called/);
    assert.deepEqual([server.calls.length, counters.failed], [0, 1]);
  });
});
