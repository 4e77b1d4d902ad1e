import assert from 'node:assert/strict';
import { compileSynapseExpression } from '../../../runtime/expression/synapse/synapse.js';
import { FloatNumber, WholeNumber } from '../../../runtime/java/value.js';
import { parseJson } from '../../../runtime/json/parse.js';
import { JsonElement } from '../../../runtime/json/value.js';
import { DeferredParameter } from '../../../runtime/message/deferred.js';
import { Fault } from '../../../runtime/message/fault.js';
import { parseElement } from '../../../runtime/xml/parse.js';
import { type Fixture, messageOf } from './fixture.js';

const json = (text: string) => new JsonElement(parseJson(text));
const text = (source: string, fixture: Fixture) => compileSynapseExpression(source).text(messageOf(fixture));

function check(fixture: Fixture, table: readonly [source: string, expected: string | RegExp][]): void {
  for (const [source, expected] of table) {
    it(source, () => {
      if (typeof expected === 'string') assert.equal(text(source, fixture), expected);
      else {
        assert.throws(
          () => text(source, fixture),
          (error: unknown) => error instanceof Fault && expected.test(error.message),
        );
      }
    });
  }
}

describe('message-model 3.5: payload', () => {
  const body = `{"cars":["Ford","BMW","Fiat","Honda","Lexus","KIA"],"index":1,"name":"cars","null":null,"a b":7,"ref":"$id","$id":8,
    "l":[{"n":"a","q":1},{"n":"b","q":2},{"n":"c","q":3}],"max":2,"s":"b","o":{"k":10.500}}`;
  check({ body }, [
    ['$.cars[$.index]', 'BMW'],
    ['payload.cars[payload.index]', 'BMW'],
    ['payload[payload.name][0]', 'Ford'],
    ['$.cars[10]', ''],
    ['$.cars[$.index, 4]', '["BMW","Lexus"]'],
    ['$.cars[:2]', '["Ford","BMW"]'],
    ['$.cars[-1:]', '["KIA"]'],
    ['$.cars[-payload.index:]', '["KIA"]'],
    ['$.cars[payload.index + 1]', 'Fiat'],
    ['$.cars[::2]', 'Fiat'],
    ['$.cars[0:4:2]', '["Ford","BMW","Fiat","Honda"]'],
    ['$.cars[:]', /path \$\.cars\[\] is invalid/],
    ['payload["a b"]', '7'],
    ["payload['a b']", '7'],
    ['payload["a","b"]', /path \$\[a,b\] is invalid/],
    ['payload["$id"]', /pasted into a path/],
    ['payload[payload.ref]', /pasted into a path/],
    ['payload["null"]', ''],
    ['null == payload["null"]', 'true'],
    ['payload.o', '{"k":10.500}'],
    ['payload.o.k', '10.5'],
    ['payload.l[?(@.q > 1)].n', '["b","c"]'],
    ['payload.l[(@.q > 1)].n', '["b","c"]'],
    ['payload.l[?(@.q < payload.max)].n', '["a"]'],
    ['payload.l[?(@.n == payload.s && @.q == $.max)].n', '["b"]'],
    ['payload.l[?(@.n in payload.cars)].n', '[]'],
    ['payload.l[*].n', '["a","b","c"]'],
    ['payload.l.length()', '3'],
    ['payload.l.length() + 1', '4'],
    ['payload.l.length() > 2', ''],
    ['integer(payload.l.length()) > 2', 'true'],
    ['payload..q.sum()', '6.0'],
    ['payload.cars.min()', /empty array/],
  ]);
});

describe('message-model 3.5: equal bracket texts count once', () => {
  // Each text is replaced where it first stands; the second `vars.i` is left in the path.
  check({ body: '{"m":[[1,2],[3,4]]}', variables: { i: WholeNumber.integer(1), j: WholeNumber.integer(0) } }, [
    ['payload.m[vars.i][vars.j]', '3'],
    ['payload.m[vars.i][vars.i]', /is invalid/],
  ]);
});

describe('message-model 3.6: bodies', () => {
  const empty = 'the payload is empty';
  const table: [name: string, fixture: Fixture, source: string, expected: string | RegExp][] = [
    ['no body', {}, 'payload.name', ''],
    ['no body, exists', {}, 'exists(payload)', 'false'],
    ['malformed JSON', { body: '{"a":' }, 'payload.a', /cannot be evaluated/],
    ['malformed JSON in exists()', { body: '{"a":' }, 'exists(payload.a)', /cannot be evaluated/],
    ['null', { body: 'null' }, 'payload', ''],
    ['XML is converted', { body: '<a><b>1</b></a>' }, 'payload.a.b + 1', '2'],
    ['XML that has no JSON form', { body: '<a>x<b/>y</a>' }, 'payload.a', ''],
    [
      'whole body of an XML message',
      { body: '<a/>', axis2: { ContentType: 'application/xml; charset=UTF-8' } },
      ' payload ',
      '<soapenv:Body xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><a/></soapenv:Body>',
    ],
    ['part of an XML message', { body: '<a>1</a>', axis2: { ContentType: 'application/xml' } }, 'payload.a', '1'],
  ];
  for (const [name, fixture, source, expected] of table) describe(name, () => check(fixture, [[source, expected]]));
  it('says why in the log', () => {
    const warnings: string[] = [];
    text('payload.name', { warnings });
    assert.deepEqual(warnings, [`WARN SynapseExpression Error evaluating expression: payload.name cause : ${empty}`]);
  });
});

describe('message-model 3.6: variables', () => {
  const variables = {
    s: 'str',
    quoted: '"q"',
    'dot.ted': 'dd',
    'hy-phen': 'hh',
    i: WholeNumber.integer(5),
    js: '{"a":{"b":[1,2]}}',
    empty: '',
    bad: '{oops',
    j: json('{"a":{"b":[1,2,3]},"n":18.50,"t":"x y"}'),
    map: new Map<string, unknown>([
      ['payload', json('{"a":[1,{"b":2}]}')],
      ['text', 'plain'],
      ['n', WholeNumber.integer(3)],
    ]),
    xml: parseElement('<r><a>1</a></r>'),
    nodes: [parseElement('<a k="1">one</a>'), parseElement('<a/>')],
    float: new FloatNumber(1.5),
    short: new WholeNumber('Short', 1n),
    date: new Date(0),
  };
  check({ variables }, [
    ['vars.s', 'str'],
    ['vars["s"]', 'str'],
    ['vars.["s"]', 'str'],
    ["vars['s']", /needs double quotes/],
    ['vars."s"', ''],
    ['vars["dot.ted"]', 'dd'],
    ['vars.dot.ted', ''],
    ['vars.hy-phen', 'hh'],
    ['vars.quoted', 'q'],
    ['vars.none', ''],
    ['vars.none.a', ''],
    ['vars.js.a.b[1]', '2'],
    ['vars.s.a', ''],
    ['vars.bad.x', /no JSON/],
    ['vars["empty"].x', /empty text/],
    ['vars.j.a.b[-1]', '3'],
    ['vars["j"].t', 'x y'],
    ['vars.j.n', '18.5'],
    ['vars.j.zzz', ''],
    ['vars.map.text', 'plain'],
    ['vars.map.n + 1', '4'],
    ['vars.map.payload.a[1].b', '2'],
    ['vars.map["payload"].a[0]', '1'],
    ['vars.map.text.x', ''],
    ['vars.map.none', ''],
    ['vars.map', ''],
    ['vars.xml', '<r><a>1</a></r>'],
    ['vars.xml.a', ''],
    ['vars.nodes', '[<a k="1">one</a>, <a/>]'],
    ['vars.nodes.x', ''],
    ['vars.float', /Float/],
    ['vars.short', /Short/],
    ['vars.date', ''],
  ]);
});

describe('message-model 3.6: headers, properties, parameters, configuration', () => {
  const fixture: Fixture = {
    headers: {
      'X-Int': '007',
      'X-Exp': '1e3',
      'X-Space': ' 12 ',
      'X-Text': 'text',
      'X-Nan': 'NaN',
      'X-Big': '3000000000',
    },
    properties: {
      p: 'value',
      'a.b': 'dotted',
      t: true,
      'uri.var.id': '17',
      'query.param.q': "'find'",
      one: '"',
      list: [WholeNumber.integer(1), 'x'],
    },
    axis2: { HTTP_SC: WholeNumber.integer(200) },
    system: { 'sys.name': 'sys value' },
  };
  check(fixture, [
    ['headers["X-Int"]', '7'],
    ['headers.x-int', '7'],
    ["headers['X-Exp']", '1000.0'],
    ['headers["X-Space"]', '12.0'],
    ['headers["X-Text"]', 'text'],
    ['headers["X-Nan"] + 1', /finite/],
    ['headers["X-Nan"] - 1', /finite/],
    ['headers["X-Big"] + 1', '3000000001'],
    ['headers["X-Big"] > 1', ''],
    ['headers.None', ''],
    ['props.synapse.p', 'value'],
    ['properties.synapse.["a.b"]', 'dotted'],
    ['props.synapse.t', 'true'],
    ['props.synapse.t and true', ''],
    ['props.synapse.list', '[1, x]'],
    ['props.synapse.one', /nothing but "/],
    ['props.axis2.HTTP_SC + 1', '201'],
    ['params.pathParams.id', '17'],
    ['params.queryParams.q', 'find'],
    ['params.functionParams.x', /inside a sequence template/],
    ['configs["sys.name"]', 'sys value'],
    ['configs["from.file"]', 'file value'],
    ['configs.none', ''],
  ]);

  it('params.functionParams inside a template', () => {
    const message = messageOf();
    const parameters = new Map<string, unknown>([
      ['p', '5'],
      ['d', new DeferredParameter('{{json-eval($.a)}}')],
    ]);
    message.functionStack = [{ template: 't', parameters }];
    assert.equal(compileSynapseExpression('params.functionParams.p + 1').text(message), '6');
    assert.equal(compileSynapseExpression('params.functionParams.d').text(message), '{{json-eval($.a)}}');
    assert.equal(compileSynapseExpression('params.functionParams.unset').text(message), '');
  });
});
