import assert from 'node:assert/strict';
import { createServer as createHttp, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { HttpTransport } from '../../runtime/transport/http-transport.js';
import { OutboundRules } from '../../runtime/transport/outbound-rules.js';
import { protocolState, TransportError, type TransportResponse } from '../../runtime/transport/transport.js';

/** Runs `body` against a raw TCP server; each connection gets what `serve` does with it. */
async function withRaw<T>(serve: (socket: Socket) => void, body: (url: string) => Promise<T>): Promise<T> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    serve(socket);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    return await body(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

/** A server that answers every request head with the given bytes. */
const answering =
  (...parts: (string | Buffer)[]) =>
  (socket: Socket) =>
    socket.once('data', async () => {
      for (const part of parts) {
        socket.write(part, 'latin1');
        await new Promise((done) => setTimeout(done, 15));
      }
    });

async function withHttp<T>(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
  body: (url: string, server: Server) => Promise<T>,
): Promise<T> {
  const server = createHttp(handle);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    return await body(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, server);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function bodyOf(response: TransportResponse): Promise<string> {
  const { body } = response;
  return body === undefined ? '' : body instanceof Uint8Array ? Buffer.from(body).toString() : text(body);
}

describe('transport: an exchange', () => {
  let transport: HttpTransport;
  beforeEach(() => {
    transport = new HttpTransport({ socketTimeout: 2000 });
  });
  afterEach(() => transport.close());

  const get = (url: string, more = {}) => transport.exchange({ method: 'GET', url, headers: ['Host', 'h'], ...more });

  it('relays header pairs as they are, repeated ones and their spelling included', () =>
    withHttp(
      (request, response) =>
        response.writeHead(200, ['X-Seen', JSON.stringify(request.rawHeaders), 'a', '1', 'A', '2']).end(),
      async (url) => {
        const { headers } = await get(url, { headers: ['Host', 'h', 'X-One', '1', 'x-one', 'é'] });
        assert.deepEqual(JSON.parse(headers[1] ?? ''), ['Host', 'h', 'X-One', '1', 'x-one', 'é']);
        assert.deepEqual(headers.slice(2, 6), ['a', '1', 'A', '2']);
      },
    ));

  it('sends path and query as written', () =>
    withHttp(
      (request, response) => response.end(request.url),
      async (url) => {
        for (const path of ['/a/../b//c', "/x?y=$%{no}&z='(<>", '/a%zz', '/?q', '/a?b/c?d']) {
          assert.equal(await bodyOf(await get(url + path)), path);
        }
        assert.equal(await bodyOf(await get(`${url}?only=query#fragment`)), '/?only=query');
        assert.equal(await bodyOf(await get(`${url}/é€`)), '/%C3%A9%E2%82%AC');
      },
    ));

  const framings: [string, Record<string, unknown>, string | undefined, string | undefined][] = [
    ['bytes with their length', { body: Buffer.from('abc') }, '3', undefined],
    ['bytes in chunks', { body: Buffer.from('abc'), chunked: true }, undefined, 'chunked'],
    ['empty bytes in chunks', { body: Buffer.from(''), chunked: true }, undefined, 'chunked'],
    ['a stream in chunks', { body: () => Readable.from(['a', '', 'bc']) }, undefined, 'chunked'],
    ['a stream with its length', { body: () => Readable.from(['abc']), contentLength: 3 }, '3', undefined],
    ['bytes over HTTP/1.0', { body: Buffer.from('abc'), chunked: true, http10: true }, '3', undefined],
    ['no body', {}, undefined, undefined],
  ];
  for (const [name, request, length, coding] of framings) {
    it(`frames ${name}`, () =>
      withHttp(
        async (incoming, response) => {
          const { headers, httpVersion } = incoming;
          const got = await text(incoming);
          response.end(JSON.stringify([got, headers['content-length'], headers['transfer-encoding'], httpVersion]));
        },
        async (url) => {
          const { body, ...rest } = request as { body?: unknown };
          const content = typeof body === 'function' ? body() : body;
          const answer = await transport.exchange({
            method: 'POST',
            url,
            headers: ['Host', 'h'],
            body: content,
            ...rest,
          });
          const expected = [
            content instanceof Buffer ? content.toString() : content ? 'abc' : '',
            length ?? null,
            coding ?? null,
            'http10' in request ? '1.0' : '1.1',
          ];
          assert.deepEqual(JSON.parse(await bodyOf(answer)), expected);
        },
      ));
  }

  it('keeps a connection, closes it when asked to', () =>
    withHttp(
      (request, response) => response.end(`${request.socket.remotePort} ${request.headers.connection}`),
      async (url) => {
        const first = await bodyOf(await get(url));
        assert.equal(await bodyOf(await get(url)), first);
        assert.match(await bodyOf(await get(url, { keepAlive: false })), / Close$/);
        assert.notEqual(await bodyOf(await get(url)), first);
      },
    ));

  it('writes the absolute URL when asked to', () =>
    withRaw(
      (socket) =>
        socket.once('data', (head) => {
          const line = head.toString().split('\r\n')[0] ?? '';
          socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${line.length}\r\n\r\n${line}`);
        }),
      async (url) =>
        assert.equal(await bodyOf(await get(`${url}/a?b`, { absoluteUri: true })), `GET ${url}/a?b HTTP/1.1`),
    ));

  it('turns line breaks in a header value into blanks and refuses a header name that is none', () =>
    withHttp(
      (request, response) => response.end(JSON.stringify(request.headers)),
      async (url) => {
        const answer = await get(url, {
          headers: ['Host', 'h', 'X-A', 'one\r\nX-B: two\nthree', 'Content-Length', '9'],
        });
        assert.deepEqual(JSON.parse(await bodyOf(answer)), { host: 'h', 'x-a': 'one X-B: two three' });
        await assert.rejects(get(url, { headers: ['X A', '1'] }), { kind: 'request' });
        await assert.rejects(transport.exchange({ method: 'G T', url, headers: [] }), { kind: 'request' });
      },
    ));

  const answers: [string, (string | Buffer)[], string][] = [
    ['a body with its length', ['HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc'], 'abc'],
    ['a body in pieces', ['HTTP/1.1 200 OK\r\nContent-', 'Length: 3\r', '\n\r\na', 'bc'], 'abc'],
    [
      'chunks',
      ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n1\r\nd\r\n0\r\nX: t\r\n\r\n'],
      'abcd',
    ],
    [
      'chunks in pieces',
      ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', 'A', '\r', '\n0123456789\r', '\n0', '\r\n\r\n'],
      '0123456789',
    ],
    ['an empty body', ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'], ''],
    [
      'an interim answer before',
      ['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 E\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na'],
      'a',
    ],
    ['no reason', ['HTTP/1.1 200\r\nContent-Length: 1\r\n\r\na'], 'a'],
    ['no body by status', ['HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\n'], ''],
  ];
  for (const [name, parts, expected] of answers) {
    it(`reads ${name}`, () =>
      withRaw(answering(...parts), async (url) => assert.equal(await bodyOf(await get(url)), expected)));
  }

  it('reads a body that ends with the connection', () =>
    withRaw(
      (socket) => socket.once('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\nall of it')),
      async (url) => assert.equal(await bodyOf(await get(url)), 'all of it'),
    ));

  const failures: [string, string[] | 'close' | 'silent', string, number][] = [
    ['rubbish', ['rubbish\r\n\r\n'], 'protocol', protocolState.requestDone],
    ['rubbish without an end', ['SSH-2.0-x'], 'protocol', protocolState.requestDone],
    ['both framings', ['HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n'], 'protocol', 3],
    ['two lengths', ['HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n'], 'protocol', 3],
    ['a list of lengths', ['HTTP/1.1 200 OK\r\nContent-Length: 3, 3\r\n\r\n'], 'protocol', 3],
    ['a negative length', ['HTTP/1.1 200 OK\r\nContent-Length: -3\r\n\r\n'], 'protocol', 3],
    ['an unknown coding', ['HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n'], 'protocol', 3],
    ['chunks over HTTP/1.0', ['HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'], 'protocol', 3],
    ['a folded header', ['HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n'], 'protocol', 3],
    ['a blank before the colon', ['HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n'], 'protocol', 3],
    ['a bare line feed', ['HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n'], 'protocol', 3],
    ['a switch of protocols', ['HTTP/1.1 101 Switching\r\n\r\n'], 'protocol', 3],
    ['nothing, then the end', 'close', 'closed', protocolState.requestDone],
    ['nothing at all', 'silent', 'timeout', protocolState.requestDone],
  ];
  for (const [name, answer, kind, state] of failures) {
    it(`message-model 6.7: fails on ${name}`, () =>
      withRaw(
        (socket) => {
          if (answer === 'close') socket.once('data', () => socket.end());
          else if (answer === 'silent') socket.resume();
          else answering(...answer)(socket);
        },
        (url) => assert.rejects(get(url, { socketTimeout: 200 }), { kind, state }),
      ));
  }

  const broken: [string, string[]][] = [
    ['truncated', ['HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc']],
    ['over-long', ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc']],
    ['badly chunked', ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n0\r\n\r\n']],
    ['chunked with a wrong size', ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n']],
    ['chunked without a last chunk', ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n']],
  ];
  for (const [name, parts] of broken) {
    it(`message-model 6.8: a ${name} body fails when it is read`, () =>
      withRaw(
        (socket) => {
          answering(...parts)(socket);
          setTimeout(() => socket.end(), 60);
        },
        async (url) => {
          const answer = await get(url);
          assert.equal(answer.status, 200);
          assert.ok(answer.body instanceof Readable);
          await assert.rejects(text(answer.body), TransportError);
        },
      ));
  }

  it('fails for a refused connection, an unknown name and no URL', async () => {
    await assert.rejects(get('http://127.0.0.1:1/'), { kind: 'connect', message: 'ECONNREFUSED', state: 0 });
    await assert.rejects(get('http://name.invalid/'), { kind: 'connect' });
    for (const url of ['nothing like a url', 'foo://x/y', 'http:///x', 'http://h/a b', 'http://h:99999/', '']) {
      await assert.rejects(get(url), { kind: 'request' });
    }
    await assert.rejects(get('ftp://user:secret@h/?key=secret'), (error: Error) => !error.message.includes('secret'));
  });

  it('api-management 2.2: a request may have a time of its own for connecting, TLS included', () =>
    withRaw(
      () => undefined,
      (url) =>
        assert.rejects(get(url.replace('http:', 'https:'), { connectTimeout: 50 }), {
          kind: 'connect-timeout',
          message: 'No connection within 50 ms',
        }),
    ));

  it('artifacts 3.2: fails at its deadline, not later', () =>
    withRaw(
      (socket) => socket.resume(),
      (url) => assert.rejects(get(url, { deadline: 50 }), { kind: 'deadline' }),
    ));

  const closings: [method: string, how: 'reset' | 'end', again: boolean][] = [
    ['GET', 'reset', true],
    ['HEAD', 'reset', true],
    ['OPTIONS', 'reset', true],
    ['PUT', 'reset', true],
    ['DELETE', 'reset', true],
    ['POST', 'reset', false],
    ['PATCH', 'reset', false],
    ['GET', 'end', false],
    ['PUT', 'end', false],
    ['POST', 'end', false],
  ];
  for (const [method, how, again] of closings) {
    it(`RFC 9110 9.2.2, artifacts 3.4: ${method} on a kept connection that is closed by ${how} is ${again ? '' : 'not '}sent again`, async () => {
      let connections = 0;
      await withRaw(
        (socket) => {
          const number = ++connections;
          let requests = 0;
          socket.on('data', () => {
            if (++requests === 1 || number > 1) socket.write('HTTP/1.1 204 No Content\r\n\r\n');
            else if (how === 'reset') socket.resetAndDestroy();
            else socket.end();
          });
        },
        async (url) => {
          const send = () => transport.exchange({ method, url, headers: ['Host', 'h'] });
          await send();
          if (again) assert.equal((await send()).status, 204);
          else await assert.rejects(send(), { kind: 'closed', state: 3 });
          assert.equal(connections, again ? 2 : 1);
        },
      );
    });
  }

  it('does not send a GET again of which an interim answer came', async () => {
    let connections = 0;
    await withRaw(
      (socket) => {
        connections++;
        let requests = 0;
        socket.on('data', () => {
          if (++requests === 1) socket.write('HTTP/1.1 204 No Content\r\n\r\n');
          else socket.write('HTTP/1.1 102 Processing\r\n\r\n', () => setTimeout(() => socket.resetAndDestroy(), 20));
        });
      },
      async (url) => {
        await get(url);
        await assert.rejects(get(url), { kind: 'closed', state: 3 });
        assert.equal(connections, 1);
      },
    );
  });

  it('does not send a GET again whose body was a stream', async () => {
    let requests = 0;
    await withRaw(
      (socket) =>
        socket.on('data', () => {
          if (++requests === 1) socket.write('HTTP/1.1 204 No Content\r\n\r\n');
          else socket.resetAndDestroy();
        }),
      async (url) => {
        await get(url);
        await assert.rejects(get(url, { body: Readable.from(['a']) }), { kind: 'closed' });
      },
    );
  });

  it('does not send a GET again that met a fresh connection', () => {
    let requests = 0;
    return withRaw(
      (socket) =>
        socket.once('data', () => {
          requests++;
          socket.destroy();
        }),
      async (url) => {
        await assert.rejects(get(url), { kind: 'closed' });
        assert.equal(requests, 1);
      },
    );
  });

  it('holds back both ways: neither side outruns a slow reader', () =>
    withHttp(
      (request, response) => request.pipe(response),
      async (url) => {
        const size = 32 * 1024 * 1024;
        let produced = 0;
        const source = new Readable({
          read() {
            produced += 65_536;
            this.push(produced > size ? null : Buffer.alloc(65_536, 1));
          },
        });
        const { body } = await transport.exchange({ method: 'POST', url, headers: ['Host', 'h'], body: source });
        assert.ok(body instanceof Readable);
        await new Promise((done) => setTimeout(done, 200));
        assert.ok(produced < size / 2, `${produced} bytes were taken although nobody read`);
        assert.equal((await buffer(body)).length, size);
      },
    ));

  it('answers early: the rest of the body is not sent', () =>
    withRaw(
      (socket) => socket.once('data', () => socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno')),
      async (url) => {
        const source = new PassThrough();
        source.write('begin');
        const answer = await transport.exchange({ method: 'POST', url, headers: ['Host', 'h'], body: source });
        assert.equal(`${answer.status} ${await bodyOf(answer)}`, '413 no');
        assert.equal(source.listenerCount('data'), 0);
      },
    ));

  it('fails when the source of the body breaks off', () =>
    withRaw(
      (socket) => socket.resume(),
      async (url) => {
        const source = new PassThrough();
        source.write('begin');
        const exchange = transport.exchange({ method: 'POST', url, headers: ['Host', 'h'], body: source });
        setTimeout(() => source.destroy(), 20);
        await assert.rejects(exchange, { kind: 'source' });
      },
    ));

  it('a body that is given up closes the connection', () =>
    withRaw(
      (socket) => socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\nabc')),
      async (url) => {
        const { body } = await get(url);
        assert.ok(body instanceof Readable);
        body.destroy();
        assert.equal(await new Promise((done) => body.on('close', () => done('closed'))), 'closed');
      },
    ));
});

describe('transport: outbound rules (product 1)', () => {
  const rows: [string, { allow?: string[]; deny?: string[] }, string, boolean][] = [
    ['everything is allowed without lists', {}, '127.0.0.1', true],
    ['a denied block', { deny: ['127.0.0.0/8'] }, '127.0.0.1', false],
    ['a denied block, mapped to IPv6', { deny: ['127.0.0.0/8'] }, '[::ffff:127.0.0.1]', false],
    ['a name that resolves into a denied block', { deny: ['127.0.0.0/8', '::1'] }, 'localhost', false],
    ['a number that stands for a denied address', { deny: ['127.0.0.0/8'] }, '2130706433', false],
    ['a denied name', { deny: ['LocalHost'] }, 'localhost.', false],
    ['an allowed name', { allow: ['localhost'] }, 'localhost', true],
    ['a name not on the allow list', { allow: ['example.com'] }, 'localhost', false],
    ['an address not on the allow list', { allow: ['10.0.0.0/8'] }, '127.0.0.1', false],
    ['deny wins over allow', { allow: ['127.0.0.1'], deny: ['127.0.0.1'] }, '127.0.0.1', false],
    ['everything is allowed by *', { allow: ['*'] }, '127.0.0.1', true],
    ['everything is denied by *', { deny: ['*'] }, 'localhost', false],
    ['an allowed block', { allow: ['127.0.0.0/8'] }, '127.0.0.1', true],
  ];
  for (const [name, lists, host, allowed] of rows) {
    it(name, () =>
      withHttp(
        (_, response) => response.end('reached'),
        async (url) => {
          const transport = new HttpTransport({ rules: new OutboundRules(lists) });
          const there = url.replace('127.0.0.1', host);
          const exchange = transport.exchange({ method: 'GET', url: there, headers: ['Host', 'h'] });
          if (allowed) assert.equal(await bodyOf(await exchange), 'reached');
          else
            await assert.rejects(
              exchange,
              (error: TransportError) => error.kind === 'connect' && /may not be called/.test(error.message),
            );
          transport.close();
        },
      ),
    );
  }

  it('patterns match sub-domains only', () => {
    const rules = new OutboundRules({ deny: ['*.example.com'] });
    assert.throws(() => rules.checkHost('a.b.example.com', 80), /deny list/);
    rules.checkHost('example.com', 80);
    rules.checkHost('badexample.com', 80);
  });

  it('own listeners are always denied, by whatever name', () => {
    const rules = new OutboundRules();
    rules.denyListeners([{ address: '0.0.0.0', port: 9443 }]);
    for (const address of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', '0.0.0.0']) {
      assert.throws(() => rules.checkAddress('x', address, 9443), /listener of this server/);
      rules.checkAddress('x', address, 9444);
    }
  });

  it('an entry that is nothing of the kind is named', () => {
    assert.throws(() => new OutboundRules({ deny: ['10.0.0.0/33'] }), /10\.0\.0\.0\/33/);
    assert.throws(() => new OutboundRules({ allow: ['http://x'] }), /http:/);
  });
});
