import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, stat, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as tlsConnect } from 'node:tls';
import { prepareHome } from '../../runtime/server/process-home.js';
import { gracefulClose, listen } from '../../runtime/server/process-listen.js';
import { readyLine } from '../../runtime/server/process-ready.js';
import { runUntilSignal } from '../../runtime/server/process-signals.js';
import { StartError } from '../../runtime/server/start-error.js';
import { loadTlsKeys } from '../../runtime/server/tls.js';

async function started(handler: RequestListener): Promise<{ server: Server; port: number }> {
  const server = createServer(handler);
  const { port } = await listen(server, 0, '127.0.0.1', 'test');
  return { server, port };
}

describe('product 1: listening', () => {
  it('port 0 means any free port; the real one is told', async () => {
    const { server, port } = await started((_, response) => response.end('x'));
    assert.ok(port > 0);
    assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), 'x');
    await gracefulClose([server]);
  });

  it('a taken port is named', async () => {
    const { server, port } = await started(() => {});
    await assert.rejects(listen(createServer(), port, '127.0.0.1', 'gateway, http'), (error) => {
      assert.ok(error instanceof StartError);
      assert.equal(
        error.message,
        `port ${port} on 127.0.0.1 (gateway, http) is taken by another process; choose another one, or --port-offset`,
      );
      return true;
    });
    await gracefulClose([server]);
  });

  it('an address of another machine is named', async () => {
    await assert.rejects(
      listen(createServer(), 0, '192.0.2.1', 'gateway, http'),
      /^StartError: port 0 on 192\.0\.2\.1/,
    );
  });
});

describe('product 1: a graceful stop', () => {
  it('answers what is running, takes nothing new, ends idle connections', async () => {
    let answer: (() => void) | undefined;
    const { server, port } = await started((_, response) => {
      answer = () => response.end('late');
    });
    const idle = connect(port, '127.0.0.1');
    await once(idle, 'connect');
    const running = fetch(`http://127.0.0.1:${port}/`);
    while (answer === undefined) await new Promise(setImmediate);
    const closing = gracefulClose([server]);
    await assert.rejects(fetch(`http://127.0.0.1:${port}/`));
    answer();
    const response = await running;
    assert.equal(await response.text(), 'late');
    assert.equal(await closing, true);
    idle.destroy();
  });

  it('a request that comes on an open connection is answered with Connection: close', async () => {
    let answer: (() => void) | undefined;
    const { server, port } = await started((_, response) => {
      answer = () => response.end('x');
    });
    const socket = connect(port, '127.0.0.1');
    let received = '';
    socket.on('data', (chunk) => {
      received += String(chunk);
    });
    const request = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
    socket.write(request);
    while (answer === undefined) await new Promise(setImmediate);
    const closing = gracefulClose([server]);
    const first = answer;
    answer = undefined;
    socket.write(request);
    while (answer === undefined) await new Promise(setImmediate);
    first();
    (answer as () => void)();
    await once(socket, 'close');
    assert.equal(received.match(/HTTP\/1\.1 200 OK/g)?.length, 2);
    assert.match(received, /Connection: close/);
    assert.equal(await closing, true);
  });

  it('a connection that falls idle while closing is ended, also when its answer did not say so', async () => {
    let end: (() => void) | undefined;
    const { server, port } = await started((_, response) => {
      response.flushHeaders();
      end = () => response.end('x');
    });
    server.keepAliveTimeout = 0;
    const socket = connect(port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    socket.resume();
    while (end === undefined) await new Promise(setImmediate);
    const closing = gracefulClose([server]);
    end();
    assert.equal(await closing, true);
    socket.destroy();
  });

  it('cuts off what still runs at the end of the time', async () => {
    let running = false;
    const { server, port } = await started(() => {
      running = true;
    });
    const request = fetch(`http://127.0.0.1:${port}/`).catch((error: unknown) => error);
    while (!running) await new Promise(setImmediate);
    assert.equal(await gracefulClose([server], { timeoutMs: 30 }), false);
    assert.ok((await request) instanceof Error);
  });

  it('a TLS connection without a request is ended, a stalled handshake cut off', async () => {
    const keys = await loadTlsKeys({ home: await mkdtemp(join(tmpdir(), 'mediant-test-')) });
    const server = createTlsServer(keys, (_, response) => response.end('x'));
    const { port } = await listen(server, 0, '127.0.0.1', 'test');
    const idle = tlsConnect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    await once(idle, 'secureConnect');
    assert.equal(await gracefulClose([server]), true);

    await listen(server, port, '127.0.0.1', 'test');
    const accepted = once(server, 'connection');
    const stalled = connect(port, '127.0.0.1');
    stalled.write(Buffer.from('160301', 'hex'));
    await accepted;
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(await gracefulClose([server], { timeoutMs: 30 }), false);
    for (const socket of [idle, stalled]) socket.destroy();
  });

  it('a server that never listened is no hindrance', async () => {
    assert.equal(await gracefulClose([createServer()]), true);
  });
});

describe('product 1: signals', () => {
  it('SIGHUP reloads, a failed reload ends nothing, SIGTERM stops', async () => {
    const events: string[] = [];
    const running = runUntilSignal({
      stop: async () => {
        events.push('stop');
      },
      reload: async () => {
        events.push('reload');
        if (events.length === 1) throw new Error('refused');
      },
      failed: (error) => events.push((error as Error).message),
    });
    for (const count of [2, 3]) {
      process.kill(process.pid, 'SIGHUP');
      while (events.length < count) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    process.kill(process.pid, 'SIGTERM');
    await running;
    assert.deepEqual(events, ['reload', 'refused', 'reload', 'stop']);
  });
});

describe('product 1: the ready line', () => {
  it('names every address', () => {
    const at = (port: number, address = '127.0.0.1', family = 'IPv4'): AddressInfo => ({ port, address, family });
    assert.equal(
      readyLine(312.4, [
        { purpose: 'gateway', scheme: 'http', address: at(8280, '0.0.0.0') },
        { purpose: 'gateway', scheme: 'https', address: at(8243, '::', 'IPv6') },
        { purpose: 'admin', scheme: 'https', address: at(9443) },
      ]),
      'mediant ready in 312 ms: gateway http://0.0.0.0:8280 https://[::]:8243, admin https://127.0.0.1:9443',
    );
  });
});

describe('product 1: the home', () => {
  it('is created with mode 0700', async () => {
    const home = join(await mkdtemp(join(tmpdir(), 'mediant-test-')), 'a', '.mediant');
    await prepareHome(home);
    await prepareHome(home);
    assert.equal((await stat(home)).mode & 0o777, 0o700);
  });

  it('that is a file is refused by name', async () => {
    const home = join(await mkdtemp(join(tmpdir(), 'mediant-test-')), 'file');
    await writeFile(home, '');
    await assert.rejects(prepareHome(home), new RegExp(`^StartError: home ${home} cannot be used: EEXIST`));
  });
});
