import assert from 'node:assert/strict';
import net, { type Socket } from 'node:net';
import { SmugglingGateway } from './smuggling-gateway.js';

const get = (path: string, method = 'GET'): string => `${method} /s/${path} HTTP/1.1\r\nHost: h\r\n\r\n`;
const poison = 'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\npoisoned';
/** The bytes of an answer with these header lines. */
const ok = (lines: string, body = ''): string => `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n${lines}\r\n${body}`;
const chunked = (body: string): string => ok('Transfer-Encoding: chunked\r\n', body);
const interim = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n';

/** Answers of a backend that leave open where they end, or that no reader should take: the client gets a 502. */
const refused: Record<string, [name: string, bytes: string][]> = {
  'both framings, or several of one': [
    ['CL.TE', ok('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n')],
    ['TE.CL', ok('Transfer-Encoding: chunked\r\nContent-Length: 5\r\n', '0\r\n\r\n')],
    ['CL.TE with identity', ok('Content-Length: 1\r\nTransfer-Encoding: identity\r\n', 'a')],
    ['two lengths', ok('Content-Length: 1\r\nContent-Length: 2\r\n', 'ab')],
    ['the same length twice', ok('Content-Length: 1\r\nContent-Length: 1\r\n', 'a')],
    ['a list of lengths', ok('Content-Length: 1, 1\r\n', 'a')],
    ['two codings', ok('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n')],
    ['TE in HTTP/1.0', chunked('0\r\n\r\n').replace('HTTP/1.1', 'HTTP/1.0')],
  ],
  'Content-Length': [
    ['plus', ok('Content-Length: +1\r\n', 'a')],
    ['minus', ok('Content-Length: -1\r\n', 'a')],
    ['hexadecimal', ok('Content-Length: 0x1\r\n', 'a')],
    ['exponent', ok('Content-Length: 1e0\r\n', 'a')],
    ['fraction', ok('Content-Length: 1.0\r\n', 'a')],
    ['blank within', ok('Content-Length: 1 1\r\n', 'a')],
    ['empty', ok('Content-Length:\r\n', 'a')],
    ['more than 64 bits', ok('Content-Length: 18446744073709551617\r\n', 'a')],
    ['NUL behind', ok('Content-Length: 1\0\r\n', 'a')],
    ['space before the colon', ok('Content-Length : 1\r\n', 'a')],
    ['obs-fold', ok('Content-Length:\r\n 1\r\n', 'a')],
  ],
  'Transfer-Encoding': [
    ['xchunked', ok('Transfer-Encoding: xchunked\r\n', '0\r\n\r\n')],
    ['gzip, chunked', ok('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n')],
    ['chunked, identity', ok('Transfer-Encoding: chunked, identity\r\n', '0\r\n\r\n')],
    ['identity', ok('Transfer-Encoding: identity\r\n', 'a')],
    ['empty', ok('Transfer-Encoding:\r\n', 'a')],
    ['quoted', ok('Transfer-Encoding: "chunked"\r\n', '0\r\n\r\n')],
    ['vertical tab before the value', ok('Transfer-Encoding:\x0bchunked\r\n', '0\r\n\r\n')],
    ['space before the colon', ok('Transfer-Encoding : chunked\r\n', '0\r\n\r\n')],
    ['obs-fold', ok('Transfer-Encoding:\r\n chunked\r\n', '0\r\n\r\n')],
  ],
  chunks: [
    ['0x', chunked('0x1\r\na\r\n0\r\n\r\n')],
    ['plus', chunked('+1\r\na\r\n0\r\n\r\n')],
    ['minus', chunked('-1\r\na\r\n0\r\n\r\n')],
    ['blank before', chunked(' 1\r\na\r\n0\r\n\r\n')],
    ['blank behind', chunked('1 \r\na\r\n0\r\n\r\n')],
    ['empty', chunked('\r\na\r\n0\r\n\r\n')],
    ['more than 53 bits', chunked('20000000000001\r\na\r\n0\r\n\r\n')],
    ['more than 64 bits', chunked('10000000000000001\r\na\r\n0\r\n\r\n')],
    ['bare LF behind the size', chunked('1\na\r\n0\r\n\r\n')],
    ['bare CR behind the size', chunked('1\rXa\r\n0\r\n\r\n')],
    ['bare LF behind the data', chunked('1\r\na\n0\r\n\r\n')],
    ['longer than announced', chunked('1\r\nabc\r\n0\r\n\r\n')],
    ['bare LF behind the last chunk', chunked('0\n\r\n')],
    ['bare LF at the end', chunked('0\r\n\n')],
    ['bare LF in an extension', chunked('1;\nx\r\na\r\n0\r\n\r\n')],
    ['bare CR in an extension', chunked('1;x\rx\r\na\r\n0\r\n\r\n')],
    ['NUL in an extension', chunked('1;x\0\r\na\r\n0\r\n\r\n')],
    ['line break in a quoted extension', chunked('1;a="\r\n"\r\na\r\n0\r\n\r\n')],
    ['a long extension', chunked(`1;${'x'.repeat(5000)}\r\na\r\n0\r\n\r\n`)],
    ['many extensions', chunked(`${`1;${'x'.repeat(1000)}\r\na\r\n`.repeat(20)}0\r\n\r\n`)],
    ['Content-Length as a trailer', chunked('1\r\na\r\n0\r\nContent-Length: 5\r\n\r\n')],
    ['Transfer-Encoding as a trailer', chunked('1\r\na\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n')],
    ['malformed trailer', chunked('1\r\na\r\n0\r\nX Y: 5\r\n\r\n')],
    ['obs-fold among the trailers', chunked('1\r\na\r\n0\r\nX: 5\r\n Y: 6\r\n\r\n')],
  ],
  heads: [
    ['bare LF everywhere', 'HTTP/1.1 200 OK\nContent-Length: 1\n\na'],
    ['bare LF behind the status line', 'HTTP/1.1 200 OK\nContent-Length: 1\r\n\r\na'],
    ['bare LF before a header', ok('X: a\nContent-Length: 1\r\n', 'a')],
    ['bare CR in a value', ok('X: a\rContent-Length: 1\r\n', 'a')],
    ['obs-fold', ok('X: a\r\n b\r\nContent-Length: 1\r\n', 'a')],
    ['NUL in a value', ok('X: a\0b\r\nContent-Length: 1\r\n', 'a')],
    ['a control character in a value', ok('X: a\x01b\r\nContent-Length: 1\r\n', 'a')],
    ['DEL in a value', ok('X: a\x7fb\r\nContent-Length: 1\r\n', 'a')],
    ['no colon', ok('Content-Length\r\n', 'a')],
    ['no name', ok(': a\r\nContent-Length: 1\r\n', 'a')],
    ['a byte above ASCII in a name', ok('X\xe9: a\r\nContent-Length: 1\r\n', 'a')],
    ['a blank before the first header', 'HTTP/1.1 200 OK\r\n X: a\r\nContent-Length: 1\r\n\r\na'],
    ['an empty line before', `\r\n${ok('Content-Length: 1\r\n', 'a')}`],
    ['HTTP/0.9', 'hello'],
    ['HTTP/1.2', ok('Content-Length: 1\r\n', 'a').replace('HTTP/1.1', 'HTTP/1.2')],
    ['HTTP/2', ok('Content-Length: 1\r\n', 'a').replace('HTTP/1.1', 'HTTP/2')],
    ['a status of two digits', ok('Content-Length: 1\r\n', 'a').replace('200', '20')],
    ['a status of four digits', ok('Content-Length: 1\r\n', 'a').replace('200', '2000')],
    ['a control character in the reason', ok('Content-Length: 1\r\n', 'a').replace('OK', 'O\x0bK')],
    ['too many headers', ok(`${'a: 1\r\n'.repeat(1001)}Content-Length: 1\r\n`, 'a')],
    ['a head that is too long', ok(`X: ${'a'.repeat(70_000)}\r\nContent-Length: 1\r\n`, 'a')],
  ],
  'bytes behind the end': [
    ['behind a length', ok('Content-Length: 1\r\n', `a${poison}`)],
    ['behind a length of 0', ok('Content-Length: 0\r\n', poison)],
    ['behind the last chunk', chunked(`1\r\na\r\n0\r\n\r\n${poison}`)],
  ],
  'interim answers': [
    ['a flood', interim.repeat(1000) + ok('Content-Length: 1\r\n', 'a')],
    ['one with a length', `HTTP/1.1 103 E\r\nContent-Length: 1\r\n\r\n${ok('Content-Length: 1\r\n', 'a')}`],
    ['one with chunks', `HTTP/1.1 103 E\r\nTransfer-Encoding: chunked\r\n\r\n${ok('Content-Length: 1\r\n', 'a')}`],
    ['a malformed one', `HTTP/1.1 103 E\r\nX Y: 1\r\n\r\n${ok('Content-Length: 1\r\n', 'a')}`],
    ['a switch of protocols', `HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n${poison}`],
  ],
};

/** What follows `begun` when the client has seen its body: its answer must not look complete. */
const begun = chunked('5\r\nbegun\r\n');
const late: [name: string, bytes: string][] = [
  ['a malformed chunk size', '0x1\r\na\r\n0\r\n\r\n'],
  ['bare LF behind the last chunk', '0\n\r\n'],
  ['a malformed trailer', '0\r\nX Y: 5\r\n\r\n'],
  ['too many trailers', `0\r\n${`X: ${'x'.repeat(1000)}\r\n`.repeat(100)}\r\n`],
];

/** Answers that are one thing only: name, method, bytes, status, body, whether the connection serves the next request. */
const taken: [name: string, method: string, bytes: string, status: number, body: string, kept: boolean][] = [
  ['interim answers before', 'GET', interim.repeat(3) + ok('Content-Length: 1\r\n', 'a'), 200, 'a', true],
  ['a chunk extension', 'GET', chunked('1;a="b"\r\na\r\n0\r\nX: t\r\n\r\n'), 200, 'a', true],
  ['HEAD with a length', 'HEAD', ok('Content-Length: 5\r\n'), 200, '', true],
  ['HEAD with chunks announced', 'HEAD', ok('Transfer-Encoding: chunked\r\n'), 200, '', true],
  ['HEAD with a body', 'HEAD', ok('Content-Length: 8\r\n', 'poisoned'), 200, '', false],
  ['204', 'GET', 'HTTP/1.1 204 No Content\r\n\r\n', 204, '', true],
  ['204 with a length', 'GET', 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n', 204, '', false],
  ['204 with chunks announced', 'GET', 'HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n', 204, '', false],
  ['204 with an answer behind', 'GET', `HTTP/1.1 204 No Content\r\n\r\n${poison}`, 204, '', false],
  ['304 with a length', 'GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n', 304, '', true],
  ['304 with a body', 'GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 8\r\n\r\npoisoned', 304, '', false],
  ['Connection: close', 'GET', ok('Connection: close\r\nContent-Length: 1\r\n', 'a'), 200, 'a', false],
  ['HTTP/1.0', 'GET', 'HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na', 200, 'a', false],
  [
    'HTTP/1.0, kept and closed at once',
    'GET',
    'HTTP/1.0 200 OK\r\nConnection: keep-alive, close\r\nContent-Length: 1\r\n\r\na',
    200,
    'a',
    false,
  ],
];

describe('answers that smuggle others (RFC 9112 2.2, 4, 5.1, 6.1, 6.3, 7.1, 11.1)', () => {
  let gateway: SmugglingGateway;
  /** What the backend's first connection of a test says to its first request. */
  let bytes = '';
  let connections = 0;
  let serving = new Set<Socket>();
  const backend = net.createServer((socket) => {
    const first = connections++ === 0;
    let requests = 0;
    serving.add(socket);
    socket.on('error', () => {});
    socket.on('data', () => {
      requests++;
      if (first && requests === 1) socket.write(bytes, 'latin1');
      else socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nnext');
    });
  });

  before(async function () {
    this.timeout(60_000);
    gateway = await SmugglingGateway.start(backend);
  });
  after(async () => {
    await gateway?.stop();
    for (const socket of serving) socket.destroy();
    backend.close();
  });
  /** Connections that earlier tests have left are not reused. */
  beforeEach(async () => {
    await Promise.all(
      [...serving].map((socket) => {
        socket.end();
        return socket.destroyed || new Promise((closed) => socket.once('close', closed));
      }),
    );
    serving = new Set();
    connections = 0;
  });

  async function expectNext(connection: number): Promise<void> {
    const next = await gateway.send([get('next')], 1);
    assert.match(next.text, /next$/);
    assert.equal(connections, connection);
  }

  for (const [family, rows] of Object.entries(refused)) {
    describe(`refused: ${family}`, () => {
      for (const [name, answer] of rows) {
        it(name, async () => {
          bytes = answer;
          const got = await gateway.send([get('first')], 1);
          assert.deepEqual(got.statuses, [502], got.text);
          assert.ok(!got.text.includes('poisoned'), got.text);
          await expectNext(2);
        });
      }
    });
  }

  describe('refused: what comes after the answer has begun', () => {
    for (const [name, rest] of late) {
      it(name, async () => {
        bytes = begun;
        let sent = false;
        const got = await gateway.send([get('first')], 1, (text) => {
          if (sent || !text.includes('begun')) return;
          sent = true;
          for (const socket of serving) socket.write(rest, 'latin1');
        });
        assert.deepEqual([got.statuses, got.closed], [[200], true], got.text);
        assert.ok(!got.text.endsWith('0\r\n\r\n'), got.text);
        await expectNext(2);
      });
    }
  });

  describe('taken: as one answer', () => {
    for (const [name, method, answer, status, body, kept] of taken) {
      it(`${name}: the connection is ${kept ? 'kept' : 'not reused'}`, async () => {
        bytes = answer;
        const got = await gateway.send([get('first', method)], 1);
        assert.deepEqual(got.statuses, [status], got.text);
        assert.equal(got.text.slice(got.text.indexOf('\r\n\r\n') + 4), body);
        await expectNext(kept ? 1 : 2);
      });
    }
  });

  it('an answer that nobody asked for, on a connection that is kept, closes it', async () => {
    bytes = ok('Content-Length: 1\r\n', 'a');
    assert.deepEqual((await gateway.send([get('first')], 1)).statuses, [200]);
    const [socket] = serving;
    socket?.write(poison);
    await new Promise((closed) => socket?.once('close', closed));
    await expectNext(2);
  });
});
