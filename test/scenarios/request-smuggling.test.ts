import assert from 'node:assert/strict';
import http from 'node:http';
import { text } from 'node:stream/consumers';
import { SmugglingGateway } from './smuggling-gateway.js';

const H = 'Host: h\r\n';
const smuggled = 'GET /s/smuggled HTTP/1.1\r\nHost: h\r\n\r\n';

/** A POST to the gateway with these header lines and what stands behind its head. */
const post = (lines: string, rest = '', version = '1.1'): string =>
  `POST /s/x HTTP/${version}\r\n${H}Content-Type: text/plain\r\n${lines}\r\n${rest}`;
const chunked = (rest: string): string => post('Transfer-Encoding: chunked\r\n', rest);
/** A body in chunks that another reader would take for a request. */
const chunkedRequest = `${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`;

/**
 * Refused: name of the variant, the bytes, the status. A request for `/s/smuggled` follows each in the same write: it
 * must not be read, since nobody knows whose it is.
 */
const refused: Record<string, [name: string, bytes: string, status: number][]> = {
  'CL.TE and TE.CL: both framings': [
    ['CL.TE', post('Content-Length: 6\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\nG'), 400],
    ['TE.CL', post('Transfer-Encoding: chunked\r\nContent-Length: 3\r\n', `8\r\nSMUGGLED\r\n0\r\n\r\n`), 400],
    ['CL.TE with a length of 0', post('Content-Length: 0\r\nTransfer-Encoding: chunked\r\n', chunkedRequest), 400],
    ['CL.TE with identity', post('Content-Length: 3\r\nTransfer-Encoding: identity\r\n', 'abc'), 400],
    ['CL.TE with an unknown coding', post('Content-Length: 3\r\nTransfer-Encoding: x\r\n', 'abc'), 400],
    ['CL.TE in HTTP/1.0', post('Content-Length: 6\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\nG', '1.0'), 400],
    ['TE in HTTP/1.0', post('Transfer-Encoding: chunked\r\n', '0\r\n\r\n', '1.0'), 400],
    [
      'TE in HTTP/1.0, kept alive',
      post('Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n', '1.0'),
      400,
    ],
  ],
  'TE.TE: a coding that one of two readers does not see': [
    ['xchunked', post('Transfer-Encoding: xchunked\r\n', '0\r\n\r\n'), 501],
    ['space before the colon', post('Transfer-Encoding : chunked\r\n', '0\r\n\r\n'), 400],
    ['tab before the colon', post('Transfer-Encoding\t: chunked\r\n', '0\r\n\r\n'), 400],
    ['vertical tab before the value', post('Transfer-Encoding:\x0bchunked\r\n', '0\r\n\r\n'), 400],
    ['form feed before the value', post('Transfer-Encoding:\x0cchunked\r\n', '0\r\n\r\n'), 400],
    ['no-break space before the value', post('Transfer-Encoding:\xa0chunked\r\n', '0\r\n\r\n'), 501],
    ['NUL behind the value', post('Transfer-Encoding: chunked\0\r\n', '0\r\n\r\n'), 400],
    ['quoted', post('Transfer-Encoding: "chunked"\r\n', '0\r\n\r\n'), 501],
    ['single quotes', post("Transfer-Encoding: 'chunked'\r\n", '0\r\n\r\n'), 501],
    ['parameter', post('Transfer-Encoding: chunked;q=1\r\n', '0\r\n\r\n'), 501],
    ['chunked, identity', post('Transfer-Encoding: chunked, identity\r\n', '0\r\n\r\n'), 400],
    ['chunked, chunked', post('Transfer-Encoding: chunked, chunked\r\n', '0\r\n\r\n'), 400],
    ['comma behind', post('Transfer-Encoding: chunked,\r\n', '0\r\n\r\n'), 400],
    ['comma before', post('Transfer-Encoding: ,chunked\r\n', '0\r\n\r\n'), 501],
    ['identity, chunked', post('Transfer-Encoding: identity, chunked\r\n', '0\r\n\r\n'), 501],
    ['gzip, chunked', post('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n'), 501],
    ['empty', post('Transfer-Encoding:\r\n', '0\r\n\r\n'), 501],
    ['twice', post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'), 400],
    ['chunked, then x', post('Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n', '0\r\n\r\n'), 400],
    ['identity, then chunked', post('Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'), 501],
    ['leading space', post(' Transfer-Encoding: chunked\r\n', '0\r\n\r\n'), 400],
    ['obs-fold', post('Transfer-Encoding:\r\n chunked\r\n', '0\r\n\r\n'), 400],
    ['obs-fold behind another header', post('X: a\r\n Transfer-Encoding: chunked\r\n', '0\r\n\r\n'), 400],
    ['bare LF before it', post('X: a\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'), 400],
    ['bare CR before it', post('X: a\rTransfer-Encoding: chunked\r\n', '0\r\n\r\n'), 400],
    ['bare LF behind it', post('Transfer-Encoding: chunked\n', '0\r\n\r\n'), 400],
    ['no colon', post('Transfer-Encoding\r\n'), 400],
    ['a name with a byte above ASCII', post('Transfer-Encoding\xa0: chunked\r\n', '0\r\n\r\n'), 400],
  ],
  'CL.CL: lengths that two readers read differently': [
    ['two lengths', post('Content-Length: 1\r\nContent-Length: 2\r\n', 'ab'), 400],
    ['the same length twice', post('Content-Length: 1\r\nContent-Length: 1\r\n', 'a'), 400],
    ['a list', post('Content-Length: 1, 1\r\n', 'a'), 400],
    ['plus', post('Content-Length: +1\r\n', 'a'), 400],
    ['minus', post('Content-Length: -1\r\n', 'a'), 400],
    ['hexadecimal', post('Content-Length: 0x1\r\n', 'a'), 400],
    ['exponent', post('Content-Length: 1e1\r\n', 'a'), 400],
    ['blank within', post('Content-Length: 1 1\r\n', 'a'), 400],
    ['underscore within', post('Content-Length: 1_0\r\n', 'a'), 400],
    ['empty', post('Content-Length:\r\n', 'a'), 400],
    ['more than 64 bits', post('Content-Length: 18446744073709551617\r\n', 'a'), 400],
    ['NUL behind', post('Content-Length: 1\0\r\n', 'a'), 400],
    ['vertical tab before', post('Content-Length: \x0b1\r\n', 'a'), 400],
    ['space before the colon', post('Content-Length : 1\r\n', 'a'), 400],
    ['obs-fold', post('Content-Length:\r\n 1\r\n', 'a'), 400],
    ['bare LF before it', post('X: a\nContent-Length: 1\r\n', 'a'), 400],
  ],
  'chunks (TERM.EXT, EXT.TERM, ONE.TWO, ZERO.TWO and lengths)': [
    ['0x', chunked('0x1\r\na\r\n0\r\n\r\n'), 400],
    ['plus', chunked('+1\r\na\r\n0\r\n\r\n'), 400],
    ['minus', chunked('-1\r\na\r\n0\r\n\r\n'), 400],
    ['blank before', chunked(' 1\r\na\r\n0\r\n\r\n'), 400],
    ['blank behind', chunked('1 \r\na\r\n0\r\n\r\n'), 400],
    ['underscore', chunked('1_\r\na\r\n0\r\n\r\n'), 400],
    ['empty', chunked('\r\na\r\n0\r\n\r\n'), 400],
    ['more than 64 bits', chunked('10000000000000001\r\na\r\n0\r\n\r\n'), 400],
    ['bare LF behind the size', chunked('1\na\r\n0\r\n\r\n'), 400],
    ['bare CR behind the size', chunked('1\rXa\r\n0\r\n\r\n'), 400],
    ['bare LF behind the data', chunked('1\r\na\n0\r\n\r\n'), 400],
    ['two other bytes behind the data', chunked('1\r\naXX0\r\n\r\n'), 400],
    ['nothing behind the data', chunked('1\r\na0\r\n\r\n'), 400],
    ['bare LF behind the last chunk', chunked('0\n\r\n'), 400],
    ['bare LF at the end', chunked('0\r\n\n'), 400],
    ['bare LF in an extension (TERM.EXT)', chunked(`1;\nxx\r\na\r\n0\r\n\r\n`), 400],
    ['bare LF in a quoted extension', chunked('1;a="\n"\r\na\r\n0\r\n\r\n'), 400],
    ['line break in a quoted extension', chunked('1;a="\r\n"\r\na\r\n0\r\n\r\n'), 400],
    ['bare CR in an extension (EXT.TERM)', chunked('1;x\rxx\r\na\r\n0\r\n\r\n'), 400],
    ['NUL in an extension', chunked('1;x\0\r\na\r\n0\r\n\r\n'), 400],
    ['Content-Length as a trailer', chunked('1\r\na\r\n0\r\nContent-Length: 5\r\n\r\n'), 400],
    ['Transfer-Encoding as a trailer', chunked('1\r\na\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n'), 400],
    ['malformed trailer', chunked('1\r\na\r\n0\r\nX Y: 5\r\n\r\n'), 400],
  ],
  'heads that two readers cut differently': [
    ['bare LF everywhere', 'POST /s/x HTTP/1.1\nHost: h\nContent-Length: 0\n\n', 400],
    ['bare LF behind the request line', 'POST /s/x HTTP/1.1\nHost: h\r\nContent-Length: 0\r\n\r\n', 400],
    ['bare LF as the empty line', 'POST /s/x HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\n', 400],
    ['CR CR LF', 'GET /s/x HTTP/1.1\r\nHost: h\r\nX: a\r\r\n\r\n', 400],
    ['a blank line before the headers', 'GET /s/x HTTP/1.1\r\n Host: h\r\n\r\n', 400],
    ['NUL in a value', `GET /s/x HTTP/1.1\r\n${H}X: a\0b\r\n\r\n`, 400],
    ['a header without a name', `GET /s/x HTTP/1.1\r\n${H}: a\r\n\r\n`, 400],
    ['two hosts', `GET /s/x HTTP/1.1\r\n${H}Host: other\r\n\r\n`, 400],
    ['no host', 'GET /s/x HTTP/1.1\r\nX: a\r\n\r\n', 400],
    ['blank in the target', `GET /s/x HTTP/1.1\x20HTTP/1.1\r\n${H}\r\n`, 400],
    ['CR in the target', `GET /s/x\rX HTTP/1.1\r\n${H}\r\n`, 400],
    ['NUL in the target', `GET /s/x\0 HTTP/1.1\r\n${H}\r\n`, 400],
    ['tab in the request line', `GET\t/s/x HTTP/1.1\r\n${H}\r\n`, 400],
    ['HTTP/0.9', 'GET /s/x\r\n\r\n', 400],
    ['HTTP/1.2', `GET /s/x HTTP/1.2\r\n${H}\r\n`, 400],
    ['HTTP/01.1', `GET /s/x HTTP/01.1\r\n${H}\r\n`, 400],
    ['a method of another protocol', `GPOST /s/x HTTP/1.1\r\n${H}\r\n`, 400],
    ['more headers than are read', `GET /s/x HTTP/1.1\r\n${H}${'a:1\r\n'.repeat(1000)}\r\n`, 431],
    ['a head that is too long', `GET /s/x HTTP/1.1\r\n${H}X: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
  ],
  'H2 as HTTP/1 sees it': [
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['the version HTTP/2', `GET /s/x HTTP/2\r\n${H}\r\n`, 400],
    ['a pseudo header', `GET /s/x HTTP/1.1\r\n${H}:path: /s/smuggled\r\n\r\n`, 400],
    ['a tunnel', `CONNECT h:80 HTTP/1.1\r\n${H}\r\n`, 501],
  ],
  expectations: [
    ['an unknown one', post('Expect: 200-maybe\r\nContent-Length: 1\r\n', 'a'), 417],
    ['one disguised (0.CL)', post('Expect: y 100-continue\r\nContent-Length: 1\r\n', 'a'), 417],
    ['two', post('Expect: 100-continue\r\nExpect: 100-continue\r\nContent-Length: 1\r\n', 'a'), 417],
  ],
};

const length = smuggled.length;
/**
 * Taken, since only one reading is possible: name, the bytes, what the backend gets. A request for `/s/after` follows
 * each and is answered too. A body that looks like a request stays a body, or is dropped with its method's.
 */
const taken: [name: string, bytes: string, backend: string[]][] = [
  ['CL.0: a body that is a request', post(`Content-Length: ${length}\r\n`, smuggled), [`POST /b/x ${smuggled}`]],
  ['TE.0: a body in chunks that is a request', chunked(chunkedRequest), [`POST /b/x ${smuggled}`]],
  ['0.CL: GET with a body', `GET /s/x HTTP/1.1\r\n${H}Content-Length: ${length}\r\n\r\n${smuggled}`, ['GET /b/x ']],
  [
    '0.TE: GET with chunks',
    `GET /s/x HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\n${chunkedRequest}`,
    ['GET /b/x '],
  ],
  [
    'TE.0: OPTIONS with chunks',
    `OPTIONS /s/x HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\n${chunkedRequest}`,
    ['OPTIONS /b/x '],
  ],
  ['CL.0: a body for no API', `POST /none HTTP/1.1\r\n${H}Content-Length: ${length}\r\n\r\n${smuggled}`, []],
  [
    'CL.0: a body with an unknown method',
    `PURGE /s/x HTTP/1.1\r\n${H}Content-Length: ${length}\r\n\r\n${smuggled}`,
    [],
  ],
  ['DELETE with a body', `DELETE /s/x HTTP/1.1\r\n${H}Content-Length: 3\r\n\r\nabc`, ['DELETE /b/x abc']],
  ['a length with zeros before', post('Content-Length: 003\r\n', 'abc'), ['POST /b/x abc']],
  ['a chunk size with zeros before', chunked('0000000000000000000003\r\nabc\r\n0\r\n\r\n'), ['POST /b/x abc']],
  ['a chunk extension', chunked('3;a="b;c"\r\nabc\r\n0\r\n\r\n'), ['POST /b/x abc']],
  ['blanks around the coding', post('Transfer-Encoding:\tchunked \r\n', '3\r\nabc\r\n0\r\n\r\n'), ['POST /b/x abc']],
  ['a coding in capitals', post('TRANSFER-ENCODING: CHUNKED\r\n', '3\r\nabc\r\n0\r\n\r\n'), ['POST /b/x abc']],
  [
    'underscores',
    post('Transfer_Encoding: chunked\r\nContent_Length: 9\r\nContent-Length: 3\r\n', 'abc'),
    ['POST /b/x abc'],
  ],
  [
    'a length named by Connection',
    post('Connection: Content-Length\r\nContent-Length: 3\r\n', 'abc'),
    ['POST /b/x abc'],
  ],
  [
    'a coding named by Connection',
    post('Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked\r\n', '3\r\nabc\r\n0\r\n\r\n'),
    ['POST /b/x abc'],
  ],
  [
    'TE and Trailer',
    post('TE: trailers, chunked\r\nTrailer: Content-Length\r\nContent-Length: 3\r\n', 'abc'),
    ['POST /b/x abc'],
  ],
  ['an expectation', post('Expect: 100-continue\r\nContent-Length: 3\r\n', 'abc'), ['POST /b/x abc']],
  ['an empty line before', `\r\n${post('Content-Length: 3\r\n', 'abc')}`, ['POST /b/x abc']],
];

describe('requests that smuggle others (RFC 9112 2.2, 5.1, 6.1, 6.3, 7.1, 11.2)', () => {
  let gateway: SmugglingGateway;
  /** Complete requests that the backend saw. */
  let seen: string[] = [];
  let raw = '';
  const backend = http.createServer(async (request, response) => {
    const body = await text(request).catch(() => undefined);
    if (body === undefined) return;
    seen.push(`${request.method} ${request.url} ${body}`);
    response.end('ok');
  });
  backend.on('connection', (socket) => socket.on('data', (data: Buffer) => (raw += data.toString('latin1'))));

  before(async function () {
    this.timeout(60_000);
    gateway = await SmugglingGateway.start(backend);
  });
  after(async () => {
    await gateway?.stop();
    backend.closeAllConnections();
    backend.close();
  });
  beforeEach(() => {
    seen = [];
    raw = '';
  });

  /** What has reached the backend when a further request, on a connection of its own, has been answered. */
  async function reached(): Promise<string[]> {
    const { statuses } = await gateway.send([`GET /s/last HTTP/1.1\r\n${H}\r\n`], 1);
    assert.deepEqual(statuses, [200]);
    assert.equal(seen.pop(), 'GET /b/last ');
    return seen;
  }

  /** In one write, and cut before the end of the head and at every line of the rest. */
  const cuts = (bytes: string): string[][] => [[bytes], bytes.split(/(?<=\n)/)];

  for (const [family, rows] of Object.entries(refused)) {
    describe(`refused: ${family}`, () => {
      for (const [name, bytes, status] of rows) {
        it(`${status}: ${name}`, async () => {
          for (const pieces of bytes.length > 5000 ? [[bytes + smuggled]] : cuts(bytes + smuggled)) {
            const answer = await gateway.send(pieces, 2);
            assert.deepEqual([answer.statuses, answer.closed], [[status], true], answer.text);
            assert.deepEqual(await reached(), []);
            assert.ok(!raw.includes('smuggled'), raw);
          }
        });
      }
    });
  }

  describe('taken: as one request', () => {
    for (const [name, bytes, expected] of taken) {
      it(name, async () => {
        for (const pieces of cuts(`${bytes}GET /s/after HTTP/1.1\r\n${H}\r\n`)) {
          seen = [];
          const answer = await gateway.send(pieces, 2);
          assert.deepEqual([answer.statuses.length, answer.statuses[1]], [2, 200], answer.text);
          // Requests behind one another run beside one another: only their answers are in order.
          assert.deepEqual((await reached()).sort(), [...expected, 'GET /b/after '].sort());
        }
      });
    }

    it('what the transport writes itself is never the client’s', async () => {
      const lines = 'Transfer_Encoding: x\r\nExpect: 100-continue\r\nProxy-Connection: close\r\nKeep-Alive: 5\r\n';
      await gateway.send([post(`${lines}Content-Length: 3\r\n`, 'abc')], 1);
      const names = raw.split('\r\n').map((line) => line.split(':')[0]?.toLowerCase() ?? '');
      const framing = names.filter((name) => /^(content-length|transfer-encoding)$/.test(name));
      assert.equal(framing.length, 1, raw);
      for (const name of ['expect', 'connection', 'proxy-connection', 'keep-alive'])
        assert.ok(!names.includes(name), raw);
    });

    it('Connection: close ends the reading', async () => {
      const answer = await gateway.send([`GET /s/x HTTP/1.1\r\n${H}Connection: close\r\n\r\n${smuggled}`], 2);
      assert.equal(answer.closed, true);
      assert.ok(!(await reached()).some((request) => request.includes('smuggled')));
      assert.ok(!raw.includes('smuggled'), raw);
    });

    it('an upgrade that nobody makes (h2c) is answered in HTTP/1.1, and what follows is not read', async () => {
      const lines =
        'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n';
      const answer = await gateway.send([`GET /s/x HTTP/1.1\r\n${H}${lines}\r\n${smuggled}`], 2);
      assert.deepEqual([answer.statuses, answer.closed], [[200], true], answer.text);
      assert.deepEqual(await reached(), ['GET /b/x ']);
    });

    it('a body that breaks its framing half-way never becomes a whole request', async () => {
      const answer = await gateway.send([chunked('3\r\nabc\r\n'), 'xyz\r\n', smuggled], 2);
      assert.equal(answer.closed, true);
      assert.deepEqual(await reached(), []);
    });
  });
});
