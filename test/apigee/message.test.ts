import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { Fields } from '../../runtime/apigee/fields.js';
import { ApigeeMessage } from '../../runtime/apigee/message.js';
import { compileTemplate } from '../../runtime/apigee/template.js';
import { textOf } from '../../runtime/apigee/value.js';
import { flowOf, requestOf, responseOf } from './harness.js';

describe('api-management 2.4: messages', () => {
  it('headers: any case, several values, in their order', () => {
    const headers = Fields.headers(['Accept', 'a', 'X', '1', 'accept', 'b']);
    assert.deepEqual(
      [headers.get('ACCEPT'), headers.all('accept'), headers.names()],
      ['a', ['a', 'b'], ['Accept', 'X']],
    );
    headers.set('ACCEPT', 'c');
    headers.add('y', '2');
    assert.deepEqual(headers.pairs(), ['Accept', 'c', 'X', '1', 'y', '2']);
  });

  const queries: readonly (readonly [text: string, name: string, values: readonly string[]])[] = [
    ['a=1&b=2', 'a', ['1']],
    ['a=1&a=2', 'a', ['1', '2']],
    ['a=x+y&b', 'a', ['x y']],
    ['a=%C3%A4%2B', 'a', ['ä+']],
    ['a=100%', 'a', ['100%']],
    ['a=%zz%41', 'a', ['%zzA']],
    ['b', 'b', ['']],
    ['A=1', 'a', []],
  ];
  for (const [text, name, values] of queries) {
    it(`the query ${text} has ${name} ${JSON.stringify(values)}`, () => {
      assert.deepEqual(requestOf({ query: text }).queryParams.all(name), values);
    });
  }

  it('a query that nobody changed goes on as it came', () => {
    const message = requestOf({ path: '/x', query: 'a=x+y&b=%2f' });
    assert.equal(message.uri, '/x?a=x+y&b=%2f');
    message.queryParams.set('c', "it's");
    assert.equal(message.uri, '/x?a=x%20y&b=%2F&c=it%27s');
  });

  it('form parameters are those of a form, and changes go into the body', () => {
    const form = requestOf({
      headers: ['Content-Type', 'application/x-www-form-urlencoded; charset=UTF-8'],
      body: 'a=1&b=x+y',
    });
    assert.equal(form.formParams.get('b'), 'x y');
    form.formParams.set('c', '3');
    assert.equal(form.content, 'a=1&b=x%20y&c=3');
    assert.equal(requestOf({ headers: ['Content-Type', 'text/plain'], body: 'a=1' }).formParams.get('a'), undefined);
    const other = requestOf();
    other.formParams.add('a', '1');
    assert.deepEqual([other.content, other.mediaType], ['a=1', 'application/x-www-form-urlencoded']);
  });

  it('text is decoded and encoded by the charset of Content-Type', () => {
    const latin = responseOf({
      headers: ['Content-Type', 'text/plain; charset="ISO-8859-1"'],
      body: Buffer.from([0xe4]),
    });
    assert.equal(latin.content, 'ä');
    latin.content = 'öß';
    assert.deepEqual([...(latin.bytes ?? [])], [0xf6, 0xdf]);
    assert.equal(responseOf({ body: 'ä' }).bytes?.length, 2);
  });

  it('an unread body is handed on as it is, or read and decoded', async () => {
    const stream = () => Readable.from([gzipSync('hello')]);
    const make = () =>
      ApigeeMessage.response({ body: stream(), headers: Fields.headers(['Content-Encoding', 'gzip']) });
    const unread = make();
    assert.throws(() => unread.content, /not been read/);
    assert.ok(unread.takeBody() instanceof Readable);
    assert.equal(unread.hasBody, false);
    const read = make();
    await read.build();
    assert.deepEqual([read.content, read.headers.has('Content-Encoding')], ['hello', false]);
  });

  it('coded bytes are undone when they are read, when they are replaced, and when no header tells', async () => {
    const make = () =>
      ApigeeMessage.response({ body: gzipSync('hello'), headers: Fields.headers(['Content-Encoding', 'GZIP']) });
    const passed = make();
    await passed.settle();
    assert.deepEqual([passed.takeBody(), passed.headers.has('Content-Encoding')], [gzipSync('hello'), true]);
    const replaced = make();
    replaced.content = 'x';
    assert.deepEqual([replaced.content, replaced.headers.has('Content-Encoding')], ['x', false]);
    const untold = make();
    untold.headers.clear();
    await untold.settle();
    assert.equal(untold.content, 'hello');
  });

  it('a body that is replaced unread is let go', () => {
    const body = Readable.from(['x']);
    const message = ApigeeMessage.response({ body });
    message.content = 'y';
    assert.ok(body.destroyed);
    assert.equal(message.content, 'y');
  });

  it('a body that is not what Content-Encoding says is a fault of its sender', async () => {
    for (const [part, status] of [
      ['request', 400],
      ['response', 502],
    ] as const) {
      const flow = flowOf();
      const message = ApigeeMessage[part]({
        body: Readable.from(['x']),
        headers: Fields.headers(['Content-Encoding', 'gzip']),
      });
      flow.set(part, message);
      await assert.rejects(flow.build(), { status, code: /DecompressionFailureAt/ });
    }
  });
});

describe('api-management 2.4: flow variables', () => {
  const request = {
    verb: 'POST',
    path: '/weather/a',
    query: 'q=1&q=2&r=x',
    headers: [
      'Accept',
      'text/html;q=1, a/b',
      'X',
      '1',
      'Date',
      'Tue, 2 Jan 2024 03:04:05 GMT',
      'X-Forwarded-For',
      '1.2.3.4, 5.6.7.8',
      'Content-Type',
      'application/x-www-form-urlencoded',
    ],
    body: 'f=1&g=2',
  };
  const rows: readonly (readonly [name: string, value: unknown])[] = [
    ['request.verb', 'POST'],
    ['request.uri', '/weather/a?q=1&q=2&r=x'],
    ['request.path', '/weather/a'],
    ['request.querystring', 'q=1&q=2&r=x'],
    ['request.queryparam.q', '1'],
    ['request.queryparam.q.2', '2'],
    ['request.queryparam.q.values', ['1', '2']],
    ['request.queryparam.q.values.count', 2],
    ['request.queryparam.none', undefined],
    ['request.queryparam.none.values.count', 0],
    ['request.queryparams.names', ['q', 'r']],
    ['request.queryparams.count', 2],
    ['request.header.accept', 'text/html;q=1'],
    ['request.header.Accept.values', ['text/html;q=1', 'a/b']],
    ['request.header.Accept.values.string', 'text/html;q=1, a/b'],
    ['request.header.Date', 'Tue, 2 Jan 2024 03:04:05 GMT'],
    ['request.headers.count', 5],
    ['request.formparam.g', '2'],
    ['request.formparams.names', ['f', 'g']],
    ['request.formstring', 'f=1&g=2'],
    ['request.content', 'f=1&g=2'],
    ['request.body', 'f=1&g=2'],
    ['request.version', '1.1'],
    ['request.status.code', undefined],
    ['message.verb', 'POST'],
    ['message.queryparam.r', 'x'],
    ['response.status.code', undefined],
    ['proxy.pathsuffix', '/a'],
    ['proxy.basepath', '/weather'],
    ['proxy.name', 'default'],
    ['proxy.url', 'http://api.example.com/weather/a?q=1&q=2&r=x'],
    ['proxy.client.ip', '1.2.3.4'],
    ['client.ip', '10.0.0.9'],
    ['virtualhost.ssl.enabled', false],
    ['virtualhost.name', 'default'],
    ['apiproxy.name', 'weather'],
    ['apiproxy.revision', '1'],
    ['organization.name', 'acme'],
    ['environment.name', 'test'],
    ['system.timestamp', 1_704_164_645_000],
    ['system.time', 'Tue, 02 Jan 2024 03:04:05 UTC'],
    ['system.time.year', 2024],
    ['is.error', false],
    ['toString', undefined],
    ['request.constructor', undefined],
    ['request', 'message'],
  ];
  for (const [name, value] of rows) {
    it(`${name} is ${JSON.stringify(value)}`, () => {
      const flow = flowOf({ request, pathSuffix: '/a', runtime: { now: () => 1_704_164_645_000 } });
      const found = flow.get(name);
      assert.deepEqual(found instanceof ApigeeMessage ? 'message' : found, value);
    });
  }

  const written: readonly (readonly [name: string, value: unknown, read: string, expected: unknown])[] = [
    ['request.header.X-New', 'a', 'request.header.x-new', 'a'],
    ['request.queryparam.q', 7, 'request.querystring', 'q=7'],
    ['request.queryparam.q', 7, 'request.uri', '/p?q=1'],
    ['request.queryparam.q', 7, 'proxy.url', 'http://api.example.com/p?q=1'],
    ['request.queryparam.z', ['a', 'b'], 'request.querystring', 'q=1&z=a&z=b'],
    ['request.querystring', 'n=1', 'request.queryparam.n', '1'],
    ['request.uri', '/other?x=1', 'request.queryparam.x', '1'],
    ['request.verb', 'put', 'request.verb', 'PUT'],
    ['request.content', { a: 1 }, 'request.content', '{"a":1}'],
    ['message.content', 'x', 'request.content', 'x'],
    ['proxy.pathsuffix', '/z', 'proxy.pathsuffix', '/z'],
    ['apiproxy.name', 'other', 'apiproxy.name', 'weather'],
    ['request.version', '9', 'request.version', '1.1'],
    ['request.own', 'mine', 'request.own', 'mine'],
    ['my-own.thing', 1.5, 'my-own.thing', 1.5],
    ['response.header.X', 'lost', 'response.header.X', undefined],
    ['request.header.X', null, 'request.header.X', undefined],
  ];
  for (const [name, value, read, expected] of written) {
    it(`setting ${name} to ${JSON.stringify(value)} makes ${read} ${JSON.stringify(expected)}`, () => {
      const flow = flowOf({ request: { path: '/p', query: 'q=1', headers: ['X', '1'] } });
      flow.set(name, value);
      assert.deepEqual(flow.get(read), expected);
    });
  }

  it('objects keep their identity, and messages may have names with dots', () => {
    const flow = flowOf();
    const object = { clientId: 'x' };
    flow.set('twitter-translate.api', object);
    assert.equal(flow.get('twitter-translate.api'), object);
    flow.set('auth.response', responseOf({ status: 401, body: 'no' }));
    assert.deepEqual(
      [flow.get('auth.response.status.code'), flow.get('auth.response.content'), flow.get('auth.other')],
      [401, 'no', undefined],
    );
  });

  it('message is the response in the response flow; its variables change it', () => {
    const flow = flowOf({ response: { status: 201, headers: ['X', '1'] } });
    flow.set('message.status.code', '404');
    flow.set('message.reason.phrase', 'Gone away');
    flow.remove('message.header.X');
    assert.deepEqual(
      [flow.response?.status, flow.response?.reason, flow.get('response.headers.names')],
      [404, 'Gone away', []],
    );
  });

  it('removing', () => {
    const flow = flowOf({ request: { headers: ['X', '1', 'X', '2', 'Y', '3'], query: 'a=1', body: 'b' } });
    for (const name of ['request.header.X.1', 'request.header.Y', 'request.queryparam.a', 'request.content', 'none'])
      flow.remove(name);
    assert.deepEqual([flow.request.headers.pairs(), flow.request.uri, flow.request.hasBody], [['X', '2'], '', false]);
  });
});

describe('api-management 2.5: message templates', () => {
  const variables = { a: 'A', 'x.y-z': 1, empty: '', object: { b: [1] }, yes: true };
  const rows: readonly (readonly [template: string, text: string, options?: { prefix: string; suffix: string }])[] = [
    ['{a}', 'A'],
    ['-{a}{x.y-z}-', '-A1-'],
    ['{none}', ''],
    ['{empty}', ''],
    ['{object} {yes}', '{"b":[1]} true'],
    ['\\{a}', '{a}'],
    ['\\{"a": "{a}"\\}', '{"a": "A"}'],
    ['{"error": {"message": "{a}"}}', '{"error": {"message": "A"}}'],
    ['{ a }', '{ a }'],
    ['{}', '{}'],
    ['{"pod": {a}\n}', '{"pod": A\n}'],
    ['{a', '{a'],
    ['{"u":"%a#", "v": {a}}', '{"u":"A", "v": {a}}', { prefix: '%', suffix: '#' }],
    ['<p>^a~</p>', '<p>A</p>', { prefix: '^', suffix: '~' }],
    ['100%', '100%', { prefix: '%', suffix: '#' }],
  ];
  for (const [template, text, options] of rows) {
    it(`${template} is ${text}`, () => {
      assert.equal(compileTemplate(template, options).render(flowOf({ variables }), true), text);
    });
  }

  it('a variable without a value is a fault unless it is to be ignored', () => {
    assert.throws(() => compileTemplate('{none}').render(flowOf(), false), {
      code: 'entities.UnresolvedVariable',
      message: 'Unresolved variable : none',
      status: 500,
    });
  });

  it('values as text', () => {
    const rows: readonly (readonly [unknown, string | undefined])[] = [
      [null, undefined],
      [0, '0'],
      [false, 'false'],
      [Buffer.from('ä'), 'ä'],
      [['a'], '["a"]'],
      [responseOf({ body: 'b' }), 'b'],
      [{ toString: () => 'own' }, 'own'],
    ];
    for (const [value, text] of rows) assert.equal(textOf(value), text);
  });
});
