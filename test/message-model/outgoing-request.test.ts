import { blockingCall, call, payload, read, remove, set, show, wire } from './harness.js';

const json = { 'Content-Type': 'application/json' };
const body = '{"a":1}';
const post = { body, headers: json };
const respond = '<respond/>';
const to = (attributes: string) => `<call><endpoint><address uri="BE/e" ${attributes}/></endpoint></call>`;
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

const soap11 = 'http://schemas.xmlsoap.org/soap/envelope/';
const soap12 = 'http://www.w3.org/2003/05/soap-envelope';
const envelope = (namespace: string, inner: string) =>
  `<?xml version='1.0' encoding='UTF-8'?><soapenv:Envelope xmlns:soapenv="${namespace}"><soapenv:Body>${inner}</soapenv:Body></soapenv:Envelope>`;
const xml = { body: '<a>1</a>', headers: { 'Content-Type': 'application/xml' } };

wire('endpoint formats', [
  {
    rule: 'message-model 2.4: format pox writes plain XML and says so',
    flow: to('format="pox"') + respond,
    request: post,
    expect: {
      seen: [{ body: '<jsonObject><a>1</a></jsonObject>', headers: { 'content-type': 'application/xml' } }],
    },
  },
  {
    rule: 'message-model 2.4: format get writes the body into the URL',
    flow: to('format="get"') + respond,
    request: post,
    expect: { seen: [{ method: 'GET', url: '/e/jsonObject?a=1', body: '' }] },
  },
  {
    rule: 'message-model 2.4: format rest appends REST_URL_POSTFIX and keeps the type of a POST',
    flow: to('format="rest"') + respond,
    request: { path: '/x', ...post },
    expect: { seen: [{ url: '/e/x', body, headers: { 'content-type': 'application/json' } }] },
  },
  {
    rule: 'message-model 2.4: format soap11 posts a SOAP 1.1 envelope',
    flow: to('format="soap11"') + respond,
    request: xml,
    expect: {
      seen: [
        { method: 'POST', url: '/e', body: envelope(soap11, '<a>1</a>'), headers: { 'content-type': 'text/xml' } },
      ],
    },
  },
  {
    rule: 'message-model 2.4: format soap12 posts a SOAP 1.2 envelope',
    flow: read + to('format="soap12"') + respond,
    request: xml,
    expect: { seen: [{ method: 'POST', url: '/e', body: envelope(soap12, '<a>1</a>') }] },
  },
  {
    rule: 'message-model 2.4: format none leaves type and body to the message',
    flow: to('') + respond,
    request: { body: 'a,b', headers: { 'Content-Type': 'text/csv' } },
    expect: { seen: [{ body: 'a,b', headers: { 'content-type': 'text/csv' } }] },
  },
]);

wire('headers of the outgoing request', [
  {
    rule: 'message-model 2.4, 1.4: headers pass but for those of the connection; further values follow the first',
    flow: call + respond,
    request: { headers: { 'X-A': ['one', 'two', 'three'], TE: 'trailers', 'User-Agent': 'me', Date: 'now' } },
    expect: { seen: [{ headers: { 'x-a': 'one, two, three', te: 'trailers', date: undefined } }] },
  },
  {
    rule: 'message-model 1.4: a header that is set keeps the further values, one that is removed leaves them',
    flow: `<header name="X-A" value="new" scope="transport"/><header name="X-B" action="remove" scope="transport"/>${call}${respond}`,
    request: { headers: { 'X-A': ['one', 'two'], 'X-B': ['one', 'two'] } },
    expect: { seen: [{ headers: { 'x-a': 'new, two', 'x-b': 'two' } }] },
  },
  {
    rule: 'message-model 1.4: names are compared without case; only strings go out',
    flow: set('x-a', '2', 'transport') + set('X-N', '5', 'transport', 'INTEGER') + call + respond,
    request: { headers: { 'X-A': '1' } },
    expect: { seen: [{ headers: { 'x-a': '2', 'x-n': undefined } }] },
  },
  {
    rule: 'message-model 1.4: one, two, three of a backend reach the client as one, three, two',
    flow: call + show('$trp:X-A') + respond,
    backend: [{ headers: { 'X-A': ['one', 'two', 'three'] } }],
    expect: { logs: ['one'], headers: { 'x-a': 'one, three, two' } },
  },
  {
    rule: 'message-model 2.4: the SOAP action of plain XML is not quoted',
    flow: `<header name="Action" value="urn:act"/>${to('format="pox"')}${respond}`,
    request: xml,
    expect: { seen: [{ headers: { soapaction: 'urn:act' } }] },
  },
  {
    rule: 'message-model 2.4: an Action on a JSON message sends an empty SOAPAction',
    flow: `<header name="Action" value="urn:act"/>${read}${call}${respond}`,
    request: post,
    expect: { seen: [{ headers: { soapaction: '' } }] },
  },
]);

wire('Content-Type of the outgoing request', [
  {
    rule: 'message-model 5.9: untouched, the type goes as it came',
    flow: call + respond,
    request: post,
    expect: { seen: [{ headers: { 'content-type': 'application/json' } }] },
  },
  {
    rule: 'message-model 5.9: untouched but read, too',
    flow: read + call + respond,
    request: post,
    expect: { seen: [{ headers: { 'content-type': 'application/json' } }] },
  },
  {
    rule: 'message-model 5.9, 2.6: ContentType set after reading is the label alone',
    flow: read + set('ContentType', 'application/vnd.my+json') + call + respond,
    request: post,
    expect: { seen: [{ body, headers: { 'content-type': 'application/vnd.my+json' } }] },
  },
  {
    rule: 'message-model 5.9: payloadFactory XML is application/xml',
    flow: payload('<b xmlns="">1</b>', 'xml') + call + respond,
    request: post,
    expect: { seen: [{ body: '<b>1</b>', headers: { 'content-type': 'application/xml' } }] },
  },
  {
    rule: 'message-model 5.9: header set is overwritten by ContentType',
    flow: set('Content-Type', 'text/x-mine', 'transport') + call + respond,
    request: post,
    expect: { seen: [{ headers: { 'content-type': 'application/json' } }] },
  },
  {
    rule: 'message-model 5.9: header removed, unread: no type',
    flow: remove('Content-Type', 'transport') + call + respond,
    request: post,
    expect: { seen: [{ body, headers: { 'content-type': undefined } }] },
  },
  {
    rule: 'message-model 5.9: header removed, read: the type of the formatter JSON',
    flow: read + remove('Content-Type', 'transport') + call + respond,
    request: post,
    expect: { seen: [{ headers: { 'content-type': 'application/json; charset=UTF-8' } }] },
  },
  {
    rule: 'message-model 5.9: no type stays no type',
    flow: call + respond,
    request: { body: 'abc' },
    expect: { seen: [{ body: 'abc', headers: { 'content-type': undefined } }] },
  },
]);

wire('blocking calls', [
  {
    rule: 'message-model 2.8: BLOCKING_SENDER_PRESERVE_REQ_HEADERS: the headers of the request remain',
    flow: blockingCall + show('$trp:X-A', '$trp:X-B') + respond,
    request: { ...post, headers: { ...json, 'X-A': '1' } },
    backend: [{ headers: { 'Content-Type': 'application/json', 'X-B': '2' } }],
    expect: { logs: ['1|null'] },
  },
  {
    rule: 'message-model 2.8: BLOCKING_SENDER_PRESERVE_REQ_HEADERS false: those of the answer come',
    flow:
      set('BLOCKING_SENDER_PRESERVE_REQ_HEADERS', 'false', 'default') +
      blockingCall +
      show('$trp:X-A', '$trp:X-B') +
      respond,
    request: { ...post, headers: { ...json, 'X-A': '1' } },
    backend: [{ headers: { 'Content-Type': 'application/json', 'X-B': '2' } }],
    expect: { logs: ['null|2'] },
  },
  {
    rule: 'message-model 2.8, 3.3: HTTP_SC is a text, which compares with a number',
    flow: blockingCall + show("get-property('axis2','HTTP_SC') = 200") + respond,
    request: post,
    expect: { logs: ['true'] },
  },
  {
    rule: 'message-model 2.8: FOLLOW_REDIRECT is the default of a GET',
    flow: blockingCall + show('json-eval($.end)') + respond,
    backend: [{ status: 302, headers: { Location: '/next' }, body: '' }, { body: '{"end":1}' }],
    expect: { logs: ['1'], seen: [{ url: '/' }, { url: '/next' }] },
  },
  {
    rule: 'message-model 2.8: FOLLOW_REDIRECT false stops it: the status is the code',
    flow: set('FOLLOW_REDIRECT', 'false') + blockingCall + respond,
    fault: show("get-property('ERROR_CODE')") + respond,
    backend: [{ status: 302, headers: { Location: '/next' }, body: '' }],
    expect: { logs: ['302'], seen: [{ url: '/' }] },
  },
  {
    rule: 'message-model 2.8: SEND_TIMEOUT ends the wait',
    flow: set('SEND_TIMEOUT', '100', 'axis2', 'LONG') + blockingCall + respond,
    fault: show("get-property('ERROR_CODE')") + respond,
    request: post,
    backend: [{ hang: true }],
    expect: { logs: ['401002'] },
  },
  {
    rule: 'message-model 2.8: DISABLE_COOKIE, NoDefaultContentType and enableREST leave an ordinary call alone',
    flow:
      set('DISABLE_COOKIE', 'true') +
      set('NoDefaultContentType', 'true') +
      set('enableREST', 'true') +
      blockingCall +
      respond,
    request: post,
    expect: { status: 200, body: '{"backend":"ok"}', seen: [{ method: 'POST', body }] },
  },
  {
    rule: 'message-model 2.8: of the axis2 properties only the listed ones reach the call',
    flow:
      set('NO_KEEPALIVE', 'true') +
      set('TransportURL', 'BE/other') +
      set('REQUEST_HOST_HEADER', 'h:1') +
      blockingCall +
      respond,
    request: post,
    expect: { seen: [{ url: '/', headers: { host: 'h:1' } }] },
  },
]);
