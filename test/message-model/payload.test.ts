import assert from 'node:assert/strict';
import type { MessageInput } from '../../runtime/index.js';
import { json, mediate, xml } from './expression-harness.js';
import { set, show, wire } from './harness.js';

const as = (type: string) => `<property name="messageType" value="${type}" scope="axis2"/>`;
const read = '<property name="read" expression="count(//*)"/>';

/** Body and mediators in, body out; undefined: a fault. */
type Row = readonly [rule: string, mediators: string, message: MessageInput, expected: string | undefined];

function bodies(title: string, rows: readonly Row[]): void {
  describe(title, () => {
    for (const [rule, mediators, message, expected] of rows) {
      it(rule, async () => {
        const result = await mediate(`${mediators}<respond/>`, message);
        assert.equal(result.outcome === 'responded' ? result.response?.body : undefined, expected);
      });
    }
  });
}

const toXml: readonly (readonly [json: string, xml: string])[] = [
  ['{}', '<jsonObject/>'],
  ['[]', '<jsonArray/>'],
  ['[1]', '<jsonArray><jsonElement>1</jsonElement></jsonArray>'],
  ['[null,null,1]', '<jsonArray><jsonElement/><jsonElement/><jsonElement>1</jsonElement></jsonArray>'],
  ['[[]]', '<jsonArray><jsonElement><jsonArray/></jsonElement></jsonArray>'],
  [
    '[{"a":1},{"a":2}]',
    '<jsonArray><jsonElement><a>1</a></jsonElement><jsonElement><a>2</a></jsonElement></jsonArray>',
  ],
  [
    '{"a":1,"b":"x","c":true,"d":null,"e":{},"f":[],"g":1.50,"h":1e3,"i":""}',
    '<jsonObject><a>1</a><b>x</b><c>true</c><d/><e/><g>1.50</g><h>1e3</h><i></i></jsonObject>',
  ],
  ['{"a":[1,2,"x",null,{},[]]}', '<jsonObject><a>1</a><a>2</a><a>x</a><a/><a/><a><jsonArray/></a></jsonObject>'],
  [
    '{"array":[[1,2,4]]}',
    '<jsonObject><array><jsonArray><jsonElement>1</jsonElement><jsonElement>2</jsonElement><jsonElement>4</jsonElement></jsonArray></array></jsonObject>',
  ],
  [
    '{"$schema":"x","12X12":1,"0":{},"1":[1]}',
    '<jsonObject><_JsonReader_PS_schema>x</_JsonReader_PS_schema><_JsonReader_PD_12X12>1</_JsonReader_PD_12X12><_JsonReader_PD_0/><_JsonReader_PD_1>1</_JsonReader_PD_1></jsonObject>',
  ],
  ['{"o":{"@id":"5","$":"txt"}}', '<jsonObject><o id="5">txt</o></jsonObject>'],
  ['{"a":1,"@x":"1"}', '<jsonObject x="1"><a>1</a></jsonObject>'],
  ['{"o":{"@id":null}}', '<jsonObject><o></o></jsonObject>'],
  ['{"o":{"@id":{"x":1}}}', '<jsonObject><o x="1"/></jsonObject>'],
  ['{"a":1,"a":2}', '<jsonObject><a>1</a><a>2</a></jsonObject>'],
];

bodies(
  'JSON written as XML',
  toXml.map(([body, expected]) => [
    `message-model 4.4: ${body} → ${expected}`,
    as('application/xml'),
    json(body),
    expected,
  ]),
);

const toJson: readonly (readonly [xml: string, json: string | undefined])[] = [
  ['<a/>', '{"a":null}'],
  ['<a x="1"/>', '{"a":{"@x":"1"}}'],
  ['<a x="1">5</a>', '{"a":{"@x":"1","$":5}}'],
  ['<a><b>1</b><b>2</b></a>', '{"a":{"b":[1,2]}}'],
  ['<a><b/><b>2</b></a>', '{"a":{"b":[null,2]}}'],
  ['<r><a>1</a><a>2</a><b>3</b><a>4</a></r>', '{"r":{"a":[1,2],"b":3,"a":4}}'],
  ['<a><b id="1"/><b id="2">x</b></a>', '{"a":{"b":[{"@id":"1"},{"@id":"2","$":"x"}]}}'],
  ['<root><abc nil="true"/></root>', '{"root":{"abc":{"@nil":"true"}}}'],
  ['<jsonObject/>', 'null'],
  ['<jsonArray/>', 'null'],
  ['<jsonArray><jsonElement>1</jsonElement></jsonArray>', '1'],
  ['<jsonArray><jsonElement>10</jsonElement><jsonElement>20</jsonElement></jsonArray>', '[10,20]'],
  ['<jsonArray><?xml-multiple jsonElement?></jsonArray>', '[]'],
  ['<jsonObject><arr><jsonArray><jsonElement>1</jsonElement></jsonArray></arr></jsonObject>', '{"arr":1}'],
  ['<jsonObject>text</jsonObject>', '"text"'],
  ['<a>{"x":1}</a>', '{"a":"{\\"x\\":1}"}'],
  ['<a>&nope;</a>', undefined],
  ['<a><b></a>', undefined],
  ['<pizza-topping category="NONVEG">Steak</pizza-topping>', '{"pizza-topping":{"@category":"NONVEG","$":"Steak"}}'],
];
const numbers: readonly (readonly [text: string, json: string])[] = [
  ['12345678901234567890', '12345678901234567890'],
  ['1.50', '1.50'],
  ['0012', '"0012"'],
  ['-0', '0'],
  ['-0.0', '0.0'],
  ['+5', '"+5"'],
  ['.5', '".5"'],
  ['5.', '"5."'],
  ['0E3', '0E+3'],
  ['1E400', '1E+400'],
  ['1e3', '1E+3'],
  ['1.5E-7', '1.5E-7'],
  ['0.00000001', '1E-8'],
  ['0.000001', '0.000001'],
  ['12e0', '12'],
  ['1.2300e2', '123.00'],
  ['NaN', '"NaN"'],
  ['Infinity', '"Infinity"'],
];
const inner = (n: number) =>
  `<arr><jsonArray><jsonElement>${n}</jsonElement><jsonElement>${n + 1}</jsonElement></jsonArray></arr>`;

bodies('XML written as JSON', [
  ...toJson.map(
    ([body, expected]): Row => [
      `message-model 4.5: ${body} → ${expected ?? 'a fault'}`,
      as('application/json'),
      xml(body),
      expected,
    ],
  ),
  ...numbers.map(
    ([text, expected]): Row => [
      `message-model 4.5: the text ${text} → ${expected}`,
      read + as('application/json'),
      xml(`<a>${text}</a>`),
      `{"a":${expected}}`,
    ],
  ),
  [
    'message-model 4.5: two arrays of arrays',
    read + as('application/json'),
    xml(`<jsonObject>${inner(1)}${inner(3)}</jsonObject>`),
    '{"arr":[[1,2],[3,4]]}',
  ],
  [
    'message-model 4.5: text wrapper',
    read + as('application/json'),
    { contentType: 'text/plain', body: 'hello' },
    '{"text":"hello"}',
  ],
]);

describe('the in-memory model', () => {
  const rows: [what: string, contentType: string, body: string, expected: string][] = [
    [
      'SOAP: the body child',
      'text/xml',
      '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><a/></e:Body></e:Envelope>',
      'a',
    ],
    ['POX: the document element', 'application/xml', '<a/>', 'a'],
    ['JSON object', 'application/json', '{"a":1}', 'jsonObject'],
    ['JSON array', 'application/json', '[1]', 'jsonArray'],
    ['JSON scalar', 'application/json', '"x"', 'jsonValue'],
    ['empty JSON: nothing', 'application/json', '', ''],
    ['form', 'application/x-www-form-urlencoded', 'a=1', 'xformValues'],
    ['text', 'text/plain', 'x', 'text'],
    ['binary', 'application/octet-stream', 'x', 'binary'],
    [
      'multipart: the operation',
      'multipart/form-data; boundary=B',
      '--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--B--\r\n',
      'mediate',
    ],
  ];
  for (const [what, contentType, body, expected] of rows) {
    it(`message-model 4.2: ${what}`, async () => {
      const steps = `<property name="x" expression="count(//*)"/><property name="name" expression="local-name($body/*)"/>`;
      const { message } = await mediate(steps, { method: 'POST', contentType, body });
      assert.equal(message.properties.default.name, expected);
    });
  }
});

const edit = '<enrich><source type="inline" clone="true"><z xmlns="">9</z></source><target xpath="//a"/></enrich>';

bodies('writing JSON', [
  ['message-model 4.3: stream and sourced element: the stored bytes', read, json(' {"a" : 1.50}'), ' {"a" : 1.50}'],
  ['message-model 4.3: enrich by an XPath drops the stream and writes the tree', edit, json('{"a":1}'), '{"z":9}'],
  [
    'message-model 4.3: no stream but element: converted',
    `<payloadFactory media-type="xml"><format><a xmlns="">1</a></format><args/></payloadFactory>${as('application/json')}`,
    json('{"b":1}'),
    '{"a":1}',
  ],
  [
    'message-model 4.3: stream and other element: the element is converted',
    `<enrich><source type="inline" clone="true"><z xmlns="">9</z></source><target type="body"/></enrich>${as('application/json')}`,
    xml('<a/>'),
    '{"z":9}',
  ],
  ['message-model 4.3: stream and no element: the stored bytes of a scalar', read, json('5'), '5'],
  [
    'message-model 4.3: neither: a fault without JSON_STRING',
    as('application/json'),
    { method: 'POST', contentType: 'application/json', body: '' },
    '',
  ],
  ['message-model 5.4: the bytes decide at first sight only', read, json('{"a":'), undefined],
  ['message-model 5.4: blanks alone are no payload', '', json('   '), '   '],
]);

const formatted: readonly (readonly [type: string, body: string, out: string])[] = [
  ['application/xml', '<a>1</a>', '<a>1</a>'],
  ['application/json', '{"a":1}', '{"a":1}'],
  ['application/x-www-form-urlencoded', 'a=1&b=x%20y', 'a=1&b=x%20y'],
  ['text/plain', 'hello', 'hello'],
  ['application/octet-stream', 'bytes', 'bytes'],
  ['application/binary', 'bytes', 'bytes'],
  ['text/xml', '<a>1</a>', '<a>1</a>'],
  ['text/html', '<p>1</p>', '<p>1</p>'],
];

wire('types that are read and written', [
  ...formatted.map(([type, body, out]) => ({
    rule: `message-model 5.2: ${type} is read and written`,
    flow: `${set('read', '1', 'default')}<property name="n" expression="count(//*)"/><respond/>`,
    request: { body, headers: { 'Content-Type': type } },
    expect: { status: 200, body: out },
  })),
  {
    rule: 'message-model 5.2: application/soap+xml is read and written as an envelope',
    flow: '<property name="n" expression="count(//*)"/><respond/>',
    request: {
      body: '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><a/></s:Body></s:Envelope>',
      headers: { 'Content-Type': 'application/soap+xml' },
    },
    expect: {
      body: `<?xml version='1.0' encoding='UTF-8'?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><a/></s:Body></s:Envelope>`,
    },
  },
  {
    rule: 'message-model 5.2: text/csv is not registered: it does not build',
    flow: '<property name="n" expression="count(//*)"/><respond/>',
    fault: `${set('HTTP_SC', '500')}<respond/>`,
    request: { body: 'a,b', headers: { 'Content-Type': 'text/csv' } },
    expect: { status: 500 },
  },
  {
    rule: 'message-model 5.2: hessian is not registered: it passes unread',
    flow: '<respond/>',
    request: { body: 'H\u0002', headers: { 'Content-Type': 'application/x-hessian' } },
    expect: { status: 200, body: 'H\u0002' },
  },
]);

wire(
  'types of answers',
  [
    ['formatter JSON', 'application/json', '{"a":1}', 'application/json; charset=UTF-8'],
    ['formatter application/xml', 'application/xml', '<a/>', 'application/xml; charset=UTF-8'],
    ['formatter text', 'text/plain', 'x', 'text/plain; charset=UTF-8'],
  ].map(([name, type = '', body = '', expected]) => ({
    rule: `message-model 5.9: ${name}: with a charset`,
    flow: '<property name="n" expression="count(//*)"/><header name="Content-Type" action="remove" scope="transport"/><respond/>',
    request: { body, headers: { 'Content-Type': type } },
    expect: { headers: { 'content-type': expected } },
  })),
);

const soapBody = (namespace: string) => `<s:Envelope xmlns:s="${namespace}"><s:Body><a/></s:Body></s:Envelope>`;
wire('types of SOAP requests', [
  {
    rule: 'message-model 5.9: formatter SOAP 1.1 reports text/xml with a charset',
    flow: '<property name="n" expression="count(//*)"/><header name="Content-Type" action="remove" scope="transport"/><call><endpoint><address uri="BE/"/></endpoint></call><respond/>',
    request: {
      body: soapBody('http://schemas.xmlsoap.org/soap/envelope/'),
      headers: { 'Content-Type': 'text/xml', SOAPAction: '"a"' },
    },
    expect: { seen: [{ headers: { 'content-type': 'text/xml; charset=UTF-8' } }] },
  },
  {
    rule: 'message-model 5.9: formatter SOAP 1.2 reports its type with charset and action',
    flow: '<property name="n" expression="count(//*)"/><header name="Content-Type" action="remove" scope="transport"/><call><endpoint><address uri="BE/"/></endpoint></call><respond/>',
    request: {
      body: soapBody('http://www.w3.org/2003/05/soap-envelope'),
      headers: { 'Content-Type': 'application/soap+xml; action="urn:a"' },
    },
    expect: { seen: [{ headers: { 'content-type': 'application/soap+xml; charset=UTF-8; action="urn:a"' } }] },
  },
]);

const nested = { server: { 'synapse.json.to.xml.processing.instruction.enabled': 'true' } };
wire('switches of the conversion', [
  {
    rule: 'message-model 4.6: synapse.json.to.xml.processing.instruction.enabled keeps arrays of one',
    ...nested,
    flow: `<property name="n" expression="count(//processing-instruction())"/>${show('$ctx:n')}<respond/>`,
    request: { body: '{"a":[1]}', headers: { 'Content-Type': 'application/json' } },
    expect: { logs: ['1.0'] },
  },
  {
    rule: 'message-model 4.6: synapse.commons.json.output.emptyXmlElemToEmptyStr is not read',
    server: { 'synapse.commons.json.output.emptyXmlElemToEmptyStr': 'true' },
    flow: `<property name="n" expression="count(//*)"/>${set('messageType', 'application/json')}<respond/>`,
    request: { body: '<a/>', headers: { 'Content-Type': 'application/xml' } },
    expect: { body: '{"a":null}' },
  },
  {
    rule: 'message-model 4.6: synapse.jsonpath.ignore.not.found.error true: removing what is not there is no fault',
    server: { 'synapse.jsonpath.ignore.not.found.error': 'true' },
    flow: '<enrich><source type="custom" xpath="json-eval($.none)"/><target type="body" action="remove"/></enrich><respond/>',
    request: { body: '{"a":1}', headers: { 'Content-Type': 'application/json' } },
    expect: { status: 200 },
  },
  {
    rule: 'message-model 4.6: synapse.streaming.xpath.enabled and synapse.streaming.jsonpath.enabled change no result',
    server: { 'synapse.streaming.xpath.enabled': 'true', 'synapse.streaming.jsonpath.enabled': 'true' },
    flow: `${show('//a')}<respond/>`,
    request: { body: '{"a":1}', headers: { 'Content-Type': 'application/json' } },
    expect: { logs: ['1'] },
  },
  {
    rule: 'message-model 4.6: synapse.commons.json.output.xmloutAutoArray and synapse.commons.json.output.xmloutMultiplePI false by default: no instructions',
    flow: `<property name="n" expression="count(//processing-instruction())"/>${show('$ctx:n')}<respond/>`,
    request: { body: '{"a":[1]}', headers: { 'Content-Type': 'application/json' } },
    expect: { logs: ['0.0'] },
  },
]);
