import assert from 'node:assert/strict';
import { fails, json, mediate, values, xml } from './expression-harness.js';

values(
  'json-eval: results',
  json(
    ' {"s":"x\\"y","n":10.50,"e":1e3,"b":true,"o":{"k":10.500},"a":[10.500,1e3],"z":null,"m":{"members":[1]},"words":["p","q"]} ',
  ),
  [
    [
      'message-model 3.4.2: path $ is the raw body',
      'json-eval($)',
      ' {"s":"x\\"y","n":10.50,"e":1e3,"b":true,"o":{"k":10.500},"a":[10.500,1e3],"z":null,"m":{"members":[1]},"words":["p","q"]} ',
    ],
    ['message-model 3.4.2: JSON string: its characters', 'json-eval($.s)', 'x"y'],
    ['message-model 3.4.2: JSON boolean', 'json-eval($.b)', 'true'],
    ['message-model 3.4.2: JSON object: compact text', 'json-eval($.o)', '{"k":10.500}'],
    ['message-model 3.4.2: JSON object with members', 'json-eval($.m)', '[1]'],
    ['message-model 3.4.2: JSON array: compact text', 'json-eval($.a)', '[10.500,1e3]'],
    ['message-model 3.4.2: JSON array of an indefinite path without a match', 'json-eval($..nope)', '[]'],
    ['message-model 3.4.2: JSON null', 'json-eval($.z)', 'null'],
    ['message-model 3.4.2: path function', 'json-eval($.a.length())', '2'],
    ['message-model 3.4.2: path function sum', 'json-eval($.a.sum())', '1010.5'],
    ['message-model 3.4.2: missing path', 'json-eval($.none)', ''],
    ['message-model 3.4.2: number member is normalised', 'json-eval($.n)', '10.5'],
    ['message-model 3.4.2: number member with an exponent', 'json-eval($.e)', '1000'],
    ['message-model 3.4.2: number array item keeps its literal', 'json-eval($.a[0])', '10.500'],
    ['message-model 3.4.2: number inside an object keeps its literal', 'json-eval($.o)', '{"k":10.500}'],
    ['message-model 3.4.1: a trailing dot is dropped', 'json-eval($.n.)', '10.5'],
    ['message-model 3.4.1: the last character is dropped blindly', 'json-eval($.n)', '10.5'],
    ['message-model 3.1: no comparison behind json-eval', "json-eval($.n) = 'x'", fails],
  ],
);

values('json-eval: sources', { ...json('{"a":1}'), properties: { default: { p: '{"k":"v"}', t: 'text' } } }, [
  ['message-model 3.4.1: a property as the source', 'json-eval($ctx:p.k)', 'v'],
  ['message-model 3.4.1: a property that is not set', 'json-eval($ctx:none.k)', ''],
  ['message-model 3.4.2: missing path in a property faults', 'json-eval($ctx:p.none)', fails],
  ['message-model 3.4.2: a path into a property that is no JSON faults', 'json-eval($ctx:t.k)', fails],
  ['message-model 3.4.2: that property alone is its text', 'json-eval($ctx:t)', 'text'],
]);

values('json-eval: without a payload', {}, [['message-model 3.4.2: no payload: the empty text', 'json-eval($.a)', '']]);

values('json-eval: XML', xml('<a><b>1</b></a>'), [
  ['message-model 3.4.1: an XML body is converted for the evaluation', 'json-eval($.a.b)', '1'],
]);

describe('json-eval: writing', () => {
  const rows: [rule: string, mediators: string, body: string, expected: string | undefined][] = [
    [
      'message-model 3.4.3: replace by path; untouched literals stay',
      '<enrich><source type="inline" clone="true">"x"</source><target action="replace" xpath="json-eval($.a)"/></enrich>',
      '{"a":1,"n":1.50}',
      '{"a":"x","n":1.50}',
    ],
    [
      'message-model 3.4.3: a missing leaf faults',
      '<enrich><source type="inline" clone="true">"x"</source><target action="replace" xpath="json-eval($.none)"/></enrich>',
      '{"a":1}',
      undefined,
    ],
    [
      'message-model 3.4.3: child appends to an array',
      '<enrich><source type="inline" clone="true">2</source><target action="child" xpath="json-eval($.a)"/></enrich>',
      '{"a":[1]}',
      '{"a":[1,2]}',
    ],
  ];
  for (const [rule, mediators, body, expected] of rows) {
    it(rule, async () => {
      const result = await mediate(mediators, json(body));
      assert.equal(result.outcome === 'faulted' ? undefined : result.message.body, expected);
    });
  }
});
