import { blockingCall, set, show, wire } from './harness.js';

const json = { 'Content-Type': 'application/json' };
const body = '{"a":1}';
const post = { body, headers: json };
const respond = '<respond/>';

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
