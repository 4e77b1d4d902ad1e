import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ResponseHead } from '../../runtime/transport/response-head.js';
import { ResponseParser } from '../../runtime/transport/response-parser.js';
import { TransportError } from '../../runtime/transport/transport.js';

/** What the parser found in some bytes. */
export interface Found {
  head: ResponseHead | undefined;
  body: string;
  ended: boolean;
  /** Kind of the failure. */
  failed: string | undefined;
}

/**
 * Feeds the pieces, then the end of the connection where `closes`.
 * @throws AssertionError when the events come in an impossible order, Error for what is no failure of an exchange
 */
export function read(pieces: readonly Buffer[], toHead: boolean, closes: boolean): Found {
  const found: Found = { head: undefined, body: '', ended: false, failed: undefined };
  const parser = new ResponseParser(toHead, {
    head: (head) => {
      assert.equal(found.head, undefined, 'a second head');
      found.head = head;
    },
    body: (chunk) => {
      assert.ok(found.head && !found.ended && chunk.length > 0, 'a body outside of an answer');
      found.body += chunk.toString('latin1');
    },
    end: () => {
      assert.ok(found.head && !found.ended, 'an end outside of an answer');
      found.ended = true;
    },
  });
  try {
    for (const piece of pieces) if (piece.length > 0) parser.feed(piece);
    if (closes) parser.finish();
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    found.failed = error.kind;
  }
  assert.equal(parser.done, found.ended);
  return found;
}

/** An answer as it is meant, and its bytes. */
export interface Answer {
  readonly bytes: Buffer;
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: string;
  /** The answer ends with the connection. */
  readonly untilClose: boolean;
}

const latin1 = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });
const name = fc.constantFrom('X', 'Content-Type', 'Set-Cookie', 'ETag', "x!#$%&'*+-.^_`|~9");
const value = fc.constantFrom('', 'a', 'text/plain; charset="x"', 'Content-Length: 5', '\xe9\xff', 'a\tb');
const blanks = fc.constantFrom('', ' ', '\t', '  ');
const headerLines = fc.array(fc.tuple(name, blanks, value, blanks), { maxLength: 5 });
const extension = fc.constantFrom('', '', '', ';a', ';a=b', ' ; a="b;\\"c"', ';a;b=1');
const trailers = fc.constantFrom('', '', 'X: t\r\n', 'X: t\r\nY:\r\n');
const interim = fc.array(fc.constantFrom('HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 103 E\r\nLink: </a>\r\n\r\n'), {
  maxLength: 3,
});

function chunksOf(body: string, sizes: readonly number[], extensions: readonly string[], end: string): string {
  let text = '';
  let at = 0;
  for (let turn = 0; at < body.length; turn++) {
    const part = body.slice(at, at + (sizes[turn % sizes.length] ?? 1));
    text += `${part.length.toString(16)}${extensions[turn % extensions.length] ?? ''}\r\n${part}\r\n`;
    at += part.length;
  }
  return `${text}0\r\n${end}\r\n`;
}

/** Answers of which only one reading is possible. */
export const answers: fc.Arbitrary<Answer> = fc
  .record({
    interim,
    status: fc.constantFrom(200, 201, 204, 205, 304, 404, 500, 999),
    reason: fc.constantFrom('', ' ', ' OK', ' Not \xe9\t'),
    lines: headerLines,
    framing: fc.constantFrom('length', 'chunked', 'close'),
    body: latin1,
    sizes: fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 4 }),
    extensions: fc.array(extension, { minLength: 1, maxLength: 4 }),
    trailers,
  })
  .map(({ interim: before, status, reason, lines, framing, body: wished, sizes, extensions, trailers: end }) => {
    const bodyless = status === 204 || status === 304;
    const body = bodyless ? '' : wished;
    const own =
      bodyless || framing === 'close'
        ? []
        : framing === 'length'
          ? [['Content-Length', String(body.length)]]
          : [['Transfer-Encoding', 'chunked']];
    const headers = [...lines.map(([header, , text]) => [header, text]), ...own];
    const written = [
      ...lines.map((parts) => `${parts[0]}:${parts.slice(1).join('')}`),
      ...own.map((p) => p.join(': ')),
    ];
    const content = bodyless || framing !== 'chunked' ? body : chunksOf(body, sizes, extensions, end);
    const head = `HTTP/1.1 ${status}${reason}\r\n${written.map((line) => `${line}\r\n`).join('')}\r\n`;
    return {
      bytes: Buffer.from(`${before.join('')}${head}${content}`, 'latin1'),
      status,
      headers: headers.flat(),
      body,
      untilClose: !bodyless && framing === 'close',
    };
  });

/** Bytes that mean something to a reader of HTTP. */
const pieces = fc.constantFrom(
  ...['\r\n', '\n', '\r', '\0', ' ', '\t', ':', ';', '"', '0', '00', '5', 'f', '-1', '0x5', ',', '\x0b', '\r\n\r\n'],
  ...[
    'Content-Length: 1\r\n',
    'Transfer-Encoding: chunked\r\n',
    'Connection: close\r\n',
    'chunked',
    'HTTP/1.1 200 OK\r\n',
  ],
  ...[
    'x'.repeat(4090),
    '0\r\n\r\n',
    'HTTP/1.1 100 C\r\n\r\n',
    'HTTP/1.0 ',
    '1\r\na\r\n',
    ' folded',
    'HTTP/1.1 200 OK\r\n\r\n',
  ],
);

type Change = readonly [at: number, removed: number, inserted: string];

function changed(bytes: Buffer, changes: readonly Change[]): Buffer {
  let text = bytes.toString('latin1');
  for (const [where, removed, inserted] of changes) {
    const at = where % (text.length + 1);
    text = text.slice(0, at) + inserted + text.slice(at + removed);
  }
  return Buffer.from(text, 'latin1');
}

const change = fc.tuple(fc.nat(2000), fc.constantFrom(0, 0, 1, 2, 10), fc.oneof(pieces, fc.constant(''), latin1));

/** Answers with some bytes lost, doubled or put in, among them ends too early. */
export const odd: fc.Arbitrary<Buffer> = fc
  .tuple(
    fc.array(answers, { minLength: 1, maxLength: 2 }),
    fc.array(change as fc.Arbitrary<Change>, { maxLength: 4 }),
    fc.option(fc.nat(2000)),
  )
  .map(([several, changes, length]) => {
    const bytes = changed(Buffer.concat(several.map((answer) => answer.bytes)), changes);
    return length === null ? bytes : bytes.subarray(0, length);
  });

const inChunks = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
/** Answers that stop where something follows of which nobody knows the length. */
const begun = fc.constantFrom(
  ...['', 'HTTP/1.1 200 OK\r\n', 'HTTP/1.1 100 Continue\r\n', 'HTTP/1.1 200 OK\r\nX: '],
  ...['', '1', '1;', '1\r\na\r\n', '0\r\n', '0\r\nX: '].map((rest) => inChunks + rest),
);
/** What may follow them, over and over. */
const fillers = fc.oneof(
  fc.constantFrom('x', '0', ' ', 'X: a\r\n', `X: ${'a'.repeat(1000)}\r\n`, 'HTTP/1.1 100 C\r\n\r\n'),
  fc.nat(4000).map((length) => `1;x${'x'.repeat(length)}\r\na\r\n`),
  fc.nat(60_000).map((length) => `HTTP/1.1 103 E\r\nX: ${'x'.repeat(length)}\r\n\r\n`),
);

/** The bytes in pieces of these lengths, in turn. */
export function cut(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const length = lengths[turn % lengths.length] ?? 1;
    parts.push(bytes.subarray(at, at + length));
    at += length;
  }
  return parts;
}

const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 });

/** Tries a property on so many inputs. */
export type Hold = <Input extends unknown[]>(property: fc.IProperty<Input>, runs: number) => Promise<void>;

/** What holds for the parser: the rule, and its check on as many inputs as a test run may take. */
export const responseProperties: readonly (readonly [rule: string, check: (hold: Hold) => Promise<void>])[] = [
  [
    'an answer is read as it is meant, and one behind it is never read',
    (hold) =>
      hold(
        fc.property(answers, answers, lengths, (first, second, sizes) => {
          const alone = read(cut(first.bytes, sizes), false, true);
          assert.deepEqual([alone.head?.status, alone.head?.headers], [first.status, first.headers]);
          assert.deepEqual([alone.body, alone.ended, alone.failed], [first.body, true, undefined]);
          if (first.untilClose) return;
          const both = read(cut(Buffer.concat([first.bytes, second.bytes]), sizes), false, false);
          assert.deepEqual([both.head, both.body], [alone.head, first.body]);
          assert.deepEqual([both.ended, both.failed], [true, 'protocol']);
        }),
        500,
      ),
  ],
  [
    'whatever the bytes, the pieces they come in make no difference',
    (hold) =>
      hold(
        fc.property(odd, lengths, fc.boolean(), fc.boolean(), (bytes, sizes, toHead, closes) => {
          const whole = read([bytes], toHead, closes);
          assert.deepEqual(read(cut(bytes, sizes), toHead, closes), whole);
          assert.deepEqual(read(cut(bytes, [1]), toHead, closes), whole);
          // With the end of the connection it is decided.
          if (closes) assert.notEqual(whole.ended, whole.failed !== undefined && !whole.ended, JSON.stringify(whole));
        }),
        2000,
      ),
  ],
  [
    'what is not a body is bounded, however long it goes on',
    (hold) =>
      hold(
        fc.property(begun, fillers, (start, filler) => {
          const bytes = Buffer.from(start, 'latin1');
          const rest = Buffer.from(filler.repeat(Math.ceil(3_000_000 / filler.length)), 'latin1');
          const found = read([bytes, ...cut(rest, [65_536])], false, false);
          // A chunk of one byte may cost fourteen more; the rest is heads, trailers and lines.
          const unread = bytes.length + rest.length - 15 * found.body.length;
          assert.ok(found.failed === 'protocol' || unread < 2_500_000, `${unread} bytes led to nothing`);
        }),
        50,
      ),
  ],
];
