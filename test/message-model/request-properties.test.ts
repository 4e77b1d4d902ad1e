import { set, show, wire } from './harness.js';

const json = { 'Content-Type': 'application/json; charset=utf-8' };
const respond = '<respond/>';
const axis2 = (...names: string[]) => names.map((name) => `get-property('axis2','${name}')`);
const ctx = (...names: string[]) => names.map((name) => `get-property('${name}')`);
const api = (attributes: string, inSequence: string, resource = 'url-mapping="/*"') =>
  `<api ${attributes}><resource methods="GET POST" ${resource}><inSequence>${inSequence}</inSequence></resource></api>`;

wire('properties of every request', [
  {
    rule: 'message-model 2.1: HTTP_METHOD and TransportInURL are those of the request line',
    flow: show(...axis2('HTTP_METHOD', 'TransportInURL')) + respond,
    request: { method: 'PUT', path: '/a%20b?k=1', body: '{}', headers: json },
    expect: { logs: ['PUT|/t/a%20b?k=1'] },
  },
  {
    rule: 'message-model 2.1: SERVICE_PREFIX is scheme, address and port',
    flow: show(`concat(get-property('axis2','SERVICE_PREFIX') = 'GW', '')`) + respond,
    expect: { logs: ['true'] },
  },
  {
    rule: 'message-model 2.1: REST_URL_POSTFIX is the rest behind the context, with the query',
    flow: show(...axis2('REST_URL_POSTFIX')) + respond,
    request: { path: '/a/b?k=1' },
    expect: { logs: ['/a/b?k=1'] },
  },
  {
    rule: 'message-model 2.1: REMOTE_ADDR and REMOTE_HOST are the client',
    flow: show(...axis2('REMOTE_ADDR', 'REMOTE_HOST')) + respond,
    expect: { logs: ['127.0.0.1|127.0.0.1'] },
  },
  {
    rule: 'message-model 2.1: TRANSPORT_HEADERS is the transport scope itself: removed, no header is left',
    flow: `<property name="TRANSPORT_HEADERS" scope="axis2" action="remove"/>${show('$trp:X-A')}${respond}`,
    request: { headers: { 'X-A': '1' } },
    expect: { logs: ['null'], headers: { 'x-a': undefined } },
  },
  {
    rule: 'message-model 2.1: EXCESS_TRANSPORT_HEADERS holds further values; removed, they are gone',
    flow: `<property name="EXCESS_TRANSPORT_HEADERS" scope="axis2" action="remove"/>${show('$trp:X-A')}<call><endpoint><address uri="BE/"/></endpoint></call>${respond}`,
    request: { headers: { 'X-A': ['one', 'two'] } },
    expect: { logs: ['one'], seen: [{ headers: { 'x-a': 'one' } }] },
  },
  {
    rule: 'message-model 2.1: messageType, ContentType and CHARACTER_SET_ENCODING come from the header',
    flow: show(...axis2('messageType', 'ContentType', 'CHARACTER_SET_ENCODING')) + respond,
    request: { body: '{}', headers: json },
    expect: { logs: ['application/json|application/json; charset=utf-8|utf-8'] },
  },
  {
    rule: 'message-model 2.1: CHARACTER_SET_ENCODING is UTF-8 once a body without charset is built',
    flow: `<log/>${show(...axis2('CHARACTER_SET_ENCODING'))}${respond}`,
    request: { body: '{}', headers: { 'Content-Type': 'application/json' } },
    expect: { status: 200, body: '{}' },
  },
  {
    rule: 'message-model 2.1: NO_ENTITY_BODY is true without a body and unset with one',
    flow: show(...axis2('NO_ENTITY_BODY')) + respond,
    expect: { logs: ['true'] },
  },
  {
    rule: 'message-model 2.1: NO_ENTITY_BODY is unset with a body',
    flow: show(...axis2('NO_ENTITY_BODY')) + respond,
    request: { body: '{}', headers: json },
    expect: { logs: ['null'] },
  },
  {
    rule: 'message-model 2.1: message.builder.invoked is true once the body has been built',
    flow: `${show(...axis2('message.builder.invoked'))}<log/>${show(...axis2('message.builder.invoked'))}${respond}`,
    request: { body: '{}', headers: json },
    expect: { status: 200 },
  },
  {
    rule: 'message-model 2.1: synapse.internal.rest.contentType marks REST: without it a POST of another type goes to the bare address',
    flow: `${show(...axis2('synapse.internal.rest.contentType'))}<property name="synapse.internal.rest.contentType" scope="axis2" action="remove"/><call><endpoint><address uri="BE/e"/></endpoint></call>${respond}`,
    request: { path: '/x', body: 'a', headers: { 'Content-Type': 'text/csv' } },
    expect: { logs: ['text/csv'], seen: [{ url: '/e' }] },
  },
  {
    rule: 'message-model 2.1: correlation_id is that of the header activityid',
    flow: show(...axis2('correlation_id')) + respond,
    request: { headers: { activityid: 'mine' } },
    expect: { logs: ['mine'] },
  },
  {
    rule: 'message-model 2.1: correlation_id is generated without the header',
    flow: show(`string-length(get-property('axis2','correlation_id'))`) + respond,
    expect: { logs: ['36.0'] },
  },
  {
    rule: 'message-model 2.1: TRANSPORT_IN_NAME is the transport',
    flow: show(...ctx('TRANSPORT_IN_NAME')) + respond,
    expect: { logs: ['http'] },
  },
  {
    rule: 'message-model 2.1: IsClientDoingREST and IsClientDoingSOAP11 of a JSON client',
    flow: show(...ctx('IsClientDoingREST')) + respond,
    request: { body: '{}', headers: json },
    expect: { logs: ['true'] },
  },
  {
    rule: 'message-model 2.1: IsClientDoingREST and IsClientDoingSOAP11 of a SOAP 1.1 client',
    flow: show(...ctx('IsClientDoingREST', 'IsClientDoingSOAP11')) + respond,
    request: {
      body: '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body/></e:Envelope>',
      headers: { 'Content-Type': 'text/xml', SOAPAction: '"a"' },
    },
    expect: { logs: ['false|true'] },
  },
  {
    rule: 'message-model 2.1: __SYNAPSE_RESPONSE_STATE__ guards the one answer: a second respond is dropped',
    flow: `<clone sequential="true" continueParent="true"><target><sequence>${respond}</sequence></target></clone><property name="HTTP_SC" scope="axis2" value="500"/>${respond}`,
    expect: { status: 200 },
  },
  {
    rule: 'message-model 2.1: ARTIFACT_NAME of an API',
    flow: show(...ctx('ARTIFACT_NAME')) + respond,
    expect: { logs: ['apiT'] },
  },
  {
    rule: 'message-model 2.1: proxy.name and ARTIFACT_NAME of a proxy',
    artifacts: [
      `<proxy name="P" transports="http" startOnLoad="true"><target><inSequence>${show(...ctx('proxy.name', 'ARTIFACT_NAME'))}${respond}</inSequence></target></proxy>`,
    ],
    request: { raw: 'GET /services/P HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' },
    expect: { status: 200, logs: ['P|proxyP'] },
  },
  {
    rule: 'message-model 2.1: TRANSPORT_CONTROL, OutTransportInfo and pass-through.pipe are not there to read',
    flow: show(...axis2('TRANSPORT_CONTROL', 'OutTransportInfo', 'pass-through.pipe')) + respond,
    expect: { status: 200 },
  },
]);

const versioned = (strategy: string, context = '/t') =>
  api(
    `name="V" context="${context}" version="1.2" version-type="${strategy}"`,
    show(
      ...ctx('SYNAPSE_REST_API', 'SYNAPSE_REST_API_VERSION', 'SYNAPSE_REST_API_VERSION_STRATEGY', 'REST_API_CONTEXT'),
      ...ctx('REST_SUB_REQUEST_PATH'),
      ...axis2('REST_URL_POSTFIX'),
    ) + respond,
  );

wire('properties of API dispatch', [
  {
    rule: 'message-model 2.2: SYNAPSE_REST_API, SYNAPSE_REST_API_VERSION, SYNAPSE_REST_API_VERSION_STRATEGY, REST_API_CONTEXT and REST_URL_POSTFIX of a version in the URL',
    artifacts: [versioned('url')],
    request: { path: '/1.2/x?k=1' },
    expect: { logs: ['V:v1.2|1.2|url|/t|/x?k=1|/x?k=1'] },
  },
  {
    rule: 'message-model 2.2: SYNAPSE_REST_API_VERSION_STRATEGY context: the version stands in REST_API_CONTEXT',
    artifacts: [versioned('context', '/t/{version}')],
    request: { path: '/1.2/x' },
    expect: { logs: ['V:v1.2|1.2|context|/t/1.2|/x|/x'] },
  },
  {
    rule: 'message-model 2.2: SYNAPSE_REST_API_VERSION and its strategy are empty without a version',
    flow: show(...ctx('SYNAPSE_REST_API', 'SYNAPSE_REST_API_VERSION', 'SYNAPSE_REST_API_VERSION_STRATEGY')) + respond,
    expect: { logs: ['T||'] },
  },
  {
    rule: 'message-model 2.2: REST_FULL_REQUEST_PATH and REST_SUB_REQUEST_PATH keep the query',
    flow: show(...ctx('REST_FULL_REQUEST_PATH', 'REST_SUB_REQUEST_PATH')) + respond,
    request: { path: '/a?k=1' },
    expect: { logs: ['/t/a?k=1|/a?k=1'] },
  },
  {
    rule: 'message-model 2.2: REST_SUB_REQUEST_PATH is / where nothing is left',
    flow: show(...ctx('REST_SUB_REQUEST_PATH')) + respond,
    expect: { logs: ['/'] },
  },
  {
    rule: 'message-model 2.2: REST_FULL_REQUEST_PATH of an absolute request line is its file part',
    flow: show(...ctx('REST_FULL_REQUEST_PATH')) + respond,
    request: { raw: 'GET http://other/t/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' },
    expect: { logs: ['/t/a'] },
  },
  {
    rule: 'message-model 2.2: REST_URL_PREFIX is transport and host',
    flow: show(...ctx('REST_URL_PREFIX')) + respond,
    request: { headers: { Host: 'my.host:1' } },
    expect: { logs: ['http://my.host:1'] },
  },
  {
    rule: 'message-model 2.2: REST_METHOD and axis2 HTTP_METHOD are the method',
    flow: show(...ctx('REST_METHOD'), ...axis2('HTTP_METHOD')) + respond,
    request: { method: 'DELETE' },
    expect: { logs: ['DELETE|DELETE'] },
  },
  {
    rule: 'message-model 2.2: SYNAPSE_RESOURCE, rest.url.pattern and RESOURCE_PATH of the resource',
    flow:
      show(`string-length(get-property('SYNAPSE_RESOURCE')) > 0`, ...ctx('rest.url.pattern', 'RESOURCE_PATH')) +
      respond,
    uriTemplate: '/a/{id}',
    request: { path: '/a/5' },
    expect: { logs: ['true|/a/{id}|/a/5'] },
  },
  {
    rule: 'message-model 2.2: uri.var is decoded',
    flow: show(...ctx('uri.var.id')) + respond,
    uriTemplate: '/a/{id}',
    request: { path: '/a/x%2Fy%20%C3%A9' },
    expect: { logs: ['x/y é'] },
  },
  {
    rule: 'message-model 2.2: uri.var of {id} ends at a plus sign',
    flow: respond,
    uriTemplate: '/{id}',
    request: { path: '/a+b' },
    expect: { status: 404, body: '' },
  },
  {
    rule: 'message-model 2.2: uri.var of {+p} keeps a plus sign',
    flow: show(...ctx('uri.var.p')) + respond,
    uriTemplate: '/{+p}',
    request: { path: '/a+b/c' },
    expect: { logs: ['a+b/c'] },
  },
  {
    rule: 'message-model 2.2: a bad percent sequence in the path is 400',
    flow: respond,
    uriTemplate: '/{id}',
    request: { path: '/a%zz' },
    expect: { status: 400 },
  },
  {
    rule: 'message-model 2.2: query.param is decoded as a form value, the last duplicate counts, the name stays as it is',
    flow: show(...ctx('query.param.a', 'query.param.b%20c')) + respond,
    request: { path: '?a=1&a=x+y%2B%C3%A9=z&b%20c=2' },
    expect: { logs: ['x y+é=z|2'] },
  },
  {
    rule: 'message-model 2.2: query.param of a piece without = is glued to the one before it',
    flow: show(...ctx('query.param.a', 'query.param.flag')) + respond,
    request: { path: '?a=1&flag' },
    expect: { logs: ['1&flag|null'] },
  },
  {
    rule: 'message-model 2.2: query.param.null takes a first piece without =',
    flow: show(...ctx('query.param.null')) + respond,
    request: { path: '?flag' },
    expect: { logs: ['null&flag'] },
  },
  {
    rule: 'message-model 2.2, 6.6: 400 is the code of an undecodable query.param, in the default fault sequence, then 202',
    flow: respond,
    fault: `${show("'own'")}${respond}`,
    artifacts: [`<sequence name="fault">${show(...ctx('ERROR_CODE'), ...axis2('HTTP_SC'))}</sequence>`],
    request: { path: '?a=%zz' },
    expect: { status: 202, body: '', logs: ['400|400'] },
  },
  {
    rule: 'message-model 2.2: 404 for a path without a resource',
    artifacts: [api('name="T" context="/t"', respond, 'uri-template="/only"')],
    request: { path: '/other', headers: { 'X-A': '1' } },
    expect: { status: 404, body: '', headers: { 'x-a': undefined } },
  },
  {
    rule: 'message-model 2.2: 405 for another method',
    artifacts: [api('name="T" context="/t"', respond)],
    request: { method: 'DELETE' },
    expect: { status: 405, body: '' },
  },
  {
    rule: 'message-model 2.2: _resource_mismatch_handler_ takes what no resource matches',
    artifacts: [
      api('name="T" context="/t"', respond, 'uri-template="/only"'),
      `<sequence name="_resource_mismatch_handler_">${set('HTTP_SC', '410')}${respond}</sequence>`,
    ],
    request: { path: '/other' },
    expect: { status: 410 },
  },
  {
    rule: 'message-model 2.2: _method_not_allowed_handler_ takes another method',
    artifacts: [
      api('name="T" context="/t"', respond),
      `<sequence name="_method_not_allowed_handler_">${set('HTTP_SC', '418')}${respond}</sequence>`,
    ],
    request: { method: 'DELETE' },
    expect: { status: 418 },
  },
  {
    rule: 'message-model 2.2: OPTIONS that no resource lists is answered with Allow, and 403 without an allowed origin',
    artifacts: [api('name="T" context="/t"', show("'mediated'") + respond)],
    request: { method: 'OPTIONS' },
    expect: { status: 403, headers: { allow: 'POST, GET' }, body: '', logs: [] },
  },
]);
