import { refusals, table } from './harness.js';

const datamapper = (input: string, output: string, more = '') =>
  `<datamapper config="c" inputSchema="i" outputSchema="o" inputType="${input}" outputType="${output}" ${more}/>`;

const text = '{"type":"string"}';
const inputSchema = `{"title":"ns:in-put","type":"object","inputType":"XML","namespaces":[{"prefix":"ns","url":"urn:n"},{"prefix":"xsi","url":"http://www.w3.org/2001/XMLSchema-instance"}],
  "properties":{
    "ns:my-name":${text},
    "item":{"type":"array","items":[{"type":"object","attributes":{"id":{"type":"number"}},"properties":{"price":{"type":"number"}}}]},
    "note":{"type":"object","value":{"type":"string"},"attributes":{"lang":${text}},"properties":{}},
    "v,xsi:type=xsd:int":{"type":"number"}}}`;
const outputSchema = `{"title":"o:out","type":"object","outputType":"XML","namespaces":[{"prefix":"o","url":"urn:o"}],
  "properties":{"o:line-no":{"type":"number"},"row":{"type":"array","items":[{"type":"object","attributes":{"id":${text}},"properties":{"price":${text}}}]}}}`;
const body = `<n:in-put xmlns:n="urn:n" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><n:my-name>N</n:my-name><item id="7"><price>1.5</price></item><item id="8"><price>2</price></item><note lang="en">hey</note><v xsi:type="xsd:int">3</v><other/></n:in-put>`;
const show = 'map_S_in_EnC0DeCHaRHyPh3n_put_S_out = function () { return { seen: inputns_in_EnC0DeCHaRHyPh3n_put }; };';
const rows = `map_S_x_S_out = function () {
  var result = {};
  result.o_line_EnC0DeCHaRHyPh3n_no = 2;
  result.row = [];
  for (i in inputns_in_EnC0DeCHaRHyPh3n_put.item) {
    result.row[i] = {};
    result.row[i].attr_id = inputns_in_EnC0DeCHaRHyPh3n_put.item[i].attr_id;
    result.row[i].price = inputns_in_EnC0DeCHaRHyPh3n_put.item[i].price;
  }
  return result;
};`;
const root = '{"title":"root","type":"object"}';
const csv = `{"title":"root","type":"array","items":[{"type":"object","properties":{"a":{"type":"number"},"b":${text}}}]}`;

describe('datamapper', () => {
  table([
    {
      rule: 'mediators 6.8: a script sees of XML what the schema names, by its types and names',
      xml: datamapper('XML', 'JSON'),
      given: { body, entries: { c: show, i: inputSchema, o: root } },
      expect: {
        body: '{"seen":{"ns_my_EnC0DeCHaRHyPh3n_name":"N","item":[{"attr_id":7,"price":1.5},{"attr_id":8,"price":2}],"note":{"attr_lang":"en","_ELEMVAL":"hey"},"v_Separat0r_xsi_type_xsd_int":3}}',
        axis2: { messageType: 'application/json', ContentType: 'application/json' },
        headers: { 'Content-Type': 'application/xml' },
      },
    },
    {
      rule: 'mediators 6.8: XML output follows the schema; types come from the schemas',
      xml: '<datamapper config="c" inputSchema="i" outputSchema="o"/>',
      given: { body, entries: { c: rows, i: inputSchema, o: outputSchema } },
      expect: {
        body: '<o:out xmlns:o="urn:o"><o:line-no>2</o:line-no><row id="7"><price>1.5</price></row><row id="8"><price>2</price></row></o:out>',
        axis2: { messageType: 'application/xml' },
      },
    },
    {
      rule: 'mediators 6.8: JSON to JSON by mapFunction',
      xml: datamapper('JSON', 'JSON'),
      given: {
        body: '{"a-b":1,"l":[{"x":"y"}]}',
        entries: {
          c: 'function mapFunction(input) { return { n: input.a_EnC0DeCHaRHyPh3n_b + 1, x: input.l[0].x }; }',
          i: root,
          o: root,
        },
      },
      expect: { body: '{"n":2,"x":"y"}' },
    },
    {
      rule: 'mediators 6.8: CSV to JSON, a row of names is passed over',
      xml: datamapper('CSV', 'JSON'),
      given: {
        body: 'a,b\n1,"x, ""y"""\n2,z\n',
        contentType: 'text/plain',
        entries: { c: 'map_S_root_S_root = function () { return inputroot; };', i: csv, o: root },
      },
      expect: { body: '[{"a":1,"b":"x, \\"y\\""},{"a":2,"b":"z"}]' },
    },
    {
      rule: 'mediators 6.8: JSON to CSV',
      xml: datamapper('JSON', 'CSV'),
      given: {
        body: '[{"a":1,"b":"x,y"},{"a":2}]',
        entries: { c: 'map_S_root_S_root = function () { return inputroot; };', i: root, o: csv },
      },
      expect: { body: 'a,b\n1,"x,y"\n2,\n', axis2: { messageType: 'text/xml' } },
    },
    {
      rule: 'mediators 6.8: properties that the script names, missing ones empty',
      xml: datamapper('JSON', 'JSON'),
      given: {
        body: '{}',
        properties: { p: 'P' },
        headers: { 'X-H': 'H' },
        entries: {
          c: `map_S_root_S_root = function () { return [DM_PROPERTIES.DEFAULT['p'], DM_PROPERTIES.TRANSPORT["X-H"], DM_PROPERTIES.AXIS2['none']]; };`,
          i: root,
          o: root,
        },
      },
      expect: { body: '["P","H",""]' },
    },
    {
      rule: 'mediators 6.8: V2 calls the script with input and variables, the output goes to a variable',
      xml: datamapper('JSON', 'JSON', 'target="variable" target-variable="out"'),
      given: {
        body: '{"a":1}',
        variables: { v: 'V' },
        entries: { c: '(input, vars) => ({ a: input.a, v: vars.v })', i: root, o: root },
      },
      expect: { body: '{"a":1}', variables: { out: 'JSON:{"a":1,"v":"V"}' } },
    },
    ...(
      [
        ['a script that throws', 'map_S_a_S_b = function () { throw new Error("no"); };', root],
        ['a script that does not parse', 'map_S_a_S_b = function () {', root],
        ['a script that looks for Node', 'map_S_a_S_b = function () { return process.env; };', root],
        ['a schema that is no JSON', 'map_S_a_S_b = function () { return {}; };', '<x/>'],
        ['a missing schema', 'map_S_a_S_b = function () { return {}; };', undefined],
      ] as const
    ).map(([rule, script, schema]) => ({
      rule: `mediators 6.8: ${rule} faults`,
      xml: datamapper('JSON', 'JSON'),
      given: { body: '{}', entries: { c: script, o: root, ...(schema === undefined ? {} : { i: schema }) } },
      expect: { outcome: 'fault' as const, body: '{}' },
    })),
    {
      rule: 'mediators 6.8: an unknown type of data faults',
      xml: datamapper('YAML', 'JSON'),
      given: { body: '{}', entries: { c: 'map_S_a_S_b = function () { return {}; };', i: root, o: root } },
      expect: { outcome: 'fault' },
    },
  ]);

  refusals([
    {
      rule: 'mediators 6.8: no config',
      xml: '<datamapper inputSchema="i" outputSchema="o"/>',
      code: 'missing-attribute',
    },
    {
      rule: 'mediators 6.8: no input schema',
      xml: '<datamapper config="c" outputSchema="o"/>',
      code: 'missing-attribute',
    },
    {
      rule: 'mediators 6.8: a variable without a name',
      xml: datamapper('JSON', 'JSON', 'target="variable"'),
      code: 'missing-attribute',
    },
  ]);
});
