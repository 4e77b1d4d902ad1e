import { call, read, remove, set, show, wire } from './harness.js';

const respond = '<respond/>';
const json = { 'Content-Type': 'application/json' };
const xml = { 'Content-Type': 'application/xml' };
const typed = 'Content-Type: application/json\r\n';
const post = { body: '{"a":1}', headers: json };
const error = show('$ctx:ERROR_CODE', '$ctx:ERROR_MESSAGE') + respond;
const code = show('$ctx:ERROR_CODE') + respond;
const endpoint = (inner: string) => `<call><endpoint>${inner}</endpoint></call>`;
const refused = '<address uri="http://127.0.0.1:1/"/>';
const down = `<endpoint>${refused}</endpoint>`;
const up = '<endpoint><address uri="BE/"/></endpoint>';
const wsdl =
  '<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/"><service name="S"><port name="P"><s:address location="http://127.0.0.1:1/"/></port></service></definitions>';

const suspending = (leaf: string, name: string) =>
  `<endpoint name="${name}">${leaf.replace('/>', '><suspendOnFailure><initialDuration>60000</initialDuration><progressionFactor>1</progressionFactor></suspendOnFailure></address>')}</endpoint>`;
/** Calls the endpoint again when it has failed. */
const twice = (key: string) => [
  `<sequence name="first" onError="second"><call><endpoint key="${key}"/></call></sequence>`,
  `<sequence name="second">${remove('ERROR_CODE', 'default')}<call><endpoint key="${key}"/></call></sequence>`,
];

wire('codes', [
  {
    rule: 'message-model 6.6, 6.7: 101503 is a refused connection',
    flow: endpoint(refused),
    fault: error,
    request: post,
    expect: { logs: ['101503|Error connecting to the back end'] },
  },
  {
    rule: 'message-model 6.6: 101505 is the base of a connection that was closed',
    flow: call,
    fault: show('$ctx:BASE_ERROR_CODE') + respond,
    request: post,
    backend: [{ close: true }],
    expect: { logs: ['101505'] },
  },
  {
    rule: 'message-model 6.6, 6.7: 101507 is a socket timeout behind the request, 101504 its base',
    flow: set('SEND_TIMEOUT', '100', 'axis2', 'LONG') + call,
    fault: show('$ctx:ERROR_CODE', '$ctx:BASE_ERROR_CODE') + respond,
    request: post,
    backend: [{ hang: true }],
    expect: { logs: ['101507|101504'] },
  },
  {
    rule: 'message-model 6.6, 6.7: 101508 is a connection closed behind the request',
    flow: call,
    fault: code,
    request: post,
    backend: [{ close: true }],
    expect: { logs: ['101508'] },
  },
  {
    rule: 'message-model 6.6: 303001 is a suspended address endpoint',
    flow: '<sequence key="first"/>',
    fault: code,
    artifacts: [suspending(refused, 'down'), ...twice('down')],
    request: post,
    expect: { logs: ['303001'] },
  },
  {
    rule: 'message-model 6.6: 303000 is a group without a ready member, its members keep their own code at first',
    flow: '<sequence key="first"/>',
    fault: code,
    artifacts: [
      `<endpoint name="group"><failover>${suspending(refused, 'member')}</failover></endpoint>`,
      ...twice('group'),
    ],
    request: post,
    expect: { logs: ['303000'] },
  },
  {
    rule: 'message-model 6.6: 401002 is a blocking call that could not connect',
    flow: `<call blocking="true"><endpoint>${refused}</endpoint></call>`,
    fault: code,
    request: post,
    expect: { logs: ['401002'] },
  },
  {
    rule: 'message-model 6.6: 601000 is a body that is not XML at all',
    flow: read + respond,
    fault: code,
    request: { body: 'no xml', headers: xml },
    expect: { logs: ['601000'] },
  },
  {
    rule: 'message-model 6.6: 0 is malformed XML that an XPath walks into',
    flow: `<property name="x" expression="//b/c"/>${respond}`,
    fault: code,
    request: { body: '<a><b></a>', headers: xml },
    expect: { logs: ['0'] },
  },
  {
    rule: 'message-model 6.6: 305100 is an endpoint that is not there',
    flow: '<call><endpoint key="none"/></call>',
    fault: code,
    request: post,
    expect: { logs: ['305100'] },
  },
  {
    rule: 'message-model 6.6: 303003 is an endpoint that gets no token',
    flow: endpoint(
      '<http method="POST" uri-template="BE/"><authentication><oauth><clientCredentials><clientId>c</clientId><clientSecret>s</clientSecret><tokenUrl>http://127.0.0.1:1/token</tokenUrl></clientCredentials></oauth></authentication></http>',
    ),
    fault: code,
    request: post,
    expect: { logs: ['303003'] },
  },
  {
    rule: 'message-model 6.6: 101506 is the base of an answer that is no HTTP',
    flow: '<call><endpoint><address uri="BE/"/></endpoint></call>',
    fault: show('$ctx:BASE_ERROR_CODE') + respond,
    request: post,
    backend: [{ rubbish: true }],
    expect: { logs: ['101506'] },
  },
  {
    rule: 'message-model 6.6, 6.7: 101509 is an answer that is no HTTP, 101506 behind the request, and no send abort',
    flow: call,
    fault: show('$ctx:ERROR_CODE', '$ctx:PROTOCOL_STATE_ON_FAILURE', '$ctx:ERROR_MESSAGE') + respond,
    request: post,
    backend: [{ rubbish: true }],
    expect: { logs: ['101509|3|Error in Sender'] },
  },
  {
    rule: 'message-model 6.6: 101001 is a client that breaks off while its body is read',
    flow: read + respond,
    fault: code,
    request: { raw: `POST /t HTTP/1.1\r\nHost: x\r\n${typed}Content-Length: 99\r\n\r\n{"a":` },
    expect: { logs: ['101001'], body: '' },
  },
  {
    rule: 'message-model 6.6, 6.7: 101500 is the base of a body that breaks off on its way to the backend',
    flow: call,
    fault: show('$ctx:ERROR_CODE', '$ctx:BASE_ERROR_CODE', '$ctx:ERROR_MESSAGE') + respond,
    request: { raw: `POST /t HTTP/1.1\r\nHost: x\r\n${typed}Content-Length: 99\r\n\r\n{"a":` },
    expect: { logs: ['101502|101500|Error in Sender'], body: '' },
  },
  {
    rule: 'message-model 6.6, 6.4: 101510 is an answer that breaks off while the flow reads it; the client gets a 500',
    flow: call + read + respond,
    fault: error,
    request: post,
    backend: [{ truncated: '{"a":' }],
    expect: {
      status: 500,
      logs: ['101510|Error while building message. Error while building Passthrough stream'],
    },
  },
  {
    rule: 'message-model 6.6: 303002 is a suspended WSDL endpoint',
    flow: '<sequence key="first"/>',
    fault: error,
    artifacts: [`<endpoint name="down"><wsdl service="S" port="P">${wsdl}</wsdl></endpoint>`, ...twice('down')],
    request: post,
    expect: { logs: ['303002|Currently , WSDL endpoint : [ Name : down ] [ State : SUSPENDED ]'] },
  },
  {
    rule: 'message-model 6.6: 401003 is a call that no transport takes',
    flow: endpoint('<address uri="foo://x/y"/>'),
    fault: code,
    request: post,
    expect: { logs: ['401003'] },
  },
  {
    rule: 'message-model 6.6: 401000 is not raised: a callout that fails has the code of its blocking call',
    flow: '<callout serviceURL="http://127.0.0.1:1/"><source xpath="$body/*"/><target key="answer"/></callout>',
    fault: code,
    request: { body: '<a/>', headers: xml },
    expect: { logs: ['401002'] },
  },
  {
    rule: 'message-model 6.6: 303100 and 304100 are not raised: a failover that succeeded leaves no code',
    flow: ['failover', 'loadbalance']
      .map((kind) => `${endpoint(`<${kind}>${down}${up}</${kind}>`)}${show('$ctx:ERROR_CODE')}`)
      .join(''),
    request: post,
    expect: { logs: ['null', 'null'] },
  },
  {
    rule: 'message-model 6.6: 601000 is text/html that has to be built',
    flow: read + respond,
    fault: code,
    request: { body: 'one<br>two', headers: { 'Content-Type': 'text/html' } },
    expect: { logs: ['601000'] },
  },
]);
