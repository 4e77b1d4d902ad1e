import assert from 'node:assert/strict';
import { setErrorProperties } from '../../runtime/message/flow.js';
import { endpointOf, type Given, messageOf, type Reply, startBackend, values } from './harness.js';

async function call(xml: string, given: Given, replies: Reply[]) {
  const backend = await startBackend(replies);
  try {
    const { message, observed } = await messageOf({ built: true, ...given });
    let fault: Error | undefined;
    try {
      await endpointOf(xml.replaceAll('BE', backend.url)).sendBlocking(message);
    } catch (error) {
      fault = error as Error;
      setErrorProperties(message, error);
    }
    return { message, observed, fault, seen: backend.seen, status: message.axis2.get('HTTP_SC') };
  } finally {
    backend.close();
  }
}

const endpoint = (method: string) => `<endpoint><http method="${method}" uri-template="BE/a"/></endpoint>`;
const json = { body: '{"sent":1}' };

describe('message-model 6.4 rule 5: statuses of a blocking call', () => {
  const rows: [
    name: string,
    method: string,
    reply: Reply[],
    axis2: Record<string, unknown>,
    expected: [code: string | undefined, status: string, body: string],
  ][] = [
    ['200', 'post', [{}], {}, [undefined, '200', '{"ok":1}']],
    ['400 with a body', 'post', [{ status: 400 }], {}, [undefined, '400', '{"ok":1}']],
    ['409 with a body', 'post', [{ status: 409 }], {}, [undefined, '409', '{"ok":1}']],
    ['500 with a body', 'post', [{ status: 500 }], {}, [undefined, '500', '{"ok":1}']],
    [
      '500 that counts as an error',
      'post',
      [{ status: 500 }],
      { 'error.http.status.codes': '404,500' },
      ['500', '500', '{"sent":1}'],
    ],
    [
      '500 behind a blank in the list',
      'post',
      [{ status: 500 }],
      { 'error.http.status.codes': '404, 500' },
      [undefined, '500', '{"ok":1}'],
    ],
    ['401', 'post', [{ status: 401 }], {}, ['401', '401', '{"sent":1}']],
    [
      '401 that counts as none',
      'post',
      [{ status: 401 }],
      { 'non.error.http.status.codes': '401' },
      [undefined, '401', '{"ok":1}'],
    ],
    ['503', 'post', [{ status: 503, body: '' }], {}, ['503', '503', '{"sent":1}']],
    ['302 of a POST', 'post', [{ status: 302, headers: { Location: '/b' } }], {}, ['302', '302', '{"sent":1}']],
    [
      '302 of a GET',
      'get',
      [{ status: 302, headers: { Location: '/b?x=1' } }, { body: '{"b":1}' }],
      {},
      [undefined, '200', '{"b":1}'],
    ],
    [
      '302 of a GET, not followed',
      'get',
      [{ status: 302, headers: { Location: '/b' } }],
      { FOLLOW_REDIRECT: 'false' },
      ['302', '302', '{"sent":1}'],
    ],
    ['304', 'get', [{ status: 304, body: '' }], {}, ['304', '304', '{"sent":1}']],
    ['empty without a type', 'post', [{ body: '' }], {}, ['401002', '', '{"sent":1}']],
    ['empty 500', 'post', [{ status: 500, body: '' }], {}, ['401002', '', '{"sent":1}']],
    [
      'a type that does not build',
      'post',
      [{ body: '{"a":1}', headers: { 'Content-Type': 'text/json' } }],
      {},
      ['401002', '', '{"sent":1}'],
    ],
    ['closed', 'post', [{ close: true }], {}, ['401002', '', '{"sent":1}']],
  ];
  for (const [name, method, replies, axis2, [code, status, body]] of rows) {
    it(name, async () => {
      const result = await call(endpoint(method), { ...json, axis2 }, replies);
      const { ERROR_CODE } = values(result.message.properties, ['ERROR_CODE']);
      assert.deepEqual([ERROR_CODE, result.status], [code, status]);
      assert.equal(result.message.properties.get('blocking.sender.error'), String(code !== undefined));
      assert.equal(result.message.payload.asJsonText(), body);
      assert.equal(typeof result.status, 'string');
    });
  }

  it('204 is a success without a body', async () => {
    const { message, status } = await call(endpoint('post'), json, [{ status: 204, body: '' }]);
    assert.deepEqual([message.payload.isEmpty, status], [true, '204']);
  });

  const texts: [name: string, reply: Reply, text: string][] = [
    ['a status', { status: 404, reason: 'Not There' }, 'Transport error: 404 Error: Not There'],
    ['no body', { status: 200, body: '' }, 'The input stream for an incoming message is null.'],
    ['closed', { close: true }, 'The server 127.0.0.1 failed to respond'],
  ];
  for (const [name, reply, text] of texts) {
    it(`the words of the fault: ${name}`, async () => {
      const { fault, message } = await call(endpoint('post'), json, [reply]);
      assert.deepEqual([fault?.message, message.properties.get('ERROR_MESSAGE')], [text, text]);
    });
  }

  for (const path of ['{uri.var.realm}/token', 'a|b', 'a"b']) {
    it(`artifacts 3.6 rule 3: ${path} is no URL, and nothing is sent`, async () => {
      const template = path.includes('"') ? path.replaceAll('"', '&quot;') : path;
      const xml = `<endpoint><http method="post" uri-template="BE/${template}"/></endpoint>`;
      const { fault, message, seen } = await call(xml, json, [{}]);
      assert.match(fault?.message ?? '', /^The character . at index \d+ is not legal in a URL: http:/);
      assert.deepEqual(values(message.properties, ['ERROR_CODE']), { ERROR_CODE: '401002' });
      assert.deepEqual(seen, []);
    });
  }

  it('refused', async () => {
    const { message, fault } = await call('<endpoint><http uri-template="http://127.0.0.1:1/"/></endpoint>', json, [
      {},
    ]);
    assert.equal(fault?.message, 'Connection refused');
    assert.deepEqual(values(message.properties, ['ERROR_CODE']), { ERROR_CODE: '401002' });
  });
});

describe('message-model 1.5, 2.8: what a blocking call sends and keeps', () => {
  const rows: [name: string, xml: string, given: Given, expected: string][] = [
    [
      'the postfix, for http with a method too',
      endpoint('post'),
      { ...json, postfix: '/p?q=1' },
      'POST /a/p?q=1 {"sent":1}',
    ],
    ['head is sent as POST', endpoint('head'), json, 'POST /a {"sent":1}'],
    ['options is sent as POST', endpoint('options'), json, 'POST /a {"sent":1}'],
    ['delete without a body', endpoint('delete'), json, 'DELETE /a '],
    ['patch', endpoint('patch'), json, 'PATCH /a {"sent":1}'],
    [
      'the incoming method without one',
      '<endpoint><http uri-template="BE/a"/></endpoint>',
      { ...json, method: 'PUT', set: { HTTP_METHOD: 'DELETE' } },
      'PUT /a {"sent":1}',
    ],
    [
      'an unknown method is POST',
      '<endpoint><address uri="BE/a"/></endpoint>',
      { ...json, method: 'PURGE' },
      'POST /a {"sent":1}',
    ],
  ];
  for (const [name, xml, given, expected] of rows) {
    it(name, async () => {
      const { seen } = await call(xml, given, [{}]);
      const [request] = seen;
      assert.equal(`${request?.method} ${request?.url} ${request?.body}`, expected);
      assert.equal(request?.headers['content-type'], 'application/json; charset=UTF-8');
    });
  }

  it('the type of a body-less request is sent, too', async () => {
    const { seen } = await call(endpoint('get'), {}, [{}]);
    assert.equal(seen[0]?.headers['content-type'], 'application/x-www-form-urlencoded; charset=UTF-8');
  });

  it("the request's headers stay, its Content-Type goes, and To is the URL of the template", async () => {
    const { message } = await call(endpoint('post'), { ...json, headers: { 'X-A': '1' } }, [
      { headers: { 'X-B': '2' } },
    ]);
    assert.deepEqual(
      [message.headers.text('X-A'), message.headers.has('X-B'), message.headers.has('Content-Type')],
      ['1', false, false],
    );
    assert.match(message.addressing.to ?? '', /^http:.*\/a$/);
    assert.deepEqual(values(message.axis2, ['messageType', 'HTTP_METHOD']), {
      messageType: 'application/json',
      HTTP_METHOD: 'POST',
    });
    assert.equal(message.payload.built, true);
  });

  it('BLOCKING_SENDER_PRESERVE_REQ_HEADERS "false": the answer\'s headers and type', async () => {
    const given = { ...json, headers: { 'X-A': '1' }, set: { BLOCKING_SENDER_PRESERVE_REQ_HEADERS: 'false' } };
    const reply = { headers: { 'X-B': '2', 'Content-Type': 'application/xml' }, body: '<a/>' };
    const { message } = await call(endpoint('post'), given, [reply]);
    assert.deepEqual([message.headers.has('X-A'), message.headers.text('X-B')], [false, '2']);
    assert.deepEqual(values(message.axis2, ['messageType']), { messageType: 'application/xml' });
  });

  it('OUT_ONLY keeps the body', async () => {
    const { message, status } = await call(endpoint('post'), { ...json, set: { OUT_ONLY: 'true' } }, [{ status: 201 }]);
    assert.deepEqual([message.payload.asJsonText(), status], ['{"sent":1}', '201']);
  });

  it('a redirect on the same server takes them along', async () => {
    const headers = { Authorization: 'Basic x' };
    const { seen } = await call(endpoint('get'), { ...json, headers }, [
      { status: 302, headers: { Location: '/b' } },
      {},
    ]);
    assert.deepEqual(
      seen.map((request) => `${request.url} ${request.headers.authorization}`),
      ['/a Basic x', '/b Basic x'],
    );
  });

  it('a redirect to another server takes no credentials along', async () => {
    const other = await startBackend([{ body: '{"other":1}' }]);
    const reply = { status: 302, headers: { Location: `${other.url}/b` } };
    const headers = { Authorization: 'Basic x', Cookie: 'a=b', 'X-A': '1' };
    const { message } = await call(endpoint('get'), { ...json, headers }, [reply]);
    const [request] = other.seen;
    assert.deepEqual(
      [request?.headers.authorization, request?.headers.cookie, request?.headers['x-a']],
      [undefined, undefined, '1'],
    );
    assert.equal(request?.headers.host, other.url.slice('http://'.length));
    assert.equal(message.payload.asJsonText(), '{"other":1}');
    other.close();
  });
});
