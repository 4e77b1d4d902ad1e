import { refusals, table } from './harness.js';

const json = { body: '{"n":7,"d":2.75,"s":"str","b":true,"o":{"k":1},"nul":null,"digits":"42"}' };

describe('variable', () => {
  table([
    {
      rule: 'mediators 3.3: static values',
      xml: `<variable name="s" value="v"/><variable name="i" type="INTEGER" value="7"/><variable name="j" type="JSON" value="plain"/>
        <variable name="x" type="XML" value="&lt;a&gt;1&lt;/a&gt;"/><variable name="bad" type="JSON" value="{&quot;a&quot;:"/>`,
      expect: { variables: { s: 'v', i: 'Integer:7', j: 'JSON:"plain"', x: 'XML:<a>1</a>', bad: undefined } },
    },
    {
      rule: 'mediators 3.3: XPath and json-eval set STRING and XML only, else nothing',
      xml: `<variable name="s" type="STRING" expression="json-eval($.s)"/><variable name="u" expression="json-eval($.s)"/>
        <variable name="x" type="XML" expression="'&lt;a/&gt;'"/>`,
      given: json,
      expect: { outcome: true, variables: { s: 'str', u: undefined, x: 'XML:<a/>' } },
    },
    {
      rule: 'message-model 1.6: untyped values keep their quotes; a missing one becomes the empty string',
      xml: `<variable name="t" expression="\${&quot;t&quot;}"/><variable name="m" value="old"/><variable name="m" expression="\${payload.none}"/>`,
      given: json,
      expect: { variables: { t: '"t"', m: '' } },
    },
    {
      rule: 'mediators 3.3: JSON numbers are unboxed to the type',
      xml: `<variable name="i" type="INTEGER" expression="\${payload.d}"/><variable name="l" type="LONG" expression="\${payload.n}"/>
        <variable name="d" type="DOUBLE" expression="\${payload.n}"/><variable name="b" type="BOOLEAN" expression="\${payload.b}"/>
        <variable name="j" type="JSON" expression="\${payload.o}"/>`,
      given: json,
      expect: { variables: { i: 'Integer:2', l: 'Long:7', d: 'Double:7.0', b: 'Boolean:true', j: 'JSON:{"k":1}' } },
    },
    {
      rule: 'mediators 3.3: type JSON makes a JSON primitive its plain text',
      xml: `<variable name="s" type="JSON" expression="\${payload.s}"/><variable name="n" type="JSON" expression="\${payload.n}"/>`,
      given: json,
      expect: { variables: { s: 'str', n: '7' } },
    },
    ...[
      ['LONG', '${5}'],
      ['INTEGER', '${1.5}'],
      ['DOUBLE', '${3148483647}'],
      ['BOOLEAN', '${payload.n}'],
      ['INTEGER', '${payload.digits}'],
      ['JSON', '${payload.nul}'],
      ['JSON', 'json-eval($.n)'],
      ['BOOLEAN', '//a'],
    ].map(([type = '', expression = '']) => ({
      rule: `mediators 3.3: ${expression} is no ${type}`,
      xml: `<variable name="v" type="${type}" expression="${expression}"/>`,
      given: json,
      expect: { outcome: 'fault' as const, fault: `The result of ${expression} is not of the expected type ${type}` },
    })),
    {
      rule: 'mediators 3.3: remove deletes',
      xml: '<variable name="v" action="remove"/>',
      given: { variables: { v: '1' } },
      expect: { variables: { v: undefined } },
    },
  ]);

  refusals([
    { rule: 'mediators 3.3: no name', xml: '<variable value="1"/>', code: 'missing-attribute' },
    {
      rule: 'mediators 3.3: an inline child is no value',
      xml: '<variable name="v"><a xmlns=""/></variable>',
      code: 'missing-attribute',
    },
    {
      rule: 'mediators 3.3: no decimals in a static INTEGER',
      xml: '<variable name="v" type="INTEGER" value="5.7"/>',
      code: 'invalid-attribute-value',
    },
    {
      rule: 'mediators 3.3: there is no SHORT',
      xml: '<variable name="v" type="SHORT" value="5"/>',
      code: 'invalid-attribute-value',
    },
  ]);
});
