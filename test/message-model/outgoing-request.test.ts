import { call, read, remove, set, show, wire } from './harness.js';

const json = { 'Content-Type': 'application/json' };
const body = '{"a":1}';
const post = { body, headers: json };
const respond = '<respond/>';
const http = (attributes: string) => `<call><endpoint><http ${attributes}/></endpoint></call>`;

wire('properties of the outgoing request: body', [
  {
    rule: 'message-model 2.4: NO_ENTITY_BODY drops an unread body',
    flow: set('NO_ENTITY_BODY', 'true', 'axis2', 'BOOLEAN') + call + respond,
    request: post,
    expect: { seen: [{ method: 'POST', body: '' }] },
  },
  {
    rule: 'message-model 2.4: NO_ENTITY_BODY as a text drops it too',
    flow: set('NO_ENTITY_BODY', 'true') + call + respond,
    request: post,
    expect: { status: 200, seen: [{ body: '' }] },
  },
  {
    rule: 'message-model 2.4: NO_ENTITY_BODY keeps a body that was read',
    flow: read + set('NO_ENTITY_BODY', 'true', 'axis2', 'BOOLEAN') + call + respond,
    request: post,
    expect: { seen: [{ body }] },
  },
  {
    rule: 'message-model 2.4: method GET sends no body, but the Content-Type that is in the header map',
    flow: read + set('HTTP_METHOD', 'GET') + call + respond,
    request: post,
    expect: { seen: [{ method: 'GET', body: '', headers: { 'content-type': 'application/json' } }] },
  },
  {
    rule: 'message-model 2.4: method GET without the header sends no Content-Type',
    flow: read + set('HTTP_METHOD', 'GET') + remove('Content-Type', 'transport') + call + respond,
    request: post,
    expect: { seen: [{ method: 'GET', headers: { 'content-type': undefined } }] },
  },
  {
    rule: 'message-model 2.4: method DELETE sends its body',
    flow: call + respond,
    request: { method: 'DELETE', ...post },
    expect: { seen: [{ method: 'DELETE', body }] },
  },
  {
    rule: 'message-model 2.4: method DELETE without one sends none',
    flow: read + call + respond,
    request: { method: 'DELETE' },
    expect: { seen: [{ method: 'DELETE', body: '' }] },
  },
  {
    rule: 'message-model 2.4: FORCE_POST_PUT_NOBODY and HTTP_METHOD_OBJECT have no effect',
    flow: set('FORCE_POST_PUT_NOBODY', 'true') + set('HTTP_METHOD_OBJECT', 'GET') + call + respond,
    request: post,
    expect: { seen: [{ method: 'POST', body }] },
  },
  {
    rule: 'message-model 2.4: TRANSPORT_OUT_DESCRIPTION as a text has no effect',
    flow: set('TRANSPORT_OUT_DESCRIPTION', 'https') + call + respond,
    request: post,
    expect: { status: 200, seen: [{ method: 'POST', body }] },
  },
]);

wire('properties of the outgoing request: length, protocol, connection', [
  {
    rule: 'message-model 2.4: chunked without DISABLE_CHUNKING',
    flow: call + respond,
    request: post,
    expect: { seen: [{ headers: { 'transfer-encoding': 'chunked', 'content-length': undefined } }] },
  },
  {
    rule: 'message-model 2.4: DISABLE_CHUNKING sends Content-Length',
    flow: set('DISABLE_CHUNKING', 'true') + call + respond,
    request: post,
    expect: { seen: [{ headers: { 'content-length': '7', 'transfer-encoding': undefined } }] },
  },
  {
    rule: 'message-model 2.4: DISABLE_CHUNKING yes has no effect',
    flow: set('DISABLE_CHUNKING', 'yes') + call + respond,
    request: post,
    expect: { seen: [{ headers: { 'transfer-encoding': 'chunked' } }] },
  },
  {
    rule: 'message-model 2.4: a Boolean DISABLE_CHUNKING faults',
    flow: set('DISABLE_CHUNKING', 'true', 'axis2', 'BOOLEAN') + call + respond,
    fault: show("get-property('ERROR_CODE')") + respond,
    request: post,
    expect: { logs: ['0'], seen: [] },
  },
  {
    rule: 'message-model 2.4: FORCE_HTTP_1.0 sends HTTP/1.0 and Content-Length',
    flow: set('FORCE_HTTP_1.0', 'true') + call + respond,
    request: post,
    expect: { seen: [{ httpVersion: '1.0', headers: { 'content-length': '7', 'transfer-encoding': undefined } }] },
  },
  {
    rule: 'message-model 2.4: FORCE_HTTP_CONTENT_LENGTH counts an unread body',
    flow: set('FORCE_HTTP_CONTENT_LENGTH', 'true') + call + respond,
    request: post,
    expect: { seen: [{ headers: { 'content-length': '7', 'transfer-encoding': undefined } }] },
  },
  {
    rule: 'message-model 2.4: COPY_CONTENT_LENGTH_FROM_INCOMING takes the length of the request',
    flow: set('FORCE_HTTP_CONTENT_LENGTH', 'true') + set('COPY_CONTENT_LENGTH_FROM_INCOMING', 'true') + call + respond,
    request: post,
    expect: { seen: [{ body, headers: { 'content-length': '7', 'transfer-encoding': undefined } }] },
  },
  {
    rule: 'message-model 2.4: NO_KEEPALIVE closes the connection',
    flow: set('NO_KEEPALIVE', 'true') + call + respond,
    request: post,
    expect: { seen: [{ headers: { connection: 'Close' } }] },
  },
  {
    rule: 'message-model 2.4: NO_KEEPALIVE must be the text true',
    flow: set('NO_KEEPALIVE', 'yes') + call + respond,
    request: post,
    expect: { seen: [{ headers: { connection: undefined } }] },
  },
  {
    rule: 'message-model 2.4: REQUEST_HOST_HEADER is sent as Host',
    flow: set('REQUEST_HOST_HEADER', 'other:1') + call + respond,
    request: post,
    expect: { seen: [{ headers: { host: 'other:1' } }] },
  },
  {
    rule: 'message-model 2.4: SEND_TIMEOUT ends the wait for this call',
    flow: set('SEND_TIMEOUT', '100', 'axis2', 'LONG') + call + respond,
    fault: show("get-property('BASE_ERROR_CODE')") + respond,
    request: post,
    backend: [{ hang: true }],
    expect: { logs: ['101504'] },
  },
  {
    rule: 'message-model 2.4: LB_COOKIE_HEADER becomes the Cookie header',
    flow: set('LB_COOKIE_HEADER', 'a=b', 'default') + call + respond,
    request: post,
    expect: { seen: [{ headers: { cookie: 'a=b' } }] },
  },
]);

const targets = [
  ['POST_TO_URI', 'true', 'POST', 'BE/'],
  ['POST_TO_URI', 'yes', 'POST', 'BE/'],
  ['POST_TO_URI', 'true', 'GET', 'BE/'],
  ['POST_TO_URI', 'yes', 'GET', '/'],
  ['FULL_URI', 'true', 'POST', 'BE/'],
  ['FULL_URI', 'TRUE', 'POST', '/'],
  ['FULL_URI', 'yes', 'POST', '/'],
  ['FULL_URI', 'true', 'GET', '/'],
] as const;

wire(
  'properties of the outgoing request: target',
  targets.map(([name, value, method, url]) => ({
    rule: `message-model 2.4: ${name} ${value} with ${method}: ${url === '/' ? 'path' : 'absolute URI'}`,
    flow: set(name, value) + set('HTTP_METHOD', method) + call + respond,
    request: post,
    expect: { seen: [{ method, url }] },
  })),
);

wire('properties of the outgoing request: destination', [
  {
    rule: 'message-model 2.4: TransportURL overrides the address',
    flow: set('TransportURL', 'BE/other') + call + respond,
    request: post,
    expect: { seen: [{ url: '/other' }] },
  },
  {
    rule: 'message-model 2.4: an http endpoint with a method sends to its URL, without REST_URL_POSTFIX',
    flow: http('method="PUT" uri-template="BE/e"') + respond,
    request: { path: '/x?k=1', ...post },
    expect: { seen: [{ method: 'PUT', url: '/e' }] },
  },
  {
    rule: 'message-model 2.4: an http endpoint without a method appends REST_URL_POSTFIX',
    flow: http('uri-template="BE/e"') + respond,
    request: { path: '/x?k=1', ...post },
    expect: { seen: [{ method: 'POST', url: '/e/x?k=1' }] },
  },
  {
    rule: 'message-model 2.4: without REST_URL_POSTFIX nothing is appended',
    flow: remove('REST_URL_POSTFIX', 'axis2') + http('uri-template="BE/e"') + respond,
    request: { path: '/x?k=1', ...post },
    expect: { seen: [{ url: '/e' }] },
  },
  {
    rule: 'message-model 2.4: REST_URL_POSTFIX of the operation scope does not count',
    flow:
      remove('REST_URL_POSTFIX', 'axis2') +
      set('REST_URL_POSTFIX', '/op', 'operation') +
      http('uri-template="BE/e"') +
      respond,
    request: { path: '/x', ...post },
    expect: { seen: [{ url: '/e' }] },
  },
  {
    rule: 'message-model 2.4: a variable that holds a URL is not encoded',
    flow: set('uri.var.u', 'BE/w?x=1', 'default') + http('method="GET" uri-template="{uri.var.u}"') + respond,
    expect: { seen: [{ url: '/w?x=1' }] },
  },
  {
    rule: 'message-model 2.4: reserved characters of a variable are encoded',
    flow: set('uri.var.v', 'a/b?c d', 'default') + http('method="GET" uri-template="BE/{uri.var.v}"') + respond,
    expect: { seen: [{ url: '/a%2Fb%3Fc%20d' }] },
  },
  {
    rule: 'message-model 2.4: HTTP_METHOD decides at an address endpoint',
    flow: set('HTTP_METHOD', 'PATCH') + call + respond,
    request: post,
    expect: { seen: [{ method: 'PATCH', body }] },
  },
]);
