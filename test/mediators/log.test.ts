import assert from 'node:assert/strict';
import { refusals, run, table } from './harness.js';

const pair = '<property name="p1" value="v1"/><property name="p2" expression="$trp:X-A"/>';
const json = { body: '{ "a": 1 }', headers: { 'X-A': 'z' } };
const api = { properties: { ARTIFACT_NAME: 'apiHello', REST_METHOD: 'GET', REST_FULL_REQUEST_PATH: '/h/1?a=b' } };

describe('log', () => {
  table([
    {
      rule: 'mediators 3.5: simple is the default',
      xml: `<log>${pair}</log>`,
      given: { ...json, to: '/c', axis2: { correlation_id: 'C' } },
      expect: { logs: ['To: /c, MessageID: *, correlation_id: C, Direction: request, p1 = v1, p2 = z'] },
    },
    {
      rule: 'mediators 3.5: without To nothing stands behind it; the direction follows the response flag',
      xml: '<header name="To" action="remove"/><log/>',
      given: { response: true },
      expect: { logs: ['To: , MessageID: *, Direction: response'] },
    },
    {
      rule: 'mediators 3.5: full ends with the payload, JSON as it is',
      xml: `<log level="full">${pair}</log>`,
      given: { ...json, to: '/c' },
      expect: { logs: ['To: /c, MessageID: *, Direction: request, p1 = v1, p2 = z, Payload: { "a": 1 }'] },
    },
    {
      rule: 'mediators 3.5: full shows anything else as its envelope, logFullPayload beats any level',
      xml: '<log level="bogus" logFullPayload="TRUE"/>',
      given: { body: '<r/>', to: '/c' },
      expect: {
        logs: [
          `To: /c, MessageID: *, Direction: request, Envelope: <?xml version='1.0' encoding='utf-8'?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><r/></soapenv:Body></soapenv:Envelope>`,
        ],
      },
    },
    {
      rule: 'mediators 3.5: headers has the correlation id without separator',
      xml: `<log level="headers">${pair}</log>`,
      given: { ...json, axis2: { correlation_id: 'C' } },
      expect: { logs: [' correlation_id : C, p1 = v1, p2 = z'] },
    },
    {
      rule: 'mediators 3.5: custom writes properties; null is a word, a failing ${…} empty',
      xml: '<log level="custom"><property name="n" expression="$ctx:none"/><property name="e" expression="${payload.none}"/><property name="v" value="1" expression="$ctx:x"/></log>',
      given: json,
      expect: { logs: ['n = null, e = , v = 1'] },
    },
    {
      rule: 'mediators 3.5: a message without level is written alone',
      xml: `<log separator=" | "><message>a \${payload.a}\\n</message>${pair}</log>`,
      given: json,
      expect: { logs: ['a 1\n | p1 = v1 | p2 = z'] },
    },
    {
      rule: 'mediators 3.5: a message with a level comes first',
      xml: '<log level="simple"><message>hello</message></log>',
      given: { to: '/c' },
      expect: { logs: ['hello, To: /c, MessageID: *, Direction: request'] },
    },
    {
      rule: 'mediators 3.5: one leading separator is cut off',
      xml: '<log level="custom" separator=", "><message>, lead</message></log>',
      expect: { logs: ['lead'] },
    },
    {
      rule: 'mediators 3.5: message ids on request',
      xml: '<log level="custom" logMessageID="true"><message>m</message></log>',
      given: { axis2: { correlation_id: 'C' } },
      expect: { logs: ['MessageID: *, correlation_id: C, m'] },
    },
    {
      rule: 'mediators 3.5: categories in any case; DEBUG does not even evaluate when it is off',
      xml: `<log level="custom" category=" warn "><property name="a" value="1"/></log><log level="custom" category="debug"><property name="b" expression="$nosuch:x/y"/></log>`,
      expect: { logs: ['a = 1'], outcome: true },
    },
    {
      rule: 'mediators 3.5: the artifact stands in front, with the request for a message in an API',
      xml: '<log level="custom"><property name="a" value="1"/></log><log><message>m</message></log>',
      given: api,
      expect: { logs: ['{api:Hello} a = 1', '{api:Hello GET /h/1?a=b} m'] },
    },
    {
      rule: 'mediators 3.5: labels of other artifacts',
      xml: '<log level="custom"><property name="a" value="1"/></log>',
      given: { properties: { ARTIFACT_NAME: 'proxyP' } },
      expect: { logs: ['{proxy:P} a = 1'] },
    },
    {
      rule: 'mediators 2.7: an element as the value of a property faults',
      xml: '<log level="custom"><property name="n"><a xmlns="">1</a></property></log>',
      expect: { outcome: 'fault' },
    },
  ]);

  table(
    (
      [
        ['<log/>', true],
        ['<log level="headers"/>', true],
        ['<log level="custom"><property name="p" expression="concat($ctx:a, \'x\')"/></log>', false],
        ['<log level="custom"><property name="p" expression="//a"/></log>', true],
        ['<log><message>m</message></log>', false],
        ['<log><message>${payload.a}</message></log>', true],
        ['<property name="p" expression="$ctx:x/a"/>', false],
        ['<property name="p" expression="json-eval($ctx:x)"/>', true],
        ['<property name="DISABLE_CHUNKING" value="true" scope="axis2"/>', true],
        ['<property name="{//a}" value="1"/>', true],
        ['<propertyGroup/>', true],
        ['<header name="X" value="1" scope="transport"/>', false],
        ['<header name="To" value="1"/>', true],
        ['<filter xpath="true()"><then/></filter><switch source="$ctx:a"/><sequence name="s"/><in/><out/>', false],
        ['<sequence key="{json-eval($.k)}"/>', true],
        ['<variable name="v" expression="${vars.x}"/>', false],
        ['<call-template target="t"><with-param name="p" value="{//a}"/></call-template>', true],
        ['<drop/>', false],
      ] as const
    ).map(([xml, built]) => ({
      rule: `mediators 2.4: ${xml} ${built ? 'builds' : 'leaves'} the body`,
      xml,
      given: { body: '<r><a>1</a></r>', templates: ['<template name="t"><parameter name="p"/><sequence/></template>'] },
      expect: { built },
    })),
  );

  refusals([
    { rule: 'mediators 3.5: levels are lower case', xml: '<log level="Custom"/>', code: 'invalid-attribute-value' },
    { rule: 'mediators 3.5: unknown category', xml: '<log category="NOTICE"/>', code: 'invalid-attribute-value' },
    {
      rule: 'mediators 3.5: a message that does not parse',
      xml: '<log><message>${1 +}</message></log>',
      code: 'invalid-expression',
    },
    {
      rule: 'mediators 2.7: a property without value',
      xml: '<log><property name="n"/></log>',
      code: 'missing-attribute',
    },
    {
      rule: 'mediators 2.7: a blank value',
      xml: '<log><property name="n" value=" "/></log>',
      code: 'invalid-attribute-value',
    },
    {
      rule: 'mediators 2.7: a property without name',
      xml: '<log><property value="n"/></log>',
      code: 'missing-attribute',
    },
  ]);
});

describe('secrets in the lines of a log', () => {
  const secret = 's3cr3t-value';
  const headers = {
    Authorization: `Bearer ${secret}`,
    'Proxy-Authorization': `Basic ${secret}`,
    Cookie: `session=${secret}`,
    'Set-Cookie': `session=${secret}`,
    'X-API-Key': secret,
    apikey: secret,
  };
  const security = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';
  const envelope = (password: string) =>
    `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Header><w:Security xmlns:w="${security}">${password}</w:Security><id>7</id></soapenv:Header><soapenv:Body><r/></soapenv:Body></soapenv:Envelope>`;
  const soap = {
    contentType: 'text/xml',
    body: envelope(`${secret}<w:UsernameToken><w:Password>${secret}</w:Password></w:UsernameToken>`),
    headers: { ...headers, SOAPAction: 'a' },
    to: '/c',
  };

  for (const level of ['simple', 'headers', 'full', 'custom']) {
    for (const body of ['{"a":1}', '<r/>']) {
      it(`mediators 3.5: level ${level} of ${body} writes no transport header`, async () => {
        const { logs } = await run(`<log level="${level}" logMessageID="true"/>`, { body, headers, to: '/c' });
        assert.equal(logs.length, 1);
        assert.ok(!logs.join().includes(secret), logs.join());
      });
    }
  }

  table([
    {
      rule: 'mediators 3.5: headers hides what a WS-Security header holds',
      xml: '<log level="headers"/>',
      given: soap,
      expect: { logs: ['Security : ***, id : 7'] },
    },
    {
      rule: 'mediators 3.5: full does too, and the message stays as it is',
      xml: '<log level="full"/><log level="custom"><property name="kept" expression="//*[local-name()=\'Password\']"/></log>',
      given: soap,
      expect: {
        logs: [
          `To: /c, MessageID: *, Direction: request, Envelope: <?xml version='1.0' encoding='utf-8'?>${envelope('***')}`,
          `kept = ${secret}`,
        ],
      },
    },
    {
      rule: 'mediators 3.5: a header that the author names is written',
      xml: '<log level="custom"><property name="a" expression="$trp:Authorization"/></log>',
      given: { headers },
      expect: { logs: [`a = Bearer ${secret}`] },
    },
  ]);
});
