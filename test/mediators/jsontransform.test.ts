import { refusals, table } from './harness.js';

const member = (schema: string) => `{"type":"object","properties":{"v":${schema}}}`;
const transform = '<jsontransform schema="s"/>';

describe('jsontransform', () => {
  table(
    (
      [
        ['{"type":"string"}', '1.50', '"1.50"'],
        ['{"type":"string"}', '[1]', '"1"'],
        ['{"type":"integer"}', '" 5 "', '5'],
        ['{"type":"integer"}', '"007"', '7'],
        ['{"type":"integer"}', '12345678901234567890', '12345678901234567890'],
        ['{"type":"number"}', '5', '5.0'],
        ['{"type":"number"}', '-5', '-5.00'],
        ['{"type":"number"}', '"007"', '7.000'],
        ['{"type":"number"}', '1e3', '1000.000'],
        ['{"type":"number"}', '"1.50"', '1.50'],
        ['{"type":"boolean"}', '"true"', 'true'],
        ['{"type":"null"}', 'null', 'null'],
        ['{"type":"array"}', 'null', '[null]'],
        ['{"type":"array","items":{"type":"integer"}}', '"5"', '[5]'],
        ['{"type":"array","items":[{"type":"integer"},{"type":"string"}]}', '["1",2]', '[1,"2"]'],
        ['{"type":["integer","null"]}', '"5"', '5'],
        ['{"type":["integer","null"]}', 'null', 'null'],
        ['{"type":"string","pattern":"a.*"}', '"abc"', '"abc"'],
        ['{"type":"integer","minimum":5,"multipleOf":5}', '"10"', '10'],
        ['{"type":"object","additionalProperties":{"type":"integer"}}', '{"x":"1"}', '{"x":1}'],
        ['{"type":"object","patternProperties":{"^n":{"type":"integer"}}}', '{"n1":"1","m":"1"}', '{"n1":1,"m":"1"}'],
        ['{"$ref":"#/definitions/d"}', '"5"', '"5"'],
        ['{"anyOf":[{"type":"integer"}]}', '"5"', '"5"'],
        ['true', '"5"', '"5"'],
      ] as const
    ).map(([schema, value, typed]) => ({
      rule: `mediators 6.7: ${value} by ${schema}`,
      xml: transform,
      given: { body: `{"v":${value},"w":"6"}`, entries: { s: member(schema) } },
      expect: { outcome: true, body: `{"v":${typed},"w":"6"}` },
    })),
  );

  table(
    (
      [
        ['{"type":"string"}', 'null'],
        ['{"type":"string"}', '{}'],
        ['{"type":"string","pattern":"^a"}', '"abc"'],
        ['{"type":"string","enum":["x"]}', '"y"'],
        ['{"type":"string","minLength":2}', '"y"'],
        ['{"type":"integer"}', '1.50'],
        ['{"type":"integer"}', '""'],
        ['{"type":"integer","minimum":5,"exclusiveMinimum":true}', '5'],
        ['{"type":"integer","maximum":5}', '6'],
        ['{"type":"integer","multipleOf":2}', '5'],
        ['{"type":"number"}', '" 5 "'],
        ['{"type":"boolean"}', '"TRUE"'],
        ['{"type":"boolean"}', '[1]'],
        ['{"type":"null"}', '""'],
        ['{"type":"array","minItems":3}', '[1]'],
        ['{"type":"array","maxItems":1}', '[1,2]'],
        ['{"type":"array","uniqueItems":true}', '[1,1]'],
        ['{"type":"array","items":[{}],"additionalItems":false}', '[1,2]'],
        ['{"type":"object"}', '5'],
        ['{"type":"object","required":["a"]}', '{}'],
        ['{"type":"object","additionalProperties":false}', '{"a":1}'],
        ['{"type":"object","minProperties":1}', '{}'],
        ['{"type":"object","dependencies":{"a":["b"]}}', '{"a":1}'],
        ['{"type":["integer","null"]}', '"x"'],
      ] as const
    ).map(([schema, value]) => ({
      rule: `mediators 6.7: ${value} does not fit ${schema}`,
      xml: transform,
      given: { body: `{"v":${value}}`, entries: { s: member(schema) } },
      expect: { outcome: 'fault' as const, body: `{"v":${value}}` },
    })),
  );

  table([
    {
      rule: 'mediators 6.7: an XML body is converted first',
      xml: transform,
      given: { body: '<v>5</v>', entries: { s: member('{"type":"array","items":{"type":"string"}}') } },
      expect: { body: '{"v":["5"]}' },
    },
    {
      rule: 'mediators 6.7: properties change how XML is converted',
      xml: '<jsontransform><property name="synapse.commons.json.output.autoPrimitive" value="false"/></jsontransform>',
      given: { body: '<r><a>1</a></r>' },
      expect: { body: '{"r":{"a":"1"}}' },
    },
    {
      rule: 'mediators 6.7: without a body nothing happens',
      xml: transform,
      given: { entries: { s: member('{"type":"integer"}') } },
      expect: { outcome: true, body: undefined },
    },
    ...(
      [
        ['a malformed body', '{"v":', '{}', '601000'],
        ['a malformed schema', '{}', '{"type":', '601000'],
        ['an empty schema', '{}', '', '0'],
        ['a missing schema', '{}', undefined, '0'],
      ] as const
    ).map(([rule, body, schema, code]) => ({
      rule: `mediators 6.7: ${rule} faults with ${code}`,
      xml: transform,
      given: {
        body,
        ...(schema === undefined ? {} : { entries: { s: schema } }),
        onFault: '<log level="custom"><property name="code" expression="get-property(\'ERROR_CODE\')"/></log>',
      },
      expect: { outcome: 'handled' as const, logs: [`code = ${code}`] },
    })),
  ]);

  refusals([
    { rule: 'mediators 6.7: neither schema nor property', xml: '<jsontransform/>', code: 'missing-attribute' },
    {
      rule: 'mediators 6.7: an expression',
      xml: '<jsontransform><property name="x" expression="1"/></jsontransform>',
      code: 'missing-attribute',
    },
  ]);
});
