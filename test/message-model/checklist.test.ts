import { blockingCall, call, payload, read, remove, set, show, wire } from './harness.js';

const respond = '<respond/>';
const json = { 'Content-Type': 'application/json' };
const xml = { 'Content-Type': 'application/xml' };
const post = { body: '{"a":1}', headers: json };
const code = show('$ctx:ERROR_CODE') + respond;
const raise = (type: string) => `<throwError type="${type}" errorMessage="m"/>`;
const soap12 = '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><b/></s:Body></s:Envelope>';

wire('behaviours that are easy to get wrong', [
  {
    rule: 'message-model 7 rule 1: null is no write, only removal clears',
    flow: `${set('p', '1', 'default')}<property name="p" expression="$ctx:none"/>${show('$ctx:p')}${remove('p', 'default')}${show('$ctx:p')}${respond}`,
    expect: { logs: ['1', 'null'] },
  },
  {
    rule: 'message-model 7 rule 2: axis2 reads fall through to operation and client',
    flow: set('o', '1', 'operation') + set('c', '2', 'axis2-client') + show('$axis2:o', '$axis2:c') + respond,
    expect: { logs: ['1|2'] },
  },
  {
    rule: "message-model 7 rule 3: after a call axis2 and headers are the backend's, default properties stay",
    flow: set('a', '1') + set('d', '1', 'default') + call + show('$axis2:a', '$trp:X-A', '$ctx:d') + respond,
    request: { ...post, headers: { ...json, 'X-A': '1' } },
    expect: { logs: ['null|null|1'] },
  },
  {
    rule: 'message-model 7 rule 4: HTTP_SC is an Integer after a call: NaN in XPath',
    flow:
      call +
      show('$axis2:HTTP_SC = 200', "string($axis2:HTTP_SC) = '200'", '${properties.axis2.HTTP_SC == 200}') +
      respond,
    request: post,
    expect: { logs: ['false|true|true'] },
  },
  {
    rule: 'message-model 7 rule 5: a comparison with an unset property is false, != too',
    flow: show("get-property('x') != 'v'", "not(get-property('x') = 'v')") + respond,
    expect: { logs: ['false|true'] },
  },
  {
    rule: 'message-model 7 rule 6: the text false is true in XPath, false in ${}',
    flow: `${set('p', 'false', 'default')}<filter xpath="$ctx:p"><then>${show("'then'")}</then></filter><filter xpath="\${props.synapse.p}"><then>${show("'then'")}</then><else>${show("'else'")}</else></filter>${respond}`,
    expect: { logs: ['then', 'else'] },
  },
  {
    rule: 'message-model 7 rule 7: a childless element with blank text is its markup',
    flow: show('//b') + respond,
    request: { body: '<a><b> </b></a>', headers: xml },
    expect: { logs: ['<b> </b>'] },
  },
  { rule: 'message-model 7 rule 8: numbers are doubles', flow: show('1 + 1') + respond, expect: { logs: ['2.0'] } },
  {
    rule: 'message-model 7 rule 9: $ctx in an expression keeps it from building',
    flow: show("concat($ctx:a, //b, '.')") + respond,
    request: { body: '<b>1</b>', headers: xml },
    expect: { logs: ['.'] },
  },
  {
    rule: 'message-model 7 rule 10: a bare log builds',
    flow: `<log/>${respond}`,
    request: { body: 'no xml', headers: xml },
    fault: set('HTTP_SC', '599') + respond,
    expect: { status: 599 },
  },
  {
    rule: 'message-model 7 rule 11: an http endpoint without a method appends the postfix',
    flow: `<call><endpoint><http uri-template="BE/e"/></endpoint></call>${respond}`,
    request: { path: '/x' },
    expect: { seen: [{ url: '/e/x' }] },
  },
  {
    rule: 'message-model 7 rule 12: a GET keeps a stale type',
    flow: set('HTTP_METHOD', 'GET') + call + respond,
    request: post,
    expect: { seen: [{ method: 'GET', headers: { 'content-type': 'application/json' } }] },
  },
  {
    rule: 'message-model 7 rule 13: no charset towards the backend, one towards the client',
    flow: read + call + payload('{}') + respond,
    request: post,
    expect: {
      seen: [{ headers: { 'content-type': 'application/json' } }],
      headers: { 'content-type': 'application/json; charset=UTF-8' },
    },
  },
  {
    rule: 'message-model 7 rule 14: the bytes of JSON are written, not its tree',
    flow: show('//a') + respond,
    request: { body: '{"a" : 1.0}', headers: json },
    expect: { logs: ['1.0'], body: '{"a" : 1.0}' },
  },
  {
    rule: 'message-model 7 rule 15: what a round trip through XML loses',
    flow: `${set('messageType', 'application/xml')}<call><endpoint><address uri="BE/"/></endpoint></call>${read}${set('messageType', 'application/json')}${respond}`,
    request: post,
    backend: [{ headers: xml, body: '<jsonObject><one>1</one><o/><e></e><n>1e3</n></jsonObject>' }],
    expect: { body: '{"one":1,"o":null,"e":null,"n":1E+3}' },
  },
  {
    rule: 'message-model 7 rule 16: a missing path inside a property faults, elsewhere it is empty',
    flow: `${set('p', '{"k":1}', 'default')}${show('json-eval($.none)', 'json-eval($ctx:none.k)')}${show('json-eval($ctx:p.none)')}${respond}`,
    request: post,
    fault: show("'fault'") + respond,
    expect: { logs: ['|', 'fault'] },
  },
  {
    rule: 'message-model 7 rule 17: members count as Integers, array items as Doubles',
    flow: show('${payload.n + 4}', '${payload.a[0] + 1}', '${payload.d}', '${payload.a[1]}') + respond,
    request: { body: '{"n":36,"a":[36,10.50],"d":10.50}', headers: json },
    expect: { logs: ['40|37.0|10.5|10.50'] },
  },
  { rule: 'message-model 7 rule 18: an unhandled error is 202', flow: raise('X'), expect: { status: 202, body: '' } },
  {
    rule: 'message-model 7 rule 19: a stale ERROR_CODE masks a later failure',
    flow: `${set('ERROR_CODE', '7', 'default')}<property name="p" type="INTEGER" expression="'x'"/>`,
    fault: code,
    expect: { logs: ['7'] },
  },
  {
    rule: 'message-model 7 rule 20: the text formatter writes nothing but its wrapper',
    flow: read + set('messageType', 'text/plain') + respond,
    request: { body: '<a>1</a>', headers: xml },
    expect: { status: 200, body: '' },
  },
  {
    rule: "message-model 7 rule 21: respond without a call echoes the request's headers, never a credential set for a call",
    flow: set('Authorization', 'Bearer abcdef', 'transport') + blockingCall + respond,
    request: { ...post, headers: { ...json, 'X-A': '1' } },
    expect: { headers: { 'x-a': '1', authorization: undefined } },
  },
  {
    rule: 'message-model 7 rule 22: a blocking 404 faults with that code',
    flow: blockingCall + respond,
    fault: code,
    request: post,
    backend: [{ status: 404 }],
    expect: { logs: ['404'] },
  },
  {
    rule: 'message-model 7 rule 22: a blocking 500 with a body does not fault',
    flow: blockingCall + show('$axis2:HTTP_SC', '$ctx:blocking.sender.error') + respond,
    request: post,
    backend: [{ status: 500 }],
    expect: { logs: ['500|false'] },
  },
  {
    rule: 'message-model 7 rule 23: transport codes include the state of the connection',
    flow: call,
    fault: show('$ctx:ERROR_CODE', '$ctx:BASE_ERROR_CODE') + respond,
    request: post,
    backend: [{ close: true }],
    expect: { logs: ['101508|101505'] },
  },
  {
    rule: 'message-model 7 rule 24: placeholders take object values: literals keep their quotes',
    flow: payload("${true ? 'a' : 'b'}", 'text') + respond,
    request: post,
    expect: { body: "'a'" },
  },
  {
    rule: "message-model 7 rule 25: number('1e3') is 1000, count($body) faults",
    flow: show("number('1e3')") + show('count($body)') + respond,
    fault: show("'fault'") + respond,
    request: post,
    expect: { logs: ['1000.0', 'fault'] },
  },
  {
    rule: 'message-model 7 rule 26: a failure while writing is answered by the fault sequence',
    flow: read + set('messageType', 'application/json') + respond,
    fault: payload('{"late":1}') + respond,
    request: { body: '<a>t<b>1</b></a>', headers: xml },
    expect: { body: '{"late":1}' },
  },
  {
    rule: 'message-model 7 rule 27: a 202 of the backend stays until SC_ACCEPTED is removed',
    flow: call + remove('SC_ACCEPTED', 'axis2') + set('HTTP_SC', '500') + respond,
    request: post,
    backend: [{ status: 202 }],
    expect: { status: 500 },
  },
  {
    rule: "message-model 7 rule 28: envelope and type of a SOAP answer are the client's version",
    flow: call + respond,
    request: {
      body: '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body/></e:Envelope>',
      headers: { 'Content-Type': 'text/xml', SOAPAction: '"a"' },
    },
    backend: [{ headers: { 'Content-Type': 'application/soap+xml' }, body: soap12 }],
    expect: { headers: { 'content-type': 'text/xml; charset=UTF-8' } },
  },
  {
    rule: 'message-model 7 rule 29: malformed XML met by an XPath is 0, content that is no XML 601000',
    flow: show('//b/c') + respond,
    fault: code,
    request: { body: '<a><b></a>', headers: xml },
    expect: { logs: ['0'] },
  },
]);
