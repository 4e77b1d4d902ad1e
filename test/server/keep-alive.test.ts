import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { listenerUrl } from '../../runtime/server/process-ready.js';
import { createServer, type ServerOptions } from '../../runtime/server/server.js';

const ports = { httpPort: 0, httpsPort: 0, adminPort: 0, adminHttpPort: 0, managementPort: 0, internalPort: 0 };

/** How long a client may keep a gateway connection, as the answer to a request tells it. */
const cases: readonly [given: ServerOptions, told: string | null, why: string][] = [
  [{}, 'timeout=180', 'the default of socket_timeout'],
  [{ socketTimeout: 75_000 }, 'timeout=75', 'as it is set'],
  [{ socketTimeout: 0 }, null, 'no limit'],
];

/** Starts a server with a flow at /echo that reads the whole body, and gives the port of its gateway. */
async function withGateway(given: ServerOptions, use: (port: number) => Promise<void>): Promise<void> {
  const home = mkdtempSync(path.join(tmpdir(), 'mediant-keep-alive-'));
  const deploy = path.join(home, 'artifacts');
  mkdirSync(deploy);
  writeFileSync(
    path.join(deploy, 'echo.xml'),
    '<api xmlns="http://ws.apache.org/ns/synapse" name="echo" context="/echo"><resource methods="POST"><inSequence><log level="full"/><respond/></inSequence></resource></api>',
  );
  const server = await createServer({
    home,
    host: '127.0.0.1',
    logLevel: 'ERROR',
    adminPassword: 'keep-alive',
    logFormat: 'text',
    deploy: [deploy],
    ...ports,
    ...given,
  });
  try {
    const gateway = server.addresses.find(({ purpose, scheme }) => purpose === 'gateway' && scheme === 'http');
    assert.ok(gateway);
    await use(Number(new URL(listenerUrl(gateway)).port));
  } finally {
    await server.close();
    rmSync(home, { recursive: true, force: true });
  }
}

/** Sends a body of ten bytes as far as it is told, a byte every 100 ms; resolves with what comes back until the end. */
async function upload(port: number, bytes: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  socket.on('error', () => undefined);
  const closed = once(socket, 'close');
  socket.write(
    'POST /echo HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: 10\r\n\r\n',
  );
  for (let sent = 0; sent < bytes; sent++) {
    await sleep(100);
    socket.write('x');
  }
  await closed;
  return answer;
}

describe('artifacts 6.4: [transport.http] socket_timeout within a request', function () {
  this.timeout(30_000);

  it('a body that has stopped coming ends the connection', () =>
    withGateway({ socketTimeout: 600 }, async (port) => assert.equal(await upload(port, 3), '')));

  it('one that comes slowly does not', () =>
    withGateway({ socketTimeout: 600 }, async (port) =>
      assert.match(await upload(port, 10), /^HTTP\/1.1 200 [\s\S]*x{10}/),
    ));
});

describe('artifacts 6.4: [transport.http] socket_timeout between two requests of a connection', function () {
  this.timeout(30_000);
  for (const [given, told, why] of cases) {
    it(`${JSON.stringify(given)}: Keep-Alive ${told}, ${why}`, async () => {
      await withGateway(given, async (port) => {
        const answer = await fetch(`http://127.0.0.1:${port}/nobody`);
        await answer.text();
        assert.equal(answer.headers.get('connection'), 'keep-alive');
        assert.equal(answer.headers.get('keep-alive'), told);
      });
    });
  }
});
