import { call, read, remove, set, show, wire } from './harness.js';

const respond = '<respond/>';
const json = { 'Content-Type': 'application/json' };
const post = { body: '{"a":1}', headers: json };
const send = '<send><endpoint><address uri="BE/"/></endpoint></send>';

wire('properties of the flow', [
  {
    rule: 'message-model 2.3: OUT_ONLY true: a call sends a copy and the flow goes on at once',
    flow: set('OUT_ONLY', 'true', 'default') + call + show('json-eval($.a)') + respond,
    request: post,
    expect: { logs: ['1'], body: '{"a":1}', seen: [{ body: '{"a":1}' }] },
  },
  {
    rule: 'message-model 2.3: OUT_ONLY must be the text: a Boolean waits',
    flow: set('OUT_ONLY', 'true', 'default', 'BOOLEAN') + call + respond,
    request: post,
    expect: { body: '{"backend":"ok"}' },
  },
  {
    rule: 'message-model 2.3: OUT_ONLY true: a send is answered with 202',
    flow: set('OUT_ONLY', 'true', 'default') + send,
    request: post,
    expect: { status: 202, body: '', seen: [{}] },
  },
  {
    rule: 'message-model 2.3, 1.1: RESPONSE true makes the message an answer: in does not run',
    flow: `${set('RESPONSE', 'TRUE', 'default')}<in>${show("'in'")}</in><out>${show("'out'")}</out>${respond}`,
    expect: { logs: ['out'] },
  },
  {
    rule: 'message-model 2.3, 1.1: RESPONSE_WRITTEN becomes SKIP with RESPONSE, and the client still gets an answer',
    flow: set('RESPONSE', 'true', 'default') + show("get-property('operation','RESPONSE_WRITTEN')"),
    expect: { status: 202, logs: ['SKIP'] },
  },
  {
    rule: 'message-model 2.3: RECEIVING_SEQUENCE takes the answer to a send, and is consumed',
    flow: '<send receive="next"><endpoint><address uri="BE/"/></endpoint></send>',
    artifacts: [
      `<sequence name="next">${show("'next'", "get-property('RECEIVING_SEQUENCE')", "get-property('continuation.call')")}${respond}</sequence>`,
    ],
    request: post,
    expect: { logs: ['next|null|null'], body: '{"backend":"ok"}' },
  },
  {
    rule: 'message-model 2.3: RESPONSE false in a receiving sequence sends the next answer to the main sequence',
    flow: '<send receive="next"><endpoint><address uri="BE/1"/></endpoint></send>',
    artifacts: [
      `<sequence name="next">${set('RESPONSE', 'false', 'default')}<send><endpoint><address uri="BE/2"/></endpoint></send></sequence>`,
      `<sequence name="main">${show("'main'")}<drop/></sequence>`,
    ],
    request: post,
    expect: { logs: ['main'], seen: [{ url: '/1' }, { url: '/2' }] },
  },
  {
    rule: 'message-model 2.3: continuation.call marks a call, and the flow goes on behind it with its stacks',
    flow: `<sequence key="inner"/>${show("'outer'")}${respond}`,
    artifacts: [`<sequence name="inner">${call}${show("'inner'")}</sequence>`],
    request: post,
    expect: { logs: ['inner', 'outer'] },
  },
  {
    rule: 'message-model 2.3: SKIP_MAIN_SEQUENCE true as a Boolean: the main sequence is not run',
    artifacts: [
      `<sequence name="pre-mediate">${set('SKIP_MAIN_SEQUENCE', 'true', 'default', 'BOOLEAN')}</sequence>`,
      `<sequence name="main">${show("'main'")}${respond}</sequence>`,
    ],
    expect: { status: 202, logs: [] },
  },
  {
    rule: 'message-model 2.3: SKIP_MAIN_SEQUENCE as a text does nothing',
    artifacts: [
      `<sequence name="pre-mediate">${set('SKIP_MAIN_SEQUENCE', 'true', 'default')}</sequence>`,
      `<sequence name="main">${show("'main'")}${respond}</sequence>`,
    ],
    expect: { status: 200, logs: ['main'] },
  },
  {
    rule: 'message-model 2.3: FORCE_SC_ACCEPTED answers 202 at once, the sequence behind the call still runs',
    flow: set('FORCE_SC_ACCEPTED', 'yes') + call + show("'behind'") + respond,
    request: post,
    expect: { status: 202, body: '', seen: [{}], logs: ['behind'] },
  },
  {
    rule: 'message-model 2.3: FORCE_SC_ACCEPTED: a respond in the request flow wins',
    flow: set('FORCE_SC_ACCEPTED', 'true') + read + respond,
    request: post,
    expect: { status: 200, body: '{"a":1}' },
  },
  {
    rule: 'message-model 2.3: FORCE_SC_ACCEPTED with drop gives 202',
    flow: `${set('FORCE_SC_ACCEPTED', 'true')}<drop/>`,
    request: post,
    expect: { status: 202, body: '' },
  },
  {
    rule: 'message-model 2.3: RESPONSE_WRITTEN unset at the end: an empty 202',
    flow: show("'done'"),
    request: post,
    expect: { status: 202, body: '', headers: { 'content-type': undefined } },
  },
  {
    rule: 'message-model 2.3: NIO-ACK-Requested acknowledges at the end with HTTP_SC',
    flow: set('NIO-ACK-Requested', 'true') + set('HTTP_SC', '404'),
    request: post,
    expect: { status: 404, body: '' },
  },
  {
    rule: 'message-model 2.3: SC_ACCEPTED stays after a 202 of the backend and beats HTTP_SC',
    flow: call + show("get-property('axis2','SC_ACCEPTED')") + set('HTTP_SC', '500') + respond,
    request: post,
    backend: [{ status: 202 }],
    expect: { status: 202, logs: ['true'] },
  },
  {
    rule: 'message-model 2.3: IGNORE_SC_ACCEPTED and HTTP_202_RECEIVED set by a flow change nothing: the 202 is an answer',
    flow: set('IGNORE_SC_ACCEPTED', 'true') + set('HTTP_202_RECEIVED', 'true') + call + respond,
    request: post,
    backend: [{ status: 202 }],
    expect: { status: 202, body: '{"backend":"ok"}' },
  },
  {
    rule: 'message-model 2.3: SENDING_FAULT and the internal markers of a send leave an ordinary call alone',
    flow:
      set('SENDING_FAULT', 'false') +
      set('synapse.internal.request.sending', 'true') +
      set('ENABLE_REPLAY_TRANSACTION', 'true') +
      set('endpoint_log', 'x', 'default') +
      call +
      respond,
    request: post,
    expect: { status: 200, body: '{"backend":"ok"}', seen: [{ body: '{"a":1}' }] },
  },
  {
    rule: 'message-model 2.3: last_endpoint, LAST_SEQ_FAULT_HANDLER, DYNAMIC_URL_VALUE and ENDPOINT_PREFIX of a flow do not decide where a call goes',
    flow:
      set('last_endpoint', 'x', 'default') +
      set('LAST_SEQ_FAULT_HANDLER', 'x', 'default') +
      set('DYNAMIC_URL_VALUE', 'http://127.0.0.1:1/', 'default') +
      set('ENDPOINT_PREFIX', 'http://127.0.0.1:1', 'default') +
      call +
      respond,
    request: post,
    expect: { status: 200, seen: [{ url: '/' }] },
  },
  {
    rule: 'message-model 2.3, 2.7: TRANSPORT_DENIED: an API for https alone is not there on http',
    artifacts: [
      `<api name="T" context="/t"><resource methods="GET" url-mapping="/*" protocol="https"><inSequence>${respond}</inSequence></resource></api>`,
    ],
    expect: { body: '', logs: [] },
  },
]);

wire('what an answer leaves', [
  {
    rule: 'message-model 1.5: default properties and variables survive, axis2 properties do not',
    flow: `${set('d', '1', 'default')}${set('a', '1')}<variable name="v" type="STRING" value="1"/>${call}${show('$ctx:d', '$var:v', '$axis2:a')}${respond}`,
    request: post,
    expect: { logs: ['1|1|null'] },
  },
  {
    rule: 'message-model 1.5: operation properties and axis2-client properties survive',
    flow:
      set('o', '1', 'operation') + set('c', '1', 'axis2-client') + call + show('$operation:o', '$axis2:c') + respond,
    request: post,
    expect: { logs: ['1|1'] },
  },
  {
    rule: "message-model 1.5: transport headers are the backend's, and so is the payload",
    flow: call + show('$trp:X-A', '$trp:X-B', 'json-eval($.b)') + respond,
    request: { ...post, headers: { ...json, 'X-A': '1' } },
    backend: [{ headers: { 'Content-Type': 'application/json', 'X-B': '2' }, body: '{"b":3}' }],
    expect: { logs: ['null|2|3'] },
  },
  {
    rule: 'message-model 1.5: the fault stack survives a call',
    flow: `${call}<throwError type="X" errorMessage="m"/>`,
    fault: show('$ctx:ERROR_MESSAGE') + respond,
    request: post,
    expect: { logs: ['m'] },
  },
  {
    rule: "message-model 1.5: after send the fault stack is empty: the API's fault sequence is pushed again for its out-sequence",
    flow: send,
    out: '<throwError type="X" errorMessage="m"/>',
    fault: show('$ctx:ERROR_MESSAGE') + respond,
    request: post,
    expect: { logs: ['m'] },
  },
  {
    rule: 'message-model 1.5: the direction of a message that called stays request',
    flow: `${call}<in>${show("'in'")}</in><out>${show("'out'")}</out>${respond}`,
    request: post,
    expect: { logs: ['in'] },
  },
  {
    rule: 'message-model 1.5: To of an answer is anonymous',
    flow: call + show("get-property('To')") + respond,
    request: post,
    expect: { logs: ['http://www.w3.org/2005/08/addressing/anonymous'] },
  },
  {
    rule: 'message-model 1.5, 2.1: axis2 properties of an answer',
    flow:
      call +
      show(
        ...['HTTP_SC', 'HTTP_SC_DESC', 'ORIGINAL_STATUS_CODE', 'HTTP_REASON_PHRASE', 'ContentType', 'messageType'].map(
          (name) => `$axis2:${name}`,
        ),
        '$axis2:CHARACTER_SET_ENCODING',
        '$axis2:FAULT_MESSAGE',
      ) +
      respond,
    request: post,
    backend: [{ status: 404, reason: 'Nope', headers: { 'Content-Type': 'text/xml; charset=latin1' }, body: '<a/>' }],
    expect: { logs: ['404|Nope|404|Nope|text/xml; charset=latin1|text/xml|latin1|TRUE'] },
  },
  {
    rule: 'message-model 1.5: a clone has properties of its own and variables by value',
    flow: `${set('p', 'old', 'default')}<clone continueParent="true" sequential="true"><target><sequence>${set('p', 'new', 'default')}</sequence></target></clone>${show('$ctx:p')}${respond}`,
    request: post,
    expect: { logs: ['old'] },
  },
  {
    rule: 'message-model 1.1: fault stack: the innermost handler runs, the next one when it throws',
    flow: '<sequence key="inner"/>',
    fault: show("'outer'") + respond,
    artifacts: [
      '<sequence name="inner" onError="handler"><throwError type="X" errorMessage="m"/></sequence>',
      `<sequence name="handler">${show("'handler'")}<throwError type="Y" errorMessage="n"/></sequence>`,
    ],
    expect: { logs: ['handler', 'outer'] },
  },
  {
    rule: 'message-model 1.1: continuation stack: a call inside branches goes on behind it',
    flow: `<filter xpath="true()"><then>${call}${show("'then'")}</then></filter>${show("'behind'")}${respond}`,
    request: post,
    expect: { logs: ['then', 'behind'] },
  },
  {
    rule: 'message-model 1.1: axis2 message: body, headers and properties change together with messageType',
    flow: set('messageType', 'application/xml') + show('$axis2:ContentType', '$trp:Content-Type') + respond,
    request: post,
    expect: { logs: ['application/xml|application/xml'], body: '<jsonObject><a>1</a></jsonObject>' },
  },
  {
    rule: 'message-model 1.1: properties and variables ignore null, removal alone clears',
    flow: `${set('p', '1', 'default')}<property name="p" expression="$ctx:none"/><variable name="v" type="STRING" value="1"/><variable name="v" type="STRING" expression="$ctx:none"/>${show('$ctx:p', '$var:v')}${remove('p', 'default')}${show('$ctx:p')}${respond}`,
    expect: { logs: ['1|1', 'null'] },
  },
  {
    rule: 'message-model 1.1: response flag: an answer to send runs the out-sequence as out',
    flow: send,
    out: `<in>${show("'in'")}</in><out>${show("'out'")}</out>${respond}`,
    request: post,
    expect: { logs: ['out'] },
  },
]);
