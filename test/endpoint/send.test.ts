import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { endpointOf, type Given, messageOf, type Reply, type Seen, startBackend, values } from './harness.js';

/** Sends a message through an endpoint to a backend; `BE` in the texts is its URL. */
async function send(xml: string, given: Given, replies: Reply[] = [{}]) {
  const backend = await startBackend(replies);
  try {
    const set = Object.fromEntries(
      Object.entries(given.set ?? {}).map(([name, value]) => [
        name,
        typeof value === 'string' ? value.replaceAll('BE', backend.url) : value,
      ]),
    );
    const { message, observed } = await messageOf({
      ...given,
      set,
      to: (given.to ?? '').replaceAll('BE', backend.url),
    });
    await endpointOf(xml.replaceAll('BE', backend.url)).send(message);
    const { source } = message.payload;
    const body = source instanceof Uint8Array ? Buffer.from(source) : await buffer(source as Readable);
    return { message, observed, seen: backend.seen, url: backend.url, answer: body.toString() };
  } finally {
    backend.close();
  }
}

const http = (attributes: string, inner = '') => `<endpoint><http ${attributes}>${inner}</http></endpoint>`;
const address = (attributes: string) => `<endpoint><address ${attributes}/></endpoint>`;

describe('endpoints: URL and method of a send', () => {
  const rows: [name: string, xml: string, given: Given, expected: string][] = [
    ['address appends the postfix', address('uri="BE/e"'), { postfix: '/p?q=1' }, 'GET /e/p?q=1'],
    ['http without a method appends it', http('uri-template="BE/e"'), { postfix: '/p?q=1' }, 'GET /e/p?q=1'],
    ['http with a method does not', http('method="get" uri-template="BE/e"'), { postfix: '/p?q=1' }, 'GET /e'],
    ['an unknown method counts as none', http('method="purge" uri-template="BE/e"'), { postfix: '/p' }, 'GET /e/p'],
    ['HTTP_METHOD of axis2', address('uri="BE/e"'), { axis2: { HTTP_METHOD: 'PURGE' } }, 'PURGE /e'],
    ['the method of the endpoint wins', http('method="PUT" uri-template="BE/e"'), { body: '{}' }, 'PUT /e'],
    ['no method at all is POST', address('uri="BE/e"'), { axis2: { HTTP_METHOD: undefined } }, 'POST /e'],
    ['${property}', address('uri="BE/${where}/${none}"'), { set: { where: 'here' } }, 'GET /here/${none}'],
    [
      '${property} in a template without variables',
      http('uri-template="BE/${where}"'),
      { set: { where: 'x' } },
      'GET /x',
    ],
    [
      '${…} in a template with variables',
      http('uri-template="BE/x/${p}"'),
      { set: { p: '1', 'uri.var.v': '1' } },
      'GET /x/$',
    ],
    ['no variable: the text as it is', http('uri-template="BE/{uri.var.v}"'), {}, 'GET /{uri.var.v}'],
    ['query.param', http('uri-template="BE/?a={query.param.k}"'), { set: { 'query.param.k': '1 2' } }, 'GET /?a=1%202'],
    ['a whole URL', http('uri-template="{uri.var.u}"'), { set: { 'uri.var.u': 'BE/w?x=1&y=2' } }, 'GET /w?x=1&y=2'],
    [
      'legacy-encoding',
      http('uri-template="legacy-encoding:BE/{uri.var.v}"'),
      { set: { 'uri.var.v': 'a/b+c' } },
      'GET /a/b%20c',
    ],
    [
      'a literal property of the endpoint wins',
      '<endpoint><http uri-template="BE/{uri.var.v}"/><property name="uri.var.v" value="own"/></endpoint>',
      { set: { 'uri.var.v': 'other' } },
      'GET /own',
    ],
    [
      'an expression property comes too late',
      `<endpoint><http uri-template="BE/{uri.var.v}/{uri.var.w}"/><property name="uri.var.v" expression="'own'"/></endpoint>`,
      { set: { 'uri.var.w': 'w' } },
      'GET //w',
    ],
    ['default sends to To', '<endpoint><default/></endpoint>', { to: 'BE/to/', postfix: '/p' }, 'GET /to//p'],
    [
      'soap11 takes no postfix',
      address('uri="BE/e" format="soap11"'),
      { body: '<a/>', contentType: 'application/xml', postfix: '/p' },
      'POST /e',
    ],
    [
      'format get',
      address('uri="BE/e?k=1" format="get"'),
      { body: '{"a":1,"s":"x y"}' },
      'GET /e/jsonObject?k=1&a=1&s=x%20y',
    ],
  ];
  for (const [name, xml, given, expected] of rows) {
    it(name, async () => {
      const { seen } = await send(xml, given);
      assert.deepEqual(
        seen.map(({ method, url }) => `${method} ${url}`),
        [expected],
      );
    });
  }

  it('message-model 2.4: TransportURL overrides the address', async () => {
    const backend = await startBackend();
    const { message } = await messageOf({ axis2: { TransportURL: `${backend.url}/other` } });
    await endpointOf(address('uri="http://127.0.0.1:1/x"')).send(message);
    assert.equal(backend.seen[0]?.url, '/other');
    backend.close();
  });

  it('message-model 2.4: the method stays behind in the default scope only', async () => {
    const { message } = await send(http('method="put" uri-template="BE/"'), { body: '{}' });
    assert.deepEqual(values(message.properties, ['HTTP_METHOD']), { HTTP_METHOD: 'PUT' });
    assert.equal(message.axis2.has('HTTP_METHOD'), false);
  });
});

describe('endpoints: body, headers and type of a send', () => {
  const json = '{"a":1}';
  const rows: [
    name: string,
    xml: string,
    given: Given,
    expected: Partial<Seen> & { type?: string | null; has?: Record<string, unknown> },
  ][] = [
    [
      'an unread body goes through',
      address('uri="BE/"'),
      { body: ' {"a" :1.50}' },
      { body: ' {"a" :1.50}', type: 'application/json' },
    ],
    ['a read body too', address('uri="BE/"'), { body: json, built: true }, { body: json, type: 'application/json' }],
    [
      'GET has none and keeps the type',
      http('method="get" uri-template="BE/"'),
      { body: json, built: true },
      { body: '', type: 'application/json' },
    ],
    ['DELETE sends it', http('method="delete" uri-template="BE/"'), { body: json }, { body: json }],
    [
      'NO_ENTITY_BODY drops an unread body',
      address('uri="BE/"'),
      { body: json, axis2: { NO_ENTITY_BODY: true } },
      { body: '' },
    ],
    [
      'NO_ENTITY_BODY as a string',
      address('uri="BE/"'),
      { body: json, axis2: { NO_ENTITY_BODY: 'true' } },
      { body: '' },
    ],
    [
      'NO_ENTITY_BODY keeps a read one',
      address('uri="BE/"'),
      { body: json, built: true, axis2: { NO_ENTITY_BODY: true } },
      { body: json },
    ],
    [
      'chunked unless told otherwise',
      address('uri="BE/"'),
      { body: json },
      { has: { 'transfer-encoding': 'chunked', 'content-length': undefined } },
    ],
    [
      'DISABLE_CHUNKING',
      address('uri="BE/"'),
      { body: json, axis2: { DISABLE_CHUNKING: 'true' } },
      { has: { 'content-length': '7' } },
    ],
    [
      'FORCE_HTTP_1.0',
      address('uri="BE/"'),
      { body: json, axis2: { 'FORCE_HTTP_1.0': 'true' } },
      { httpVersion: '1.0', has: { 'content-length': '7' } },
    ],
    ['NO_KEEPALIVE', address('uri="BE/"'), { axis2: { NO_KEEPALIVE: 'true' } }, { has: { connection: 'Close' } }],
    [
      'POST without a body',
      http('method="post" uri-template="BE/"'),
      {},
      { body: '', type: null, has: { 'content-length': '0' } },
    ],
    [
      'headers pass but for those of the connection',
      address('uri="BE/"'),
      {
        headers: {
          'X-A': '1',
          Server: 's',
          'User-Agent': 'me',
          Host: 'client',
          Date: 'd',
          'Keep-Alive': '1',
          TE: 'trailers',
        },
      },
      {
        has: {
          'x-a': '1',
          server: 's',
          te: 'trailers',
          date: undefined,
          'keep-alive': undefined,
          'user-agent': 'Synapse-PT-HttpComponents-NIO',
        },
      },
    ],
    [
      'REQUEST_HOST_HEADER',
      address('uri="BE/"'),
      { axis2: { REQUEST_HOST_HEADER: 'other:1' } },
      { has: { host: 'other:1' } },
    ],
    [
      'LB_COOKIE_HEADER replaces the cookies of the client',
      address('uri="BE/"'),
      { set: { LB_COOKIE_HEADER: 'a=b' }, headers: { Cookie: 'c=d' } },
      { has: { cookie: 'a=b' } },
    ],
    ['LB_COOKIE_HEADER', address('uri="BE/"'), { set: { LB_COOKIE_HEADER: 'a=b' } }, { has: { cookie: 'a=b' } }],
    [
      'further values follow the first',
      address('uri="BE/"'),
      {
        headers: { 'X-A': 'one' },
        axis2: {
          EXCESS_TRANSPORT_HEADERS: new Map([
            ['x-a', { name: 'X-A', values: ['two', 'three'] }],
            ['x-b', { name: 'X-B', values: ['gone'] }],
          ]),
        },
      },
      { has: { 'x-a': 'one, two, three', 'x-b': 'gone' } },
    ],
    [
      'format pox',
      address('uri="BE/" format="pox"'),
      { body: json },
      { body: '<jsonObject><a>1</a></jsonObject>', type: 'application/xml' },
    ],
    [
      'format pox with an encoding',
      address('uri="BE/" format="pox" encoding="UTF-8"'),
      { body: '<a/>', contentType: 'application/xml' },
      { type: 'application/xml' },
    ],
    [
      'format soap11',
      address('uri="BE/" format="soap11"'),
      { body: '<a/>', contentType: 'application/xml' },
      {
        type: 'text/xml',
        body: `<?xml version='1.0' encoding='UTF-8'?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><a/></soapenv:Body></soapenv:Envelope>`,
      },
    ],
    [
      'a relayed type keeps its charset',
      address('uri="BE/"'),
      { body: json, contentType: 'application/json; charset=utf-8' },
      { type: 'application/json; charset=utf-8' },
    ],
    [
      'an endpoint property of the transport scope',
      '<endpoint><address uri="BE/"/><property name="X-P" value="1" scope="transport"/></endpoint>',
      {},
      { has: { 'x-p': '1' } },
    ],
    [
      'an endpoint property that reads the body builds it',
      '<endpoint><address uri="BE/"/><property name="X-P" expression="json-eval($.a)" scope="transport"/></endpoint>',
      { body: json },
      { has: { 'x-p': '1' } },
    ],
    [
      'basicAuth',
      http(
        'uri-template="BE/"',
        '<authentication><basicAuth><username>u</username><password>p:ä</password></basicAuth></authentication>',
      ),
      {},
      { has: { authorization: `Basic ${Buffer.from('u:p:ä').toString('base64')}` } },
    ],
    [
      'basicAuth by expressions',
      http(
        'uri-template="BE/"',
        '<authentication><basicAuth><username>{$ctx:u}</username><password>{json-eval($.a)}</password></basicAuth></authentication>',
      ),
      { body: json, set: { u: 'me' } },
      { has: { authorization: `Basic ${Buffer.from('me:1').toString('base64')}` } },
    ],
  ];
  for (const [name, xml, given, { type, has, ...expected }] of rows) {
    it(name, async () => {
      const { seen } = await send(xml, given);
      const request = seen[0] as Seen;
      for (const [part, value] of Object.entries(expected)) assert.equal(request[part as keyof Seen], value, part);
      if (type !== undefined) assert.equal(request.headers['content-type'], type ?? undefined);
      for (const [header, value] of Object.entries(has ?? {})) assert.equal(request.headers[header], value, header);
    });
  }

  it('a streamed body is relayed without being held', async () => {
    const backend = await startBackend();
    const { message } = await messageOf({ method: 'POST', body: '' });
    const { Payload } = await import('../../runtime/message/payload.js');
    message.payload = Payload.unread(Readable.from([Buffer.from('{"a"'), Buffer.from(':1}')]));
    await endpointOf(address(`uri="${backend.url}/"`)).send(message);
    assert.equal(backend.seen[0]?.body, '{"a":1}');
    backend.close();
  });

  it('a Boolean DISABLE_CHUNKING fails the send with code 0', async () => {
    await assert.rejects(send(address('uri="BE/"'), { body: '{}', axis2: { DISABLE_CHUNKING: true } }), {
      code: undefined,
    });
  });
});

describe('message-model 1.5: what the answer is', () => {
  const names = [
    'HTTP_SC',
    'HTTP_SC_DESC',
    'ORIGINAL_STATUS_CODE',
    'HTTP_REASON_PHRASE',
    'ContentType',
    'messageType',
    'FAULT_MESSAGE',
    'NO_ENTITY_BODY',
    'SC_ACCEPTED',
    'message.builder.invoked',
    'CHARACTER_SET_ENCODING',
    'PRE_LOCATION_HEADER',
  ];
  const rows: [name: string, reply: Reply, method: string, expected: Record<string, string>][] = [
    [
      '200',
      { reason: 'Fine' },
      'post',
      {
        HTTP_SC: '200',
        HTTP_SC_DESC: 'Fine',
        ORIGINAL_STATUS_CODE: '200',
        HTTP_REASON_PHRASE: 'Fine',
        ContentType: 'application/json',
        messageType: 'application/json',
      },
    ],
    [
      '404',
      { status: 404 },
      'post',
      {
        HTTP_SC: '404',
        HTTP_SC_DESC: 'Not Found',
        ORIGINAL_STATUS_CODE: '404',
        HTTP_REASON_PHRASE: 'Not Found',
        ContentType: 'application/json',
        messageType: 'application/json',
        FAULT_MESSAGE: 'TRUE',
      },
    ],
    [
      '202',
      { status: 202, body: '' },
      'post',
      {
        HTTP_SC: '202',
        HTTP_SC_DESC: 'Accepted',
        ORIGINAL_STATUS_CODE: '202',
        HTTP_REASON_PHRASE: 'Accepted',
        ContentType: 'application/octet-stream',
        messageType: 'application/octet-stream',
        SC_ACCEPTED: 'true',
        'message.builder.invoked': 'false',
      },
    ],
    [
      '204',
      { status: 204, body: '' },
      'post',
      {
        HTTP_SC: '204',
        HTTP_SC_DESC: 'No Content',
        ORIGINAL_STATUS_CODE: '204',
        HTTP_REASON_PHRASE: 'No Content',
        messageType: 'application/json',
        NO_ENTITY_BODY: 'true',
      },
    ],
    [
      'an answer to HEAD',
      {},
      'head',
      {
        HTTP_SC: '200',
        HTTP_SC_DESC: 'OK',
        ORIGINAL_STATUS_CODE: '200',
        HTTP_REASON_PHRASE: 'OK',
        messageType: 'application/json',
        NO_ENTITY_BODY: 'true',
      },
    ],
    [
      'a charset',
      { headers: { 'Content-Type': 'text/plain; charset=iso-8859-1' } },
      'post',
      {
        HTTP_SC: '200',
        HTTP_SC_DESC: 'OK',
        ORIGINAL_STATUS_CODE: '200',
        HTTP_REASON_PHRASE: 'OK',
        ContentType: 'text/plain; charset=iso-8859-1',
        messageType: 'text/plain',
        CHARACTER_SET_ENCODING: 'iso-8859-1',
      },
    ],
  ];
  for (const [name, reply, method, expected] of rows) {
    it(name, async () => {
      const { message } = await send(http(`method="${method}" uri-template="BE/"`), { body: '{}' }, [reply]);
      assert.deepEqual(values(message.axis2, names), {
        ...Object.fromEntries(names.map((n) => [n, undefined])),
        ...expected,
      });
    });
  }

  it('3.2: its addresses are those of an anonymous receiver, its actions empty', async () => {
    const { message } = await send(http('method="post" uri-template="BE/"'), { body: '{}' });
    const to = 'http://www.w3.org/2005/08/addressing/anonymous';
    assert.deepEqual(message.addressing, { to, action: '', soapAction: '' });
  });

  const locations: [status: number, location: string, expected: string][] = [
    [201, '/l', '/l'],
    [302, '/l', '/l'],
    [200, '/l', 'http://gateway:8280/l'],
    [404, '/l', 'http://gateway:8280/l'],
    [200, 'http://other.example/l', 'http://other.example/l'],
  ];
  for (const [status, location, expected] of locations) {
    it(`Location ${location} with ${status}`, async () => {
      const { message } = await send(address('uri="BE/"'), {}, [{ status, headers: { Location: location } }]);
      assert.equal(message.headers.text('Location'), expected);
      assert.equal(message.axis2.get('PRE_LOCATION_HEADER'), location);
    });
  }

  it('what survives, and what does not', async () => {
    const given = { body: '{}', headers: { 'X-A': '1' }, set: { p: '1' }, axis2: { own: '1' } };
    const { message, answer } = await send(address('uri="BE/"'), given, [
      { headers: { 'X-B': ['1', '2', '3'] }, body: '[]' },
    ]);
    assert.deepEqual([message.properties.get('p'), message.axis2.has('own')], ['1', false]);
    assert.deepEqual([message.headers.has('X-A'), message.headers.text('X-B')], [false, '1']);
    assert.deepEqual(message.excessHeaders?.get('x-b')?.values, ['2', '3']);
    assert.equal(message.addressing.to, 'http://www.w3.org/2005/08/addressing/anonymous');
    assert.deepEqual([answer, message.payload.built], ['[]', false]);
  });
});
