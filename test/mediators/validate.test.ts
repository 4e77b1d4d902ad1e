import assert from 'node:assert/strict';
import { validate as validateMediator } from '../../mediators/validate.js';
import type { CompileContext } from '../../runtime/configuration/context.js';
import { parseConfiguration } from '../../runtime/configuration/parse.js';
import type { EntryValue } from '../../runtime/message/registry.js';
import { parseElement } from '../../runtime/xml/parse.js';
import { refusals, run, table } from './harness.js';

const onFail =
  '<on-fail><log level="custom"><property name="why" expression="get-property(\'ERROR_MESSAGE\')"/></log></on-fail>';
const validate = (attributes = '', schemas = '<schema key="s"/>') =>
  `<validate ${attributes}>${schemas}${onFail}</validate>`;
const draft4 = (schema: string) => `{"$schema":"http://json-schema.org/draft-04/schema#",${schema}}`;
const member = (schema: string) => draft4(`"properties":{"v":{${schema}}}`);

describe('validate: JSON', () => {
  table(
    (
      [
        [
          member('"type":"integer"'),
          '{"v":"1"}',
          'instance type (string) does not match any allowed primitive type (allowed: ["integer"])',
        ],
        [
          member('"type":"integer"'),
          '{"v":1.0}',
          'instance type (number) does not match any allowed primitive type (allowed: ["integer"])',
        ],
        [
          draft4('"type":"integer"'),
          '1.0',
          'instance type (number) does not match any allowed primitive type (allowed: ["integer"])',
        ],
        [
          draft4('"items":{"type":"integer"}'),
          '[1,2.0]',
          'instance type (number) does not match any allowed primitive type (allowed: ["integer"])',
        ],
        [draft4('"required":["a"]'), '{}', 'object has missing required properties (["a"])'],
        [
          member('"minimum":1'),
          '{"v":0}',
          'numeric instance is lower than the required minimum (minimum: 1, found: 0)',
        ],
        [member('"maxLength":1'), '{"v":"ab"}', 'string "ab" is too long (length: 2, maximum allowed: 1)'],
        [member('"enum":["x"]'), '{"v":"y"}', 'instance value ("y") not found in enum (possible values: ["x"])'],
        [member('"pattern":"^[a-z]+$"'), '{"v":"AB"}', 'ECMA 262 regex "^[a-z]+$" does not match input string "AB"'],
        [
          draft4('"additionalProperties":false'),
          '{"b":1}',
          'object instance has properties which are not allowed by the schema: ["b"]',
        ],
        [
          member('"anyOf":[{"type":"string"},{"type":"null"}]'),
          '{"v":1}',
          'instance failed to match at least one required schema among 2',
        ],
        [
          member('"oneOf":[{"type":"integer"},{"minimum":2}]'),
          '{"v":3}',
          'instance failed to match exactly one schema (matched 2 out of 2)',
        ],
        [member('"format":"email"'), '{"v":"nope"}', 'string "nope" is not a valid email address'],
        [
          '{"$schema":"http://json-schema.org/draft-03/schema#","properties":{"v":{"required":true}}}',
          '{}',
          'object has missing required properties (["v"])',
        ],
        [
          '{"$schema":"https://json-schema.org/draft/2020-12/schema","properties":{"v":{"const":1}}}',
          '{"v":2}',
          'must be equal to constant',
        ],
      ] as const
    ).map(([schema, body, why]) => ({
      rule: `mediators 6.6: ${body} is not ${schema}`,
      xml: validate(),
      given: { body, contentType: 'application/json', entries: { s: schema } },
      expect: { outcome: true, logs: [`why = ${why}`], body },
    })),
  );

  table(
    (
      [
        [member('"type":"integer"'), '{"v":12345678901234567890}'],
        [member('"type":["integer","null"]'), '{"v":null}'],
        [member('"type":"number"'), '{"v":1.0}'],
        [member('"multipleOf":0.1'), '{"v":0.3}'],
        ['{"properties":{"v":{"const":1}}}', '{"v":2}'],
        [
          '{"$schema":"http://json-schema.org/draft-07/schema#","if":{"required":["a"]},"then":{"required":["b"]}}',
          '{"a":1}',
        ],
      ] as const
    ).map(([schema, body]) => ({
      rule: `mediators 6.6: ${body} is ${schema}`,
      xml: validate(),
      given: { body, entries: { s: schema } },
      expect: { outcome: true, logs: [], body },
    })),
  );

  table(
    (
      [
        ['a schema that is missing', undefined, '{}', '', '0'],
        ['a schema that is XML', parseElement('<s/>'), '{}', '', '0'],
        ['a schema that is no JSON', '{"type":', '{}', '', '601000'],
        ['a schema that is none', '{"type":5}', '{}', '', '0'],
        ['a limit of a later draft', '{"properties":{"v":{"exclusiveMinimum":1}}}', '{}', '', '0'],
        ['a malformed document', '{}', '{"a":', '', '601000'],
        ['an XPath', '{}', '{}', 'source="//a"', '0'],
        [
          'a pattern that never comes to an end',
          '{"properties":{"v":{"pattern":"^(a+)+$"}}}',
          `{"v":"${'a'.repeat(60)}!"}`,
          '',
          '0',
        ],
        [
          'comparing very many items with one another',
          '{"uniqueItems":true}',
          `[${Array.from({ length: 30_000 }, (_, at) => `{"at":${at}}`)}]`,
          '',
          '0',
        ],
      ] as const
    ).map(([rule, schema, body, attributes, code]) => ({
      rule: `mediators 6.6: ${rule} faults with ${code}`,
      xml: validate(attributes),
      given: {
        body,
        ...(schema === undefined ? {} : { entries: { s: schema } }),
        onFault: '<log level="custom"><property name="code" expression="get-property(\'ERROR_CODE\')"/></log>',
      },
      expect: { outcome: 'handled' as const, logs: [`code = ${code}`] },
    })),
  );

  const required = draft4('"required":["a"]');
  const missing = 'why = object has missing required properties (["a"])';
  table([
    {
      rule: 'mediators 6.6: only the last schema counts',
      xml: validate('', '<schema key="other"/><schema key="s"/>'),
      given: { body: '{"a":1}', entries: { s: required, other: draft4('"required":["z"]') } },
      expect: { logs: [] },
    },
    ...[
      ['json-eval($.d)', '{"d":{"a":1}}', []] as const,
      ['json-eval($.none)', '{"a":1}', [missing]] as const,
      ['${payload.d}', '{"d":{}}', [missing]] as const,
    ].map(([source, body, logs]) => ({
      rule: `mediators 6.6: source ${source} of ${body}`,
      xml: validate(`source="${source}"`),
      given: { body, entries: { s: required } },
      expect: { logs: [...logs] },
    })),
    {
      rule: 'mediators 6.6: json-source checks the JSON of an XML body',
      xml: validate('json-source="true"'),
      given: { body: '<b>1</b>', entries: { s: required } },
      expect: { logs: [missing] },
    },
    {
      rule: 'mediators 6.6: on-fail decides whether the flow goes on',
      xml: '<validate><schema key="s"/><on-fail><drop/></on-fail></validate>',
      given: { body: '{}', entries: { s: required } },
      expect: { outcome: false },
    },
  ]);
});

const xsd = (content: string, attributes = '') =>
  parseElement(`<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" ${attributes}>${content}</xs:schema>`);
const order = xsd(
  '<xs:element name="o"><xs:complexType><xs:sequence><xs:element name="a" type="xs:int"/></xs:sequence></xs:complexType></xs:element>',
);

describe('validate: XML', () => {
  table(
    (
      [
        ['<o><a> 1 </a></o>', []],
        ['<o/>', ["why = Element 'o': Missing child element(s). Expected is ( a )."]],
        ['<o><a>x</a></o>', ["why = Element 'a': 'x' is not a valid value of the atomic type 'xs:int'."]],
        ['<o z="1"><a>1</a></o>', ["why = Element 'o', attribute 'z': The attribute 'z' is not allowed."]],
      ] as const
    ).map(([body, logs]) => ({
      rule: `mediators 6.6: ${body}`,
      xml: validate(),
      given: { body, entries: { s: order } },
      expect: { outcome: true, logs: [...logs], body },
    })),
  );

  table([
    {
      rule: 'mediators 6.6: schemas of several namespaces, and several of one, count together',
      xml: validate('source="//*[local-name()=\'z\']"', '<schema key="s"/><schema key="y"/><schema key="z"/>'),
      given: {
        body: '<w><q:z xmlns:q="urn:y">no</q:z></w>',
        entries: {
          s: order,
          y: xsd('<xs:element name="y" type="xs:int"/>', 'targetNamespace="urn:y"'),
          z: xsd('<xs:element name="z" type="xs:int"/>', 'targetNamespace="urn:y"'),
        },
      },
      expect: { logs: ["why = Element '{urn:y}z': 'no' is not a valid value of the atomic type 'xs:int'."] },
    },
    {
      rule: 'mediators 6.6: resources are what a schema includes',
      xml: validate('', '<schema key="s"/><resource location="part.xsd" key="p"/>'),
      given: {
        body: '<o>12345</o>',
        entries: {
          s: xsd('<xs:include schemaLocation="part.xsd"/><xs:element name="o" type="t"/>'),
          p: xsd(
            '<xs:simpleType name="t"><xs:restriction base="xs:string"><xs:maxLength value="3"/></xs:restriction></xs:simpleType>',
          ),
        },
      },
      expect: {
        logs: [
          "why = Element 'o': [facet 'maxLength'] The value has a length of '5'; this exceeds the allowed maximum length of '3'.",
        ],
      },
    },
    {
      rule: 'mediators 6.6: a source that selects nothing runs on-fail',
      xml: validate('source="//nope"'),
      given: { body: '<o/>', entries: { s: order } },
      expect: { logs: ['why = The source //nope selects nothing that could be validated'] },
    },
    ...[
      ['a text entry', { s: '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"/>' }, '<o/>', ''] as const,
      ['a schema that is none', { s: xsd('<xs:elemen/>') }, '<o/>', ''] as const,
      ['no schema', {}, '<o/>', ''] as const,
      ['a text as source', { s: order }, '<o>t</o>', 'source="//o/text()"'] as const,
    ].map(([rule, entries, body, attributes]) => ({
      rule: `mediators 6.6: ${rule} faults`,
      xml: validate(attributes),
      given: { body, entries },
      expect: { outcome: 'fault' as const },
    })),
  ]);

  refusals([
    { rule: 'mediators 6.6: no schema', xml: `<validate>${onFail}</validate>`, code: 'missing-element' },
    { rule: 'mediators 6.6: no on-fail', xml: '<validate><schema key="s"/></validate>', code: 'missing-element' },
    {
      rule: 'mediators 6.6: an empty on-fail',
      xml: '<validate><schema key="s"/><on-fail/></validate>',
      code: 'missing-element',
    },
    {
      rule: 'mediators 6.6: a feature',
      xml: validate('', '<schema key="s"/><feature name="x" value="1"/>'),
      code: 'invalid-attribute-value',
    },
  ]);
});

describe('validate: schemas that change', () => {
  it('mediators 6.6: the compiled schema follows its entries and their parts', async () => {
    const entries: Record<string, EntryValue> = {};
    const { message } = await run('<log level="full"/>', { body: '<o>1</o>', entries });
    let failed = false;
    const context = {
      children: () => ({
        length: 1,
        mediate: () => {
          failed = true;
          return true;
        },
      }),
    };
    const root = parseConfiguration('<validate><schema key="s"/><on-fail><drop/></on-fail></validate>', 'test.xml');
    const step = validateMediator.compile(root, context as unknown as CompileContext);
    const outcome = async (): Promise<string> => {
      failed = false;
      try {
        await step.mediate(message);
      } catch {
        return 'fault';
      }
      return failed ? 'invalid' : 'valid';
    };
    const type = (base: string) => xsd(`<xs:simpleType name="t"><xs:restriction base="xs:${base}"/></xs:simpleType>`);
    const steps: [change: Record<string, EntryValue>, expected: string][] = [
      [{ s: xsd('<xs:include schemaLocation="p"/><xs:element name="o" type="t"/>') }, 'fault'],
      [{ p: type('int') }, 'valid'],
      [{ p: type('date') }, 'invalid'],
      [{ s: xsd('<xs:element name="o"/>') }, 'valid'],
    ];
    for (const [change, expected] of steps) {
      Object.assign(entries, change);
      assert.equal(await outcome(), expected, Object.keys(change).join());
    }
  });
});
