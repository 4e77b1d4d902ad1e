import { refusals, table } from './harness.js';

const soap = {
  contentType: 'text/xml',
  headers: { SOAPAction: '"urn:act"' },
  body: '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Header><h:T xmlns:h="urn:h">x</h:T></soapenv:Header><soapenv:Body><a xmlns="">1</a></soapenv:Body></soapenv:Envelope>',
};

describe('header', () => {
  table([
    {
      rule: 'mediators 3.4: transport headers are set and removed; a null value becomes empty',
      xml: `<header name="X-A" value="Bearer \${vars.tok}" scope="transport"/><header name="X-E" expression="json-eval($.a)" scope="transport"/>
        <header name="X-N" expression="$ctx:none" scope="transport"/><header name="X-Old" action="remove" scope="transport"/>`,
      given: { body: '{"a":"v"}', headers: { 'x-old': '1' } },
      expect: { headers: { 'X-A': 'Bearer ${vars.tok}', 'X-E': 'v', 'X-N': '', 'x-old': undefined } },
    },
    {
      rule: 'mediators 3.4: the well-known names are addressing fields, Action is both actions',
      xml: `<header name="To" value="urn:to"/><header name="From" value="urn:from"/><header name="Action" value="urn:act"/>
        <header name="ReplyTo" value="urn:reply"/><header name="From" action="remove"/><log/>`,
      expect: {
        logs: [
          'To: urn:to, WSAction: urn:act, SOAPAction: urn:act, ReplyTo: urn:reply, MessageID: *, Direction: request',
        ],
      },
    },
    {
      rule: 'mediators 3.4: a prefixed name appends a header block, never replaces',
      xml: `<header name="h:Token" value="v1" xmlns:h="urn:h"/><header name="h:Token" value="v2" xmlns:h="urn:h"/><log level="headers"/>`,
      given: soap,
      expect: { logs: ['T : x, Token : v1, Token : v2'] },
    },
    {
      rule: 'mediators 3.4: removing takes the blocks of that namespace and name',
      xml: '<header name="k:T" action="remove" xmlns:k="urn:h"/><log level="headers"/>',
      given: soap,
      expect: { logs: [''] },
    },
    {
      rule: 'mediators 3.4: a Header that lost its last block is still written',
      xml: '<header name="k:T" action="remove" xmlns:k="urn:h"/><property name="e" expression="$env"/>',
      given: soap,
      expect: {
        properties: {
          e: "<?xml version='1.0' encoding='utf-8'?><soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Header/><soapenv:Body><a>1</a></soapenv:Body></soapenv:Envelope>",
        },
      },
    },
    {
      rule: 'mediators 3.4: a new Header takes the prefix of its envelope',
      xml: '<header><h:A xmlns:h="urn:h">1</h:A></header><property name="e" expression="$env"/>',
      given: {
        ...soap,
        body: '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><a>1</a></s:Body></s:Envelope>',
      },
      expect: {
        properties: {
          e: '<?xml version=\'1.0\' encoding=\'utf-8\'?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header><h:A xmlns:h="urn:h">1</h:A></s:Header><s:Body><a>1</a></s:Body></s:Envelope>',
        },
      },
    },
    {
      rule: 'mediators 3.4: type OM parses the value, child elements become blocks',
      xml: `<header name="h:X" value="&lt;i&gt;1&lt;/i&gt;" type="om" xmlns:h="urn:h"/><header><p:Y xmlns:p="urn:p">z</p:Y></header>
        <property name="i" expression="//h:X/i" xmlns:h="urn:h"/><property name="y" expression="//p:Y" xmlns:p="urn:p"/>`,
      given: soap,
      expect: { properties: { i: '1', y: 'z' } },
    },
  ]);

  refusals([
    {
      rule: 'mediators 3.4: an unprefixed unknown name',
      xml: '<header name="Custom" value="1"/>',
      code: 'invalid-attribute-value',
    },
    {
      rule: 'mediators 3.4: an undeclared prefix',
      xml: '<header name="zz:Custom" value="1"/>',
      code: 'undeclared-prefix',
    },
    { rule: 'mediators 3.4: no value', xml: '<header name="To"/>', code: 'missing-attribute' },
    { rule: 'mediators 3.4: neither name nor child', xml: '<header/>', code: 'missing-attribute' },
    {
      rule: 'mediators 3.4: other scopes',
      xml: '<header name="To" value="1" scope="axis2"/>',
      code: 'invalid-attribute-value',
    },
  ]);
});
