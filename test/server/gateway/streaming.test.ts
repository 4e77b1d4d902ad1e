import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Koa from 'koa';
import { mediation } from '../../../runtime/index.js';

/** A backend that speaks whatever bytes a test wants, and the gateway before it. */
describe('bodies that nobody looks at are streamed (message-model 4.1 step 2, 6.8)', () => {
  const deploy = mkdtempSync(path.join(tmpdir(), 'mediant-streaming-'));
  let backend: net.Server;
  let gateway: http.Server;
  /** What the backend does with a connection. */
  let behave: (socket: net.Socket) => void = (socket) => socket.destroy();

  const listen = (server: net.Server): Promise<number> =>
    new Promise((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
    });

  before(async () => {
    backend = net.createServer((socket) => {
      socket.on('error', () => {});
      behave(socket);
    });
    const port = await listen(backend);
    const api = `<api xmlns="http://ws.apache.org/ns/synapse" name="s" context="/s"><resource methods="GET POST" uri-template="/*"><inSequence><call><endpoint><http method="post" uri-template="http://127.0.0.1:${port}/b"/></endpoint></call><respond/></inSequence></resource></api>`;
    writeFileSync(path.join(deploy, 'api.xml'), api);
    const app = new Koa();
    const logger = { enabled: () => false, log: () => {} };
    app.use(mediation({ deploy: [deploy], logger }));
    gateway = http.createServer(app.callback());
    await listen(gateway);
  });

  after(() => {
    gateway.closeAllConnections();
    gateway.close();
    backend.close();
    rmSync(deploy, { recursive: true, force: true });
  });

  const target = () => ({
    port: (gateway.address() as AddressInfo).port,
    host: '127.0.0.1',
    path: '/s/x',
    method: 'POST',
  });

  interface Got {
    status: number | undefined;
    body: string;
    complete: boolean;
  }

  function post(body = '{"a":1}'): Promise<Got> {
    return new Promise((resolve, reject) => {
      const request = http.request({ ...target(), headers: { 'Content-Type': 'application/json' } }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('close', () => resolve({ status: response.statusCode, body: text, complete: response.complete }));
        response.on('error', () => {});
      });
      request.on('error', reject);
      request.end(body);
    });
  }

  const answer = (head: string, body: string, end = true) => {
    behave = (socket) => {
      socket.once('data', () => {
        socket.write(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n${body}`);
        if (end) socket.end();
      });
    };
  };

  it('an answer arrives as it was sent', async () => {
    answer('Content-Type: application/json\r\nContent-Length: 11', '{"a" : 1.0}');
    assert.deepEqual(await post(), { status: 200, body: '{"a" : 1.0}', complete: true });
  });

  it('an answer that breaks off before its first byte is a 502', async () => {
    answer('Content-Type: application/json\r\nContent-Length: 11', '');
    const got = await post();
    assert.equal(got.status, 502);
    assert.equal(got.complete, true);
  });

  it('an answer that breaks off later does not look complete', async () => {
    behave = (socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\npart');
        setTimeout(() => socket.end(), 50);
      });
    };
    const got = await post();
    assert.equal(got.body, 'part');
    assert.equal(got.complete, false);
  });

  it('the first part of a request reaches the backend while the client still sends', async () => {
    const seen = new Promise<string>((resolve) => {
      behave = (socket) => {
        let text = '';
        socket.on('data', (data) => {
          text += data.toString('latin1');
          if (text.includes('first')) resolve(text);
          if (text.includes('second')) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
        });
      };
    });
    const request = http.request({ ...target(), headers: { 'Content-Type': 'text/plain' } });
    const answered = new Promise<number | undefined>((resolve) => {
      request.on('response', (response) => resolve(response.resume().statusCode));
    });
    request.write('first');
    assert.match(await seen, /first/);
    request.end('second');
    assert.equal(await answered, 200);
  });

  it('a client that does not read holds the backend back', async function () {
    this.timeout(20_000);
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const total = 256 * 1024 * 1024;
    let written = 0;
    behave = (socket) => {
      socket.once('data', () => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${total}\r\n\r\n`);
        const pump = (): void => {
          while (written < total && socket.writable) {
            written += chunk.length;
            if (!socket.write(chunk)) {
              socket.once('drain', pump);
              return;
            }
          }
        };
        pump();
      });
    };
    const request = http.request({ ...target(), headers: { 'Content-Type': 'text/plain' } });
    request.on('error', () => {});
    const response = await new Promise<http.IncomingMessage>((resolve) => {
      request.on('response', resolve);
      request.end('x');
    });
    response.pause();
    response.on('error', () => {});
    for (let before = -1; before !== written; ) {
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    assert.ok(written < total / 4, `the backend could write ${written} bytes that nobody read`);
    response.destroy();
  });
});
