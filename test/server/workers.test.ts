import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import http from 'node:http';
import { basic, call, callerToken, Management, type Subscriber } from '../scenarios/management.js';
import { MediantProcess } from '../scenarios/mediant-process.js';

const backendAnswer = 'from the backend';

/** A call on a connection of its own, which is another process's turn. */
function fresh(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    http
      .get(url, { agent: false, headers }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode ?? 0));
      })
      .on('error', reject);
  });
}

async function times(count: number, one: () => Promise<number>): Promise<number[]> {
  const statuses: number[] = [];
  for (let n = 0; n < count; n++) statuses.push(await one());
  return statuses;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('product 1: --workers', function () {
  this.timeout(60_000);
  let backend: http.Server;
  let server: MediantProcess;
  let management: Management;
  let api: string;
  let subscriber: Subscriber;
  let release: (() => void) | undefined;
  let address: string;
  let tokenCalls = 0;

  before(async () => {
    backend = http.createServer((request, response) => {
      if (request.url === '/token') {
        tokenCalls++;
        response.setHeader('Content-Type', 'application/json');
        response.end('{"access_token":"T","expires_in":3600}');
      } else if (request.url?.endsWith('/slow')) release = () => response.end(backendAnswer);
      else response.end(backendAnswer);
    });
    await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
    server = await MediantProcess.start(['--workers', '2']);
    management = await Management.open(server, 'v4');
    address = `http://127.0.0.1:${(backend.address() as { port: number }).port}`;
    api = await management.publishApi(address);
    subscriber = await management.subscribe(api);
  });
  after(async () => {
    await server?.stop();
    backend?.close();
  });

  const menu = (): string => `${server.url('gateway')}/pizza/1.0.0/menu`;
  const workers = (): number[] =>
    execFileSync('ps', ['-o', 'pid=', '--ppid', String(server.pid)], { encoding: 'utf8' })
      .trim()
      .split(/\s+/)
      .map(Number);

  it('there are as many gateway processes', () => {
    assert.equal(workers().length, 2);
  });

  it('every process serves what is published, when the management call is answered', async () => {
    const headers = { Authorization: `Bearer ${await callerToken(server, subscriber)}` };
    assert.deepEqual(await times(6, () => fresh(menu(), headers)), Array(6).fill(200));
    await management.do('POST', `${management.publisher}/apis/change-lifecycle?apiId=${api}&action=Block`, 200);
    assert.deepEqual(await times(6, () => fresh(menu(), headers)), Array(6).fill(503));
    await management.do('POST', `${management.publisher}/apis/change-lifecycle?apiId=${api}&action=Re-Publish`, 200);
    assert.deepEqual(await times(6, () => fresh(menu(), headers)), Array(6).fill(200));
  });

  it('a revoked token is refused by every process at once, whichever was told', async () => {
    const authorization = { Authorization: basic(subscriber.key, subscriber.secret) };
    for (const place of [`${server.url('gateway')}/revoke`, `${server.url('admin')}/oauth2/revoke`]) {
      const token = await callerToken(server, subscriber, { form: { scope: `device_${place.length}` } });
      const headers = { Authorization: `Bearer ${token}` };
      assert.deepEqual(await times(6, () => fresh(menu(), headers)), Array(6).fill(200));
      await call('POST', place, { headers: authorization, body: new URLSearchParams({ token }) });
      assert.deepEqual(await times(6, () => fresh(menu(), headers)), Array(6).fill(401));
    }
  });

  it('a quota counts once for all', async () => {
    const { portal } = management;
    const body = { name: 'Limited', tokenType: 'JWT', throttlingPolicy: '10PerMin' };
    const { applicationId } = await management.do('POST', `${portal}/applications`, 201, body);
    const keys = await management.generateKeys(String(applicationId), 'PRODUCTION');
    await management.do('POST', `${portal}/subscriptions`, 201, {
      applicationId,
      apiId: api,
      throttlingPolicy: 'Unlimited',
    });
    const headers = { Authorization: `Bearer ${await callerToken(server, keys)}` };
    const statuses = await times(14, () => fresh(menu(), headers));
    assert.deepEqual(statuses, [...Array(10).fill(200), ...Array(4).fill(429)]);
  });

  it('a token for the backend is fetched once for all, and counted together', async () => {
    const config = (await management.do('GET', `${management.publisher}/apis/${api}`, 200)) as {
      endpointConfig: Record<string, unknown>;
    };
    const production = {
      enabled: true,
      type: 'OAUTH',
      grantType: 'CLIENT_CREDENTIALS',
      tokenUrl: `${address}/token`,
      clientId: 'c',
      clientSecret: 's',
      customParameters: {},
    };
    const endpointConfig = { ...config.endpointConfig, endpoint_security: { production } };
    await management.do('PUT', `${management.publisher}/apis/${api}`, 200, { ...config, endpointConfig });
    await management.deploy(api);
    const headers = { Authorization: `Bearer ${await callerToken(server, subscriber)}` };
    assert.deepEqual(await times(8, () => fresh(menu(), headers)), Array(8).fill(200));
    assert.equal(tokenCalls, 1);
    const { text } = await call('GET', `${server.url('internal')}/metric-service/metrics`);
    assert.match(text, /^mediant_outbound_oauth_fetches_total\{[^}]*\} 1$/m);
    assert.match(text, /^mediant_outbound_oauth_shared_total\{[^}]*\} 1$/m);
  });

  it('a process that dies is replaced, and the others go on', async () => {
    const headers = { Authorization: `Bearer ${await callerToken(server, subscriber)}` };
    const [first = 0] = workers();
    process.kill(first, 'SIGKILL');
    await until(() => server.output.includes(`Gateway process ${first} has ended; another one is started`));
    assert.deepEqual(await times(4, () => fresh(menu(), headers)), Array(4).fill(200));
    await until(() => workers().length === 2);
    assert.deepEqual(await times(6, () => fresh(menu(), headers)), Array(6).fill(200));
  });

  it('a connection that a process was handed when it died is closed, not left hanging', async () => {
    const headers = { Authorization: `Bearer ${await callerToken(server, subscriber)}` };
    const [first = 0] = workers();
    // A process that stands still is handed one connection, and does not take it.
    process.kill(first, 'SIGSTOP');
    let answered = 0;
    const calls = Array.from({ length: 4 }, async () => {
      const status = await fresh(menu(), headers).catch((error: NodeJS.ErrnoException) => error.code);
      answered++;
      return status;
    });
    await until(() => answered === 3);
    process.kill(first, 'SIGKILL');
    assert.deepEqual((await Promise.all(calls)).map(String).sort(), ['200', '200', '200', 'ECONNRESET']);
    await until(() => workers().length === 2);
    assert.deepEqual(await times(6, () => fresh(menu(), headers)), Array(6).fill(200));
  });

  it('SIGTERM: what is running is answered, then every process ends', async () => {
    const headers = { Authorization: `Bearer ${await callerToken(server, subscriber)}` };
    const answer = fresh(`${server.url('gateway')}/pizza/1.0.0/any/slow`, headers);
    await until(() => release !== undefined);
    const [one = 0] = workers();
    const stopped = server.stop();
    setTimeout(() => release?.(), 300);
    assert.equal(await answer, 200);
    await stopped;
    assert.throws(() => process.kill(one, 0));
  });
});
