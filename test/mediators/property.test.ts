import assert from 'node:assert/strict';
import { problemsOf, refusals, table } from './harness.js';

const json = { body: '{"a":5,"d":7.9,"s":"x","o":{"k":[1]},"z":null,"key":"abc"}' };

describe('property', () => {
  table([
    {
      rule: 'mediators 3.1: a value of each type is converted once',
      xml: `<property name="s" value="v"/><property name="b" value="yes" type="BOOLEAN"/><property name="i" value="5" type="INTEGER"/>
        <property name="l" value="5" type="LONG"/><property name="h" value="5" type="SHORT"/><property name="f" value="1.5" type="FLOAT"/>
        <property name="d" value="1e400" type="DOUBLE"/><property name="x" value="&lt;a&gt;1&lt;/a&gt;" type="OM"/>
        <property name="j" value="{&quot;a&quot;:1.0}" type="JSON"/>`,
      expect: {
        outcome: true,
        properties: {
          s: 'v',
          b: 'Boolean:true',
          i: 'Integer:5',
          l: 'Long:5',
          h: 'Short:5',
          f: 'Float:1.5',
          d: 'Double:Infinity',
          x: 'XML:<a>1</a>',
          j: 'JSON:{"a":1.0}',
        },
      },
    },
    {
      rule: 'message-model 1.2: INTEGER and SHORT cut the fraction of an expression off, a short wraps',
      xml: `<property name="raw" value="70000.9"/><property name="i" expression="json-eval($.d)" type="INTEGER"/>
        <property name="h" expression="$ctx:raw" type="SHORT"/><property name="n" expression="'-7.9'" type="INTEGER"/>
        <property name="f" expression="'1.5f'" type="INTEGER"/><property name="m" expression="'99999999999.5'" type="INTEGER"/>`,
      given: json,
      expect: {
        properties: { i: 'Integer:7', h: 'Short:4464', n: 'Integer:-7', f: 'Integer:1', m: 'Integer:2147483647' },
      },
    },
    {
      rule: 'mediators 3.1: an expression that is no number faults with its text',
      xml: `<property name="p" expression="'2147483648'" type="INTEGER"/>`,
      expect: {
        outcome: 'fault',
        fault:
          'Unknown type : INTEGER for the property mediator or the property value cannot be converted into the specified type.',
      },
    },
    {
      rule: 'message-model 1.2: a null result leaves the default scope alone, is false as BOOLEAN and faults as LONG',
      xml: `<property name="old" value="kept"/><property name="old" expression="$ctx:none"/>
        <property name="b" expression="$ctx:none" type="BOOLEAN"/><property name="l" expression="$ctx:none" type="LONG"/>`,
      expect: { outcome: 'fault', properties: { old: 'kept', b: 'Boolean:false' } },
    },
    {
      rule: 'mediators 3.1: JSON that does not parse is retried as a string, and then ignored',
      xml: `<property name="s" value="plain words" type="JSON"/><property name="old" value="kept"/>
        <property name="old" expression="'a&quot;b: {'" type="JSON"/>`,
      expect: { outcome: true, properties: { s: 'JSON:"plain words"', old: 'kept' } },
    },
    {
      rule: 'message-model 1.2: JSON null and an empty text are a JSON null; of two XML roots the first counts',
      xml: `<property name="n" value="null" type="JSON"/><property name="e" expression="''" type="JSON"/>
        <property name="x" expression="'&lt;a/&gt;&lt;b/&gt;'" type="OM"/>`,
      expect: { properties: { n: 'JSON:null', e: 'JSON:null', x: 'XML:<a/>' } },
    },
    {
      rule: 'api-management 4.1: a number of a registry resource that is not there is null (reference: fault)',
      xml: `<property name="p" expression="get-property('registry', 'local:/none')" type="LONG"/><property name="s" expression="get-property('registry', 'local:/none')"/>`,
      expect: { outcome: true, properties: { p: undefined, s: '' } },
    },
    {
      rule: 'mediators 3.1: value wins over a child element, that over expression',
      xml: `<property name="v" value="v"><a xmlns="">c</a></property><property name="c" expression="'e'"><a xmlns="" k="1">c</a></property>`,
      expect: { properties: { v: 'v', c: 'XML:<a k="1">c</a>' } },
    },
    {
      rule: 'mediators 3.1: the scopes',
      xml: `<property name="p" value="1" scope="axis2"/><property name="X-P" value="2" type="INTEGER" scope="transport"/>
        <property name="local:/r" value="3" scope="registry"/><property name="local:/r@k" value="4" scope="registry"/>
        <property name="X-N" expression="$ctx:none" scope="transport"/>`,
      expect: {
        axis2: { p: '1' },
        headers: { 'X-P': 'Integer:2', 'X-N': '' },
        registry: { 'local:/r': '', 'local:/r@k': '4' },
      },
    },
    {
      rule: 'message-model 1.2: messageType also sets ContentType and the header',
      xml: '<property name="messageType" value="text/plain" scope="axis2"/>',
      given: json,
      expect: {
        axis2: { messageType: 'text/plain', ContentType: 'text/plain' },
        headers: { 'Content-Type': 'text/plain' },
      },
    },
    {
      rule: 'message-model 1.1: the property RESPONSE marks the operation as answered later',
      xml: '<property name="RESPONSE" value="true"/><in><log level="custom"><property name="say" value="in"/></log></in><out><log level="custom"><property name="say" value="out"/></log></out>',
      expect: { logs: ['say = out'] },
    },
    {
      rule: 'mediators 3.1: remove deletes in its scope only; another word than remove sets',
      xml: `<property name="a" action="remove"/><property name="X-A" action="remove" scope="transport"/>
        <property name="k" action="remove" scope="axis2"/><property name="w" value="x" action="REMOVE"/>`,
      given: { properties: { a: '1' }, headers: { 'x-a': '1' }, axis2: { k: '1' } },
      expect: { properties: { a: undefined, w: 'x' }, headers: { 'x-a': undefined }, axis2: { k: undefined } },
    },
    {
      rule: 'message-model 1.2: removing axis2 TRANSPORT_HEADERS removes all headers',
      xml: '<property name="TRANSPORT_HEADERS" action="remove" scope="axis2"/>',
      given: { headers: { 'X-A': '1' } },
      expect: { headers: { 'X-A': undefined } },
    },
    {
      rule: 'mediators 3.1: dynamic names, an empty one goes on',
      xml: `<property name="{json-eval($.key)}" value="1"/><property name="{\${payload.key + &quot;2&quot;}}" value="2"/>
        <property name="{$ctx:none}" value="3"/>`,
      given: json,
      expect: { outcome: true, properties: { abc: '1', abc2: '2', '': '3' } },
    },
    {
      rule: 'mediators 3.1: pattern has to match the whole text; an unused group keeps the old value',
      xml: `<property name="g" value="ab-cd" pattern="(.*)-(.*)" group="2"/><property name="n" value="abcd" pattern="ab"/>
        <property name="h" value="ab" pattern="(a)b" group="7"/><property name="o" value="old"/>
        <property name="o" expression="'b'" pattern="(a)?b" group="1"/>`,
      expect: { properties: { g: 'cd', n: '', h: '', o: 'old' } },
    },
  ]);

  refusals([
    { rule: 'mediators 3.1: no name', xml: '<property value="1"/>', code: 'missing-attribute' },
    { rule: 'mediators 3.1: no value', xml: '<property name="a"/>', code: 'missing-attribute' },
    {
      rule: 'mediators 3.1: unknown scope',
      xml: '<property name="a" value="1" scope="synapse"/>',
      code: 'invalid-attribute-value',
    },
    {
      rule: 'mediators 3.1: types are upper case',
      xml: '<property name="a" value="1" type="integer"/>',
      code: 'invalid-attribute-value',
    },
    {
      rule: 'mediators 3.1: a static value of the wrong type',
      xml: '<property name="a" value="5.7" type="INTEGER"/>',
      code: 'invalid-attribute-value',
    },
    {
      rule: 'mediators 3.1: group without pattern',
      xml: '<property name="a" value="1" group="1"/>',
      code: 'missing-attribute',
    },
    {
      rule: 'mediators 3.1: negative group',
      xml: '<property name="a" value="1" pattern="1" group="-1"/>',
      code: 'invalid-attribute-value',
    },
    { rule: 'mediators 3.1: bad pattern', xml: '<property name="a" value="1" pattern="("/>', code: 'invalid-regex' },
    { rule: 'mediators 3.1: bad expression', xml: '<property name="a" expression="//["/>', code: 'invalid-expression' },
    {
      rule: 'mediators 3.1: deferred name',
      xml: '<property name="{{$ctx:n}}" value="v"/>',
      code: 'invalid-attribute-value',
    },
  ]);

  it('mediators 3.1: a refusal names the line and column of the attribute', () => {
    const [problem] = problemsOf('<log level="custom"/>\n  <property name="a" value="1" scope="nope"/>');
    assert.equal(problem?.line, 2);
    assert.equal(problem?.column, '  <property name="a" value="1" scope="'.length + 1);
  });
});

describe('propertyGroup', () => {
  table([
    {
      rule: 'mediators 3.2: members in order, others ignored, a failing member stops',
      xml: `<propertyGroup><property name="a" value="1"/><log/><property name="b" expression="concat($ctx:a,'2')"/>
        <property name="c" expression="'x'" type="INTEGER"/><property name="d" value="1"/></propertyGroup>`,
      expect: { outcome: 'fault', logs: [], properties: { a: '1', b: '12', d: undefined } },
    },
  ]);
});
