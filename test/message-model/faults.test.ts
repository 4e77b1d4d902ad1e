import { blockingCall, call, read, set, show, wire } from './harness.js';

const respond = '<respond/>';
const json = { 'Content-Type': 'application/json' };
const xml = { 'Content-Type': 'application/xml' };
const post = { body: '{"a":1}', headers: json };
const raise = '<throwError type="MINE" errorMessage="bad"/>';
const error = show('$ctx:ERROR_CODE', '$ctx:ERROR_MESSAGE') + respond;
const code = show('$ctx:ERROR_CODE') + respond;
const endpoint = (inner: string) => `<call><endpoint>${inner}</endpoint></call>`;

wire('throwError', [
  {
    rule: 'message-model 6.2: ERROR_CODE is the type, ERROR_MESSAGE the message, ERROR_DETAIL is not set',
    flow: raise,
    fault: show('$ctx:ERROR_CODE', '$ctx:ERROR_MESSAGE', '$ctx:ERROR_DETAIL') + respond,
    expect: { logs: ['MINE|bad|null'] },
  },
  {
    rule: 'message-model 6.2: the message of an expression',
    flow: '<throwError type="T" errorMessage="{${payload.a}}"/>',
    fault: error,
    request: post,
    expect: { logs: ['T|1'] },
  },
]);

wire('the fault stack', [
  {
    rule: 'message-model 6.1: onError is pushed when a sequence starts and popped when it completes',
    flow: `<sequence key="inner"/>${raise}`,
    fault: show("'api'") + respond,
    artifacts: [
      '<sequence name="inner" onError="handler"><property name="x" value="1"/></sequence>',
      `<sequence name="handler">${show("'handler'")}${respond}</sequence>`,
    ],
    expect: { logs: ['api'] },
  },
  {
    rule: 'message-model 6.1: an onError that is not there is passed over',
    flow: '<sequence key="inner"/>',
    fault: show("'api'") + respond,
    artifacts: [`<sequence name="inner" onError="none">${raise}</sequence>`],
    expect: { logs: ['api'] },
  },
  {
    rule: 'message-model 6.1: no resumption: nothing runs behind the mediator that failed',
    flow: `<sequence key="inner"/>${show("'behind'")}${respond}`,
    artifacts: [
      `<sequence name="inner" onError="handler">${raise}</sequence>`,
      `<sequence name="handler">${show("'handler'")}</sequence>`,
    ],
    expect: { status: 202, logs: ['handler'] },
  },
  {
    rule: 'message-model 6.1: an exception of a handler goes to the next one with the data of the first',
    flow: raise,
    fault: '<property name="p" type="INTEGER" expression="\'abc\'"/>',
    artifacts: [`<sequence name="fault">${error}</sequence>`],
    expect: { logs: ['MINE|bad'] },
  },
]);

wire('what the client sees', [
  {
    rule: 'message-model 6.3: before any answer: a fault that nothing handles is an empty 202',
    flow: raise,
    expect: { status: 202, body: '' },
  },
  {
    rule: 'message-model 6.3: before any answer: a fault sequence that only logs gives 202',
    flow: raise,
    fault: show("'logged'"),
    expect: { status: 202, body: '', logs: ['logged'] },
  },
  {
    rule: 'message-model 6.3: after a call: a fault sequence that drops gives 202, never a hang',
    flow: call + raise,
    fault: '<drop/>',
    request: post,
    expect: { status: 202 },
  },
  {
    rule: 'message-model 6.3: fault sequence responds: status 200 in the request flow',
    flow: raise,
    fault: respond,
    request: post,
    expect: { status: 200, body: '{"a":1}' },
  },
  {
    rule: 'message-model 6.3: fault sequence responds with HTTP_SC',
    flow: raise,
    fault: set('HTTP_SC', '503') + respond,
    expect: { status: 503 },
  },
  {
    rule: 'message-model 6.3: a fault of the answer path: 500',
    flow: `<send><endpoint><address uri="BE/"/></endpoint></send>`,
    out: raise,
    fault: respond,
    request: post,
    expect: { status: 500 },
  },
  {
    rule: 'message-model 6.3: not an HTTP request: 400',
    flow: respond,
    request: { raw: 'GET /t HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n' },
    expect: { status: 400 },
  },
  {
    rule: 'message-model 6.3: not an HTTP request: an unknown method is refused',
    flow: respond,
    request: { raw: 'PROPFIND /t HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' },
    expect: { status: 501 },
  },
  {
    rule: 'message-model 6.3: no artifact: 404 by the standard main sequence',
    artifacts: [],
    expect: { status: 404, body: '' },
  },
  {
    rule: 'message-model 6.3: no artifact: the main sequence answers',
    artifacts: [`<sequence name="main">${set('HTTP_SC', '404')}${respond}</sequence>`],
    expect: { status: 404 },
  },
  {
    rule: 'message-model 6.3, 4.1: while the answer is written: the fault sequence can still answer',
    flow: read + set('messageType', 'application/json') + respond,
    fault: `<payloadFactory media-type="json"><format>{"failed":true}</format><args/></payloadFactory>${error}`,
    request: { body: '<a>t<b>1</b></a>', headers: xml },
    expect: { body: '{"failed":true}' },
  },
]);

wire('endpoint failures', [
  {
    rule: 'message-model 6.4: after a failure headers, properties and body are those of the request',
    flow: read + set('own', '1') + call,
    fault: show('$trp:X-A', '$axis2:own', 'json-eval($.a)', '$axis2:HTTP_METHOD') + respond,
    request: { ...post, headers: { ...json, 'X-A': '1' } },
    backend: [{ close: true }],
    expect: { logs: ['1|1|1|POST'] },
  },
  {
    rule: 'message-model 6.4: NO_KEEPALIVE of the call that failed is gone',
    flow: set('NO_KEEPALIVE', 'true') + call,
    fault: show('$axis2:NO_KEEPALIVE') + respond,
    request: post,
    backend: [{ close: true }],
    expect: { logs: ['null'] },
  },
  {
    rule: 'message-model 6.4: statuses of errors are no faults',
    flow: call + show('$axis2:HTTP_SC') + respond,
    fault: show("'fault'") + respond,
    request: post,
    backend: [{ status: 503 }],
    expect: { status: 503, logs: ['503'] },
  },
  {
    rule: 'message-model 6.4, 6.6: blocking: an empty answer is 401002',
    flow: blockingCall,
    fault: code,
    request: post,
    backend: [{ status: 200, headers: {}, body: '' }],
    expect: { logs: ['401002'] },
  },
  {
    rule: 'message-model 6.5, 6.6: an endpoint timeout is 101504 with its own message, at its own time',
    flow: endpoint(
      '<address uri="BE/"><timeout><duration>100</duration><responseAction>fault</responseAction></timeout></address>',
    ),
    fault: error,
    request: post,
    backend: [{ hang: true }],
    expect: { logs: ['101504|Send timeout'] },
  },
  {
    rule: 'message-model 6.5: a timed-out call without a handler is 504',
    flow: endpoint(
      '<address uri="BE/"><timeout><duration>100</duration><responseAction>fault</responseAction></timeout></address>',
    ),
    artifacts: [],
    request: post,
    backend: [{ hang: true }],
    expect: { body: '' },
  },
  {
    rule: 'message-model 6.8: rubbish for an answer runs the fault sequence',
    flow: call,
    fault: show("'fault'") + respond,
    request: post,
    backend: [{ close: true }],
    expect: { logs: ['fault'] },
  },
  {
    rule: 'message-model 6.8: a POST that cannot be read and whose fault sequence does not answer is 202',
    flow: read + respond,
    fault: show("'fault'"),
    request: { body: 'no xml', headers: xml },
    expect: { status: 202, logs: ['fault'] },
  },
]);
