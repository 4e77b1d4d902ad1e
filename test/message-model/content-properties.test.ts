import { call, payload, read, remove, set, show, wire } from './harness.js';

const respond = '<respond/>';
const json = { 'Content-Type': 'application/json' };
const xml = { 'Content-Type': 'application/xml' };
const post = { body: '{"a":1}', headers: json };
const soap11 = 'http://schemas.xmlsoap.org/soap/envelope/';
const error = show('$ctx:ERROR_CODE', '$ctx:ERROR_MESSAGE') + respond;

wire('content and serialisation properties', [
  {
    rule: 'message-model 2.6: messageType selects the formatter',
    flow: read + set('messageType', 'application/xml') + respond,
    request: post,
    expect: { body: '<jsonObject><a>1</a></jsonObject>' },
  },
  {
    rule: 'message-model 2.6: ContentType selects the builder when the body is read',
    flow: set('ContentType', 'text/plain') + show('//*[local-name()="text"]') + respond,
    request: post,
    expect: { logs: ['{"a":1}'] },
  },
  {
    rule: 'message-model 2.6: CHARACTER_SET_ENCODING is the encoding of the answer and its parameter',
    flow: read + set('CHARACTER_SET_ENCODING', 'ISO-8859-1') + show("'x'") + respond,
    request: { body: '<a>é</a>', headers: xml },
    expect: { headers: { 'content-type': 'application/xml; charset=ISO-8859-1', 'content-length': '8' } },
  },
  {
    rule: 'message-model 2.6: setCharacterEncoding false suppresses the parameter',
    flow: read + set('setCharacterEncoding', 'false') + respond,
    request: { body: '<a/>', headers: xml },
    expect: { headers: { 'content-type': 'application/xml' } },
  },
  {
    rule: 'message-model 2.6: WRITE_XML_DECLARATION true writes the declaration of plain XML',
    flow: read + set('WRITE_XML_DECLARATION', 'TRUE') + respond,
    request: { body: '<a/>', headers: xml },
    expect: { body: '<?xml version="1.0" encoding="UTF-8" ?><a/>' },
  },
  {
    rule: 'message-model 2.6: WRITE_XML_DECLARATION false leaves out that of SOAP',
    flow: read + set('WRITE_XML_DECLARATION', 'false') + respond,
    request: {
      body: `<e:Envelope xmlns:e="${soap11}"><e:Body><a/></e:Body></e:Envelope>`,
      headers: { 'Content-Type': 'text/xml', SOAPAction: '"a"' },
    },
    expect: { body: `<e:Envelope xmlns:e="${soap11}"><e:Body><a/></e:Body></e:Envelope>` },
  },
  {
    rule: 'message-model 2.6: XML_DECLARATION_STANDALONE and XML_DECLARATION_ENCODING are written in the declaration',
    flow:
      read +
      set('WRITE_XML_DECLARATION', 'true') +
      set('XML_DECLARATION_STANDALONE', 'yes') +
      set('XML_DECLARATION_ENCODING', 'x-mine') +
      respond,
    request: { body: '<a/>', headers: xml },
    expect: { body: '<?xml version="1.0" encoding="x-mine" standalone="yes" ?><a/>' },
  },
  {
    rule: 'message-model 2.6: allow DTD is off: a DOCTYPE is refused',
    flow: read + respond,
    fault: error,
    request: { body: '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>', headers: xml },
    expect: { body: '' },
  },
  {
    rule: 'message-model 2.6: PRESERVE_XML_PROCESSING_INSTRUCTIONS before the build keeps those around the root, in front of it',
    flow: set('PRESERVE_XML_PROCESSING_INSTRUCTIONS', 'TRUE') + read + respond,
    request: { body: '<?one 1?><a/><?two 2?>', headers: xml },
    expect: { body: '<?one 1?><?two 2?><a/>' },
  },
  {
    rule: 'message-model 2.6: without PRESERVE_XML_PROCESSING_INSTRUCTIONS they are lost',
    flow: read + respond,
    request: { body: '<?one 1?><a/><?two 2?>', headers: xml },
    expect: { body: '<a/>' },
  },
  {
    rule: 'message-model 2.6: PRESERVE_SPACES true keeps blank text that is all of an element',
    flow: read + set('PRESERVE_SPACES', 'TRUE') + set('messageType', 'application/json') + respond,
    request: { body: '<a><b> </b></a>', headers: xml },
    expect: { body: '{"a":{"b":" "}}' },
  },
  {
    rule: 'message-model 2.6: without PRESERVE_SPACES it is null',
    flow: read + set('messageType', 'application/json') + respond,
    request: { body: '<a><b> </b></a>', headers: xml },
    expect: { body: '{"a":{"b":null}}' },
  },
  {
    rule: 'message-model 2.6: QUOTE_STRING_IN_PAYLOAD_FACTORY_JSON quotes string properties of a JSON payloadFactory',
    flow: `${set('QUOTE_STRING_IN_PAYLOAD_FACTORY_JSON', 'true', 'default')}${set('p', 'text', 'default')}<payloadFactory media-type="json"><format>{"a":$1}</format><args><arg expression="$ctx:p"/></args></payloadFactory>${respond}`,
    request: post,
    expect: { body: '{"a":"text"}' },
  },
  {
    rule: 'message-model 2.6, 4.3: JSON_STRING is written when there is neither stream nor element',
    flow:
      set('JSON_STRING', '{"j":1}') + set('NO_ENTITY_BODY', 'false') + set('messageType', 'application/json') + respond,
    request: { method: 'POST', body: '', headers: { 'Content-Type': 'application/xml' } },
    expect: { body: '{"j":1}' },
  },
  {
    rule: 'message-model 2.6: JSON_OBJECT, JsonInputStream.IsJsonObject and preserve.json.stream of a flow do not touch the body',
    flow:
      read +
      set('JSON_OBJECT', '{}') +
      set('org.apache.synapse.commons.json.JsonInputStream.IsJsonObject', 'false') +
      set('preserve.json.stream', 'true') +
      respond,
    request: post,
    expect: { body: '{"a":1}' },
  },
  {
    rule: 'message-model 2.6: force.json.message.validation reads the whole body when built; RAW_PAYLOAD has its text',
    server: { 'force.json.message.validation': 'true' },
    flow: `${read}<respond/>`,
    fault: show('$ctx:ERROR_CODE', '$axis2:RAW_PAYLOAD') + respond,
    request: { body: '{"a":1', headers: json },
    expect: { logs: ['601000|{"a":1'] },
  },
  {
    rule: 'message-model 2.6: force.xml.message.validation reads the whole body when built; RAW_PAYLOAD has its text',
    server: { 'force.xml.message.validation': 'true' },
    flow: `${payload('{}')}${respond}`,
    fault: show('$ctx:ERROR_CODE', '$axis2:RAW_PAYLOAD') + respond,
    request: { body: '<a><b></a>', headers: xml },
    expect: { logs: ['601000|<a><b></a>'] },
  },
  {
    rule: 'message-model 2.6: DECODE_MULTIPART_DATA as a Boolean decodes parts with a file name',
    flow: `<payloadFactory media-type="xml"><format><m xmlns=""><f filename="a.txt" content-type="text/plain">aGVsbG8=</f></m></format><args/></payloadFactory>${set('DECODE_MULTIPART_DATA', 'true', 'axis2', 'BOOLEAN')}${set('messageType', 'multipart/form-data')}${call}${show("'sent'")}${respond}`,
    request: post,
    expect: { seen: [{ body: /filename="a\.txt"[\s\S]*\r\n\r\nhello\r\n/ }] },
  },
  {
    rule: 'message-model 2.6: ENABLE_SWA without effect on JSON',
    flow: read + set('ENABLE_SWA', 'true') + call + respond,
    request: post,
    expect: { seen: [{ body: '{"a":1}' }] },
  },
  {
    rule: 'message-model 2.6: invokedREST of an answer is the REST switch that the endpoint set',
    flow: `<call><endpoint><address uri="BE/" format="rest"/></endpoint></call>${show('$axis2:invokedREST')}${respond}`,
    request: post,
    expect: { logs: ['true'] },
  },
  {
    rule: 'message-model 2.6: MESSAGE_FORMAT of a REST and of a SOAP 1.1 client',
    flow: show("get-property('MESSAGE_FORMAT')") + respond,
    request: { body: '<a/>', headers: xml },
    expect: { logs: ['pox'] },
  },
  {
    rule: 'message-model 2.6: MESSAGE_FORMAT of a SOAP 1.1 client',
    flow: show("get-property('MESSAGE_FORMAT')") + respond,
    request: {
      body: `<e:Envelope xmlns:e="${soap11}"><e:Body><a/></e:Body></e:Envelope>`,
      headers: { 'Content-Type': 'text/xml', SOAPAction: '"a"' },
    },
    expect: { logs: ['soap11'] },
  },
  {
    rule: 'message-model 2.6: OperationName and OperationNamespace can be read of any message',
    flow:
      show("string-length(get-property('OperationName')) >= 0", "boolean(get-property('OperationNamespace'))") +
      respond,
    expect: { status: 200 },
  },
]);

wire('error properties', [
  {
    rule: 'message-model 2.7, 6.6: ERROR_CODE 0, ERROR_MESSAGE, ERROR_DETAIL and ERROR_EXCEPTION of an exception without a code',
    flow: '<property name="p" type="INTEGER" expression="\'abc\'"/>',
    fault:
      show(
        '$ctx:ERROR_CODE',
        'string-length($ctx:ERROR_MESSAGE) > 0',
        'string-length($ctx:ERROR_DETAIL) > 0',
        'boolean($ctx:ERROR_EXCEPTION)',
      ) + respond,
    expect: { logs: ['0|true|true|true'] },
  },
  {
    rule: 'message-model 2.7: ERROR_CODE that is set masks a later failure',
    flow: `${set('ERROR_CODE', '7', 'default')}${set('ERROR_MESSAGE', 'old', 'default')}<property name="p" type="INTEGER" expression="'abc'"/>`,
    fault: show('$ctx:ERROR_CODE', '$ctx:ERROR_MESSAGE') + respond,
    expect: { logs: ['7|old'] },
  },
  {
    rule: 'message-model 2.7, 6.7: BASE_ERROR_CODE and PROTOCOL_STATE_ON_FAILURE of a broken connection: the code is their sum',
    flow: call,
    fault: show('$ctx:ERROR_CODE', '$ctx:BASE_ERROR_CODE', '$ctx:PROTOCOL_STATE_ON_FAILURE') + respond,
    request: post,
    backend: [{ close: true }],
    expect: { logs: ['101508|101505|3'] },
  },
  {
    rule: 'message-model 2.7, 6.4, 6.6: FORCE_ERROR_ON_SOAP_FAULT: a SOAP fault for a SOAP request is the failure 500000',
    flow: set('FORCE_ERROR_ON_SOAP_FAULT', 'true', 'default') + call + respond,
    fault: show('$ctx:ERROR_CODE', '$ctx:ERROR_MESSAGE') + respond,
    request: {
      body: `<e:Envelope xmlns:e="${soap11}"><e:Body><a/></e:Body></e:Envelope>`,
      headers: { 'Content-Type': 'text/xml', SOAPAction: '"a"' },
    },
    backend: [
      {
        status: 500,
        headers: { 'Content-Type': 'text/xml' },
        body: `<e:Envelope xmlns:e="${soap11}"><e:Body><e:Fault><faultcode>e:Server</faultcode><faultstring>x</faultstring></e:Fault></e:Body></e:Envelope>`,
      },
    ],
    expect: { logs: ['500000|null'] },
  },
  {
    rule: 'message-model 2.7: FORCE_ERROR_ON_SOAP_FAULT: with a REST request the fault is not noticed',
    flow: set('FORCE_ERROR_ON_SOAP_FAULT', 'true', 'default') + call + show("'on'") + respond,
    request: { body: '<a/>', headers: xml },
    backend: [
      {
        status: 500,
        headers: { 'Content-Type': 'text/xml' },
        body: `<e:Envelope xmlns:e="${soap11}"><e:Body><e:Fault><faultcode>e:Server</faultcode><faultstring>x</faultstring></e:Fault></e:Body></e:Envelope>`,
      },
    ],
    expect: { logs: ['on'], status: 500 },
  },
  {
    rule: 'message-model 2.7: non.error.http.status.codes: a 404 of a blocking call is no error',
    flow: `${set('non.error.http.status.codes', '404,410')}<call blocking="true"><endpoint><address uri="BE/"/></endpoint></call>${show('$ctx:blocking.sender.error', '$axis2:HTTP_SC')}${respond}`,
    request: post,
    backend: [{ status: 404 }],
    expect: { logs: ['false|404'] },
  },
  {
    rule: 'message-model 2.7: error.http.status.codes: a 500 of a blocking call is an error, blocking.sender.error true',
    flow: `${set('error.http.status.codes', '500')}<call blocking="true"><endpoint><address uri="BE/"/></endpoint></call>${respond}`,
    fault: show('$ctx:ERROR_CODE', '$ctx:blocking.sender.error') + respond,
    request: post,
    backend: [{ status: 500 }],
    expect: { logs: ['500|true'] },
  },
  {
    rule: 'message-model 2.7: PRESERVE_ENVELOPE: the body is still there for the fault sequence',
    flow: '<call><endpoint><address uri="BE/"/><property name="PRESERVE_ENVELOPE" value="true"/></endpoint></call>',
    fault: show('json-eval($.a)') + respond,
    request: post,
    backend: [{ close: true }],
    expect: { logs: ['1'] },
  },
  {
    rule: 'message-model 2.7: FAULT_MESSAGE is TRUE for a status of 400 or more, and get-property FAULT says so',
    flow: call + show('$axis2:FAULT_MESSAGE', "get-property('FAULT')") + respond,
    request: post,
    backend: [{ status: 400 }],
    expect: { logs: ['TRUE|TRUE'] },
  },
]);

wire('miscellaneous properties', [
  {
    rule: 'message-model 2.9: SERVER_IP and SERVER_HOST of a flow are its own',
    flow:
      set('SERVER_IP', 'x', 'default') +
      set('SERVER_HOST', 'y', 'default') +
      show('$ctx:SERVER_IP', '$ctx:SERVER_HOST') +
      respond,
    expect: { logs: ['x|y'] },
  },
  {
    rule: 'message-model 2.9: synapse.isresponse and the switches of addressing and RM leave a call alone',
    flow:
      [
        'synapse.isresponse',
        'enforceWSAddressing',
        'AddressingAddedBySynapse',
        'synapse.RelatesToForPox',
        'is_cxf_ws_rm',
      ]
        .map((name) => set(name, 'true'))
        .join('') +
      set('originalMessageType', 'text/plain') +
      call +
      respond,
    request: post,
    expect: {
      status: 200,
      body: '{"backend":"ok"}',
      seen: [{ body: '{"a":1}', headers: { 'content-type': 'application/json' } }],
    },
  },
  {
    rule: 'message-model 2.9: message.processor.name, task.name, _INTERNAL_TRIGGER_TYPE, _INTERNAL_TRIGGER_NAME and _INTERNAL_ENDPOINT_REFERENCE are plain properties',
    flow:
      [
        'message.processor.name',
        'task.name',
        '_INTERNAL_TRIGGER_TYPE',
        '_INTERNAL_TRIGGER_NAME',
        '_INTERNAL_ENDPOINT_REFERENCE',
      ]
        .map((name) => set(name, name, 'default') + show(`get-property('${name}')`))
        .join('') + respond,
    expect: {
      logs: [
        'message.processor.name',
        'task.name',
        '_INTERNAL_TRIGGER_TYPE',
        '_INTERNAL_TRIGGER_NAME',
        '_INTERNAL_ENDPOINT_REFERENCE',
      ],
    },
  },
  {
    rule: 'message-model 2.9, 1.2: ANALYTICS_METADATA is a map; scope analytics writes its entries and removes them',
    flow: `${set('k', 'v', 'analytics')}${show('$ANALYTICS_METADATA:k')}${remove('k', 'analytics')}${show('$ANALYTICS_METADATA:k')}${respond}`,
    fault: show("'gone'") + respond,
    expect: { logs: ['v', 'gone'] },
  },
]);
