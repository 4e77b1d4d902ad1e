import { call, read, set, show, wire } from './harness.js';

const json = { 'Content-Type': 'application/json' };
const body = '{"a":1}';
const post = { body, headers: json };
const respond = '<respond/>';
const to = (attributes: string) => `<call><endpoint><address uri="BE/e" ${attributes}/></endpoint></call>`;

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
