import assert from 'node:assert/strict';
import net, { type AddressInfo, type Socket } from 'node:net';
import { PassThrough, type Readable } from 'node:stream';
import tls from 'node:tls';
import { HttpTransport, type HttpTransportOptions } from '../../runtime/transport/http-transport.js';
import type { TransportRequest } from '../../runtime/transport/transport.js';
import { certificates } from './certificates.js';

const done = 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na';

/** A server that answers every request head in the same way, and the connections that it has seen. */
class Backend {
  readonly sockets: Socket[] = [];
  /** Whether each connection resumed a TLS session. */
  readonly resumed: boolean[] = [];
  #server: net.Server | undefined;

  async listen(server: net.Server, event: 'connection' | 'secureConnection', answer = done): Promise<number> {
    this.#server = server;
    server.on(event, (socket: Socket) => {
      this.sockets.push(socket);
      if (socket instanceof tls.TLSSocket) this.resumed.push(socket.isSessionReused());
      socket.on('error', () => {});
      socket.on('data', () => socket.write(answer));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return (server.address() as AddressInfo).port;
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.#server?.close();
  }
}

describe('transport: kept connections', () => {
  let backend: Backend;
  let transport: HttpTransport | undefined;
  beforeEach(() => {
    backend = new Backend();
  });
  afterEach(() => {
    transport?.close();
    backend.close();
  });

  const open = (options: HttpTransportOptions = {}): HttpTransport => {
    transport = new HttpTransport(options);
    return transport;
  };
  const get = (url: string, more: Partial<TransportRequest> = {}) =>
    (transport as HttpTransport).exchange({ method: 'GET', url, headers: ['Host', 'h'], ...more });
  const closed = (socket: Socket | undefined) => new Promise((resolve) => socket?.once('close', resolve));

  it('one target keeps no more than it may', async () => {
    const url = `http://127.0.0.1:${await backend.listen(net.createServer(), 'connection')}`;
    open({ maximumIdle: 2 });
    await Promise.all([get(url), get(url), get(url), get(url)]);
    await Promise.all([get(url), get(url)]);
    assert.equal(backend.sockets.length, 4);
    await Promise.all([get(url), get(url), get(url)]);
    assert.equal(backend.sockets.length, 5);
  });

  it('an unused connection is closed after its time', async () => {
    const url = `http://127.0.0.1:${await backend.listen(net.createServer(), 'connection')}`;
    open({ idleTimeout: 30 });
    await get(url);
    await closed(backend.sockets[0]);
    await get(url);
    assert.equal(backend.sockets.length, 2);
  });

  it('a backend that keeps connections for a second only gets no request on one', async () => {
    const answer = done.replace('\r\n', '\r\nKeep-Alive: timeout=1\r\n');
    const url = `http://127.0.0.1:${await backend.listen(net.createServer(), 'connection', answer)}`;
    open();
    await get(url);
    await get(url);
    assert.equal(backend.sockets.length, 2);
  });

  it('a backend that closes its half of an unused connection gets no request on it', async () => {
    const url = `http://127.0.0.1:${await backend.listen(net.createServer({ allowHalfOpen: true }), 'connection')}`;
    open();
    await get(url);
    backend.sockets[0]?.end();
    await closed(backend.sockets[0]);
    await get(url);
    assert.equal(backend.sockets.length, 2);
  });

  it('an answer before the request was sent: the connection is not used again', async () => {
    const url = `http://127.0.0.1:${await backend.listen(net.createServer(), 'connection')}`;
    open();
    const body = new PassThrough();
    body.write('begin');
    await get(url, { method: 'POST', body });
    await closed(backend.sockets[0]);
    await get(url);
    assert.equal(backend.sockets.length, 2);
  });

  describe('TLS sessions', () => {
    /** Whether each connection to these hosts, in turn, resumed a session. */
    async function resumed(hosts: readonly string[], maximumSessions: number): Promise<boolean[]> {
      const { ca, server } = await certificates();
      const port = await backend.listen(tls.createServer({ ...server }), 'secureConnection');
      open({ tls: { ca }, maximumSessions });
      for (const host of hosts) await get(`https://${host}:${port}/`, { keepAlive: false });
      return backend.resumed;
    }

    it('are resumed by the next connection to the same target', async () => {
      const hosts = ['localhost', 'localhost', '127.0.0.1', '127.0.0.1', 'localhost'];
      assert.deepEqual(await resumed(hosts, 1000), [false, true, false, true, true]);
    });

    it('are no more than may be kept', async () => {
      const hosts = ['localhost', '127.0.0.1', 'localhost', 'localhost'];
      assert.deepEqual(await resumed(hosts, 1), [false, false, false, true]);
    });
  });
});

describe('transport: one write to the kernel', () => {
  const ready = (): Readable => {
    const source = new PassThrough();
    source.end('abc');
    return source;
  };
  const rows: [name: string, request: () => Partial<TransportRequest>, first: RegExp][] = [
    ['no body', () => ({}), /^GET .*\r\n\r\n$/s],
    ['bytes', () => ({ body: Buffer.from('abc') }), /\r\n\r\nabc$/],
    ['bytes in chunks', () => ({ body: Buffer.from('abc'), chunked: true }), /\r\n\r\n3\r\nabc\r\n0\r\n\r\n$/],
    ['many bytes', () => ({ body: Buffer.alloc(100_000, 'a') }), /\r\n\r\na{100000}$/],
    ['the first part of a stream', () => ({ body: ready() }), /\r\n\r\n3\r\nabc\r\n/],
    ['the first part of a stream with its length', () => ({ body: ready(), contentLength: 3 }), /\r\n\r\nabc$/],
  ];
  for (const [name, request, first] of rows) {
    it(`head and ${name}`, async () => {
      const backend = new Backend();
      const port = await backend.listen(net.createServer(), 'connection');
      const transport = new HttpTransport();
      const writes: string[] = [];
      // Called by Node once for each write to the kernel, with one piece or several.
      const prototype = net.Socket.prototype as unknown as { _writeGeneric: (...values: unknown[]) => void };
      const { _writeGeneric: original } = prototype;
      prototype._writeGeneric = function (this: Socket, ...values: unknown[]) {
        const pieces = (values[0] ? (values[1] as { chunk: string | Buffer }[]) : [{ chunk: values[1] }]) as {
          chunk: string | Buffer;
        }[];
        if (this.remotePort === port)
          writes.push(pieces.map(({ chunk }) => chunk.toString('latin1' as never)).join(''));
        original.apply(this, values);
      };
      try {
        await transport.exchange({
          method: 'GET',
          url: `http://127.0.0.1:${port}/`,
          headers: ['Host', 'h'],
          ...request(),
        });
        assert.match(writes[0] ?? '', first);
      } finally {
        prototype._writeGeneric = original;
        transport.close();
        backend.close();
      }
    });
  }
});
