import { blockingCall, call, payload, read, remove, set, show, wire } from './harness.js';

const respond = '<respond/>';
const json = { 'Content-Type': 'application/json' };
const post = { body: '{"a":1}', headers: json };
/** Too large to come in one piece. */
const large = { headers: { 'Transfer-Encoding': 'chunked' }, body: 'x'.repeat(300_000) };
const soapFault = (prefix: string) =>
  `<${prefix}:Envelope xmlns:${prefix}="http://schemas.xmlsoap.org/soap/envelope/"><${prefix}:Body><${prefix}:Fault><faultcode>${prefix}:Server</faultcode><faultstring>bad</faultstring></${prefix}:Fault></${prefix}:Body></${prefix}:Envelope>`;
const soapClient = {
  body: '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><a/></e:Body></e:Envelope>',
  headers: { 'Content-Type': 'text/xml', SOAPAction: '"a"' },
};
const makeFault =
  '<makefault version="soap11"><code xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" value="s:Server"/><reason value="bad"/></makefault>';

wire('answers: status line', [
  {
    rule: 'message-model 2.5: HTTP_SC of axis2 is the status, as text or Integer',
    flow: set('HTTP_SC', '404', 'axis2', 'INTEGER') + respond,
    expect: { status: 404, reason: 'Not Found' },
  },
  {
    rule: 'message-model 2.5: HTTP_SC of the operation scope is seen, too',
    flow: set('HTTP_SC', '418', 'operation') + respond,
    expect: { status: 418 },
  },
  {
    rule: 'message-model 2.5: HTTP_SC of the client scope is seen, too',
    flow: set('HTTP_SC', '419', 'axis2-client') + respond,
    expect: { status: 419 },
  },
  {
    rule: 'message-model 2.5: HTTP_SC empty counts as absent',
    flow: set('HTTP_SC', '') + respond,
    expect: { status: 200 },
  },
  {
    rule: 'message-model 2.5: HTTP_SC of the default scope has no effect',
    flow: set('HTTP_SC', '404', 'default') + respond,
    expect: { status: 200 },
  },
  ...['abc', '404.0', ' 404 '].map((value) => ({
    rule: `message-model 2.5: HTTP_SC that is no number (${JSON.stringify(value)}) is 500`,
    flow: set('HTTP_SC', value) + respond,
    expect: { status: 500 },
  })),
  {
    rule: 'message-model 2.5: HTTP_SC as a Long is 500',
    flow: set('HTTP_SC', '404', 'axis2', 'LONG') + respond,
    expect: { status: 500 },
  },
  {
    rule: 'message-model 2.5: HTTP_SC_DESC is the reason phrase',
    flow: set('HTTP_SC', '404') + set('HTTP_SC_DESC', 'Not Here') + respond,
    expect: { status: 404, reason: 'Not Here' },
  },
  ...[respond, call + set('HTTP_SC_DESC', '') + respond].map((flow, index) => ({
    rule: `message-model 2.5: an empty HTTP_SC_DESC is an empty reason phrase (${index === 0 ? 'no body' : 'relayed body'})`,
    flow: set('HTTP_SC_DESC', '') + flow,
    expect: { status: 200, reason: '' },
  })),
  ...(['GET', 'HEAD'] as const).map((method) => ({
    rule: `message-model 2.4: a Trailer header passes where there can be a trailer, and harms no answer (${method})`,
    flow: set('Trailer', '7', 'transport') + payload('{"a":1}') + respond,
    request: { method },
    expect: { status: 200, body: method === 'GET' ? '{"a":1}' : '' },
  })),
  {
    rule: 'message-model 2.5: HTTP_SC_DESC of the backend gives way to the standard phrase when the status changes',
    flow: call + set('HTTP_SC', '404') + respond,
    request: post,
    backend: [{ status: 201, reason: 'Made' }],
    expect: { status: 404, reason: 'Not Found' },
  },
  {
    rule: 'message-model 2.5: the status and phrase of the backend are repeated',
    flow: call + respond,
    request: post,
    backend: [{ status: 418, reason: 'Teapot' }],
    expect: { status: 418, reason: 'Teapot' },
  },
  {
    rule: 'message-model 2.5: SC_ACCEPTED true beats HTTP_SC',
    flow: set('SC_ACCEPTED', 'yes') + set('HTTP_SC', '500') + respond,
    expect: { status: 202 },
  },
  {
    rule: 'message-model 2.5: ERROR_CODE of axis2 is 502 and closes; that of the default scope is not looked at',
    flow: set('ERROR_CODE', '1', 'axis2', 'INTEGER') + respond,
    expect: { status: 502, headers: { connection: 'close' } },
  },
  {
    rule: 'message-model 2.5: ERROR_CODE of the default scope is not looked at',
    flow: set('ERROR_CODE', '1', 'default', 'INTEGER') + respond,
    expect: { status: 200 },
  },
  {
    rule: 'message-model 2.5: a SOAP fault is 500',
    flow: makeFault + respond,
    request: soapClient,
    expect: { status: 500 },
  },
  {
    rule: 'message-model 2.5: FAULTS_AS_HTTP_200 true, any case, makes it 200',
    flow: set('FAULTS_AS_HTTP_200', 'TRUE') + makeFault + respond,
    request: soapClient,
    expect: { status: 200 },
  },
  {
    rule: 'message-model 2.5: FAULTS_AS_HTTP_200 of the operation scope works, too',
    flow: set('FAULTS_AS_HTTP_200', 'true', 'operation') + makeFault + respond,
    request: soapClient,
    expect: { status: 200 },
  },
  {
    rule: 'message-model 2.5: HTTP_SC overrides the status of a fault',
    flow: makeFault + set('HTTP_SC', '400') + respond,
    request: soapClient,
    expect: { status: 400 },
  },
]);

wire('answers: body and framing', [
  {
    rule: 'message-model 2.5: NO_ENTITY_BODY true: no body, read or unread, and the type stays',
    flow: set('NO_ENTITY_BODY', 'true', 'axis2', 'BOOLEAN') + respond,
    request: post,
    expect: { status: 200, body: '', headers: { 'content-type': 'application/json' } },
  },
  {
    rule: 'message-model 2.5: NO_ENTITY_BODY as a text, of a body that was read',
    flow: read + set('NO_ENTITY_BODY', 'true') + respond,
    request: post,
    expect: { status: 200, body: '', headers: { 'content-type': 'application/json' } },
  },
  {
    rule: 'message-model 2.5: DISABLE_CHUNKING: Content-Length, also of a body that streams through',
    flow: call + set('DISABLE_CHUNKING', 'true') + respond,
    request: post,
    backend: [large],
    expect: { headers: { 'content-length': '300000', 'transfer-encoding': undefined } },
  },
  {
    rule: 'message-model 2.5: without DISABLE_CHUNKING the answer of a backend is chunked',
    flow: call + respond,
    request: post,
    backend: [large],
    expect: { headers: { 'content-length': undefined, 'transfer-encoding': 'chunked' } },
  },
  {
    rule: 'message-model 2.5: FORCE_HTTP_1.0: an HTTP/1.0 answer with Content-Length',
    flow: call + set('FORCE_HTTP_1.0', 'true') + respond,
    request: post,
    expect: {
      httpVersion: '1.0',
      body: '{"backend":"ok"}',
      headers: { 'content-length': '16', 'transfer-encoding': undefined },
    },
  },
  {
    rule: 'message-model 2.5: FORCE_HTTP_CONTENT_LENGTH and COPY_CONTENT_LENGTH_FROM_INCOMING: the length of the backend',
    flow: call + set('FORCE_HTTP_CONTENT_LENGTH', 'true') + set('COPY_CONTENT_LENGTH_FROM_INCOMING', 'true') + respond,
    request: post,
    backend: [{ headers: { 'Content-Type': 'application/json', 'Content-Length': '7' }, body: '{"b":2}' }],
    expect: { body: '{"b":2}', headers: { 'content-length': '7', 'transfer-encoding': undefined } },
  },
  {
    rule: 'message-model 2.5: HTTP_ETAG adds the tag of the body',
    flow: read + set('HTTP_ETAG', 'true', 'axis2', 'BOOLEAN') + show("'x'") + respond,
    request: post,
    expect: { status: 200, headers: { etag: '"9f89c740ceb46d7418c924a78ac57941d5e96520"' } },
  },
  {
    rule: 'message-model 2.5: HTTP_ETAG and a matching If-None-Match: 304 without a body',
    flow: read + set('HTTP_ETAG', 'true') + respond,
    request: { ...post, headers: { ...json, 'If-None-Match': '"9f89c740ceb46d7418c924a78ac57941d5e96520"' } },
    expect: { status: 304, body: '' },
  },
  {
    rule: 'message-model 2.5: messageType writes the body in that type',
    flow: set('messageType', 'application/xml') + respond,
    request: post,
    expect: {
      body: '<jsonObject><a>1</a></jsonObject>',
      headers: { 'content-type': 'application/xml; charset=UTF-8' },
    },
  },
  {
    rule: 'message-model 2.5: ContentType is the header, with a charset',
    flow: read + set('ContentType', 'application/vnd.my+json') + respond,
    request: post,
    expect: { body: '{"a":1}', headers: { 'content-type': 'application/vnd.my+json; charset=UTF-8' } },
  },
  {
    rule: 'message-model 2.5, 2.6: setCharacterEncoding false: no charset',
    flow: read + set('setCharacterEncoding', 'false') + respond,
    request: post,
    expect: { headers: { 'content-type': 'application/json' } },
  },
  {
    rule: 'message-model 2.5, 5.10: an XML payloadFactory answers a GET with its stale form type',
    flow: payload('<a xmlns="">1</a>', 'xml') + respond,
    expect: { body: '<a>1</a>', headers: { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' } },
  },
  ...[204, 205, 304].map((status) => ({
    rule: `message-model 2.5: never a body with ${status}`,
    flow: payload('{"b":1}') + set('HTTP_SC', String(status)) + respond,
    expect: { status, body: '' },
  })),
  {
    rule: 'message-model 2.5: never a body for HEAD',
    flow: payload('{"b":1}') + respond,
    request: { method: 'HEAD' },
    expect: { status: 200, body: '' },
  },
]);

wire('answers: headers', [
  {
    rule: "message-model 2.5: respond in the request flow echoes the request's headers, not those of the connection",
    flow: respond,
    request: { ...post, headers: { ...json, 'X-A': '1', Accept: 'a/b', 'Keep-Alive': 'x' } },
    expect: { headers: { 'x-a': '1', accept: 'a/b', 'keep-alive': undefined } },
  },
  {
    rule: 'message-model 2.5: EXCESS_TRANSPORT_HEADERS are repeated; removed, they are not',
    flow: remove('EXCESS_TRANSPORT_HEADERS', 'axis2') + respond,
    request: { headers: { 'X-A': ['1', '2'] } },
    expect: { headers: { 'x-a': '1' } },
  },
  {
    rule: 'message-model 2.5: EXCESS_TRANSPORT_HEADERS of the request go back, too',
    flow: respond,
    request: { headers: { 'X-A': ['1', '2'] } },
    expect: { headers: { 'x-a': '1, 2' } },
  },
  {
    rule: 'message-model 2.5: NO_KEEPALIVE closes behind the answer',
    flow: set('NO_KEEPALIVE', 'true') + respond,
    request: { raw: 'GET /t HTTP/1.1\r\nHost: x\r\n\r\n' },
    expect: { status: 200, headers: { connection: 'close' } },
  },
  {
    rule: 'message-model 2.5: Authorization set for a blocking call does not reach the client',
    flow: set('Authorization', 'Bearer abcdef', 'transport') + blockingCall + respond,
    request: post,
    expect: {
      status: 200,
      headers: { authorization: undefined },
      seen: [{ headers: { authorization: 'Bearer abcdef' } }],
    },
  },
  {
    rule: 'message-model 2.5: nor in the fault sequence of a failed call',
    flow: set('Authorization', 'Bearer abcdef', 'transport') + call,
    fault: respond,
    request: post,
    backend: [{ close: true }],
    expect: { headers: { authorization: undefined } },
  },
  {
    rule: 'message-model 2.5: only one reply: the second respond is dropped',
    flow: `<clone continueParent="true" sequential="true"><target><sequence>${set('HTTP_SC', '201')}${respond}</sequence></target></clone>${set('HTTP_SC', '500')}${respond}`,
    expect: { status: 201 },
  },
]);

const envelope12 = '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><b/></s:Body></s:Envelope>';

wire('answers: SOAP and REST clients', [
  {
    rule: 'message-model 2.5: an answer of the other SOAP version is converted, envelope and type',
    flow: call + respond,
    request: soapClient,
    backend: [{ headers: { 'Content-Type': 'application/soap+xml' }, body: envelope12 }],
    expect: {
      headers: { 'content-type': 'text/xml; charset=UTF-8' },
      body: `<?xml version='1.0' encoding='UTF-8'?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><b/></soapenv:Body></soapenv:Envelope>`,
    },
  },
  {
    rule: 'message-model 2.5: a text/xml fault of the backend passes to a REST client as it is',
    flow: call + respond,
    request: post,
    backend: [{ status: 500, headers: { 'Content-Type': 'text/xml' }, body: soapFault('s') }],
    expect: { status: 500, body: soapFault('s') },
  },
  {
    rule: 'message-model 2.5: a SOAP fault made for a REST client is an Exception with its reason',
    flow: makeFault + respond,
    request: { body: '<a/>', headers: { 'Content-Type': 'application/xml' } },
    expect: { status: 500, body: '<Exception>bad</Exception>' },
  },
  {
    rule: 'message-model 2.5: ReplyTo does not take the answer away from the client',
    flow: `<header name="ReplyTo" value="http://127.0.0.1:1/"/>${respond}`,
    request: post,
    expect: { status: 200, body: '{"a":1}' },
  },
]);
