import assert from 'node:assert/strict';
import { ExpressionSyntaxError } from '../../../runtime/expression/expression.js';
import { compileJsonEval } from '../../../runtime/expression/jsonpath/json-eval.js';
import { WholeNumber } from '../../../runtime/java/value.js';
import { parseJson } from '../../../runtime/json/parse.js';
import { jsonText } from '../../../runtime/json/text.js';
import { JsonElement } from '../../../runtime/json/value.js';
import { Fault } from '../../../runtime/message/fault.js';
import { TransportHeaders } from '../../../runtime/message/headers.js';
import type { Environment, Exchange } from '../../../runtime/message/message.js';
import { Message } from '../../../runtime/message/message.js';
import { Payload } from '../../../runtime/message/payload.js';
import { parseElement, XmlReader } from '../../../runtime/xml/parse.js';

const logged: string[] = [];
const environment = {
  logger: { enabled: () => true, log: (level: string, logger: string) => logged.push(`${level} ${logger}`) },
} as unknown as Environment;

function messageWith(fill?: (payload: Payload) => void): Message {
  const payload = Payload.empty();
  fill?.(payload);
  const message = new Message({ environment, exchange: {} as Exchange, payload, headers: new TransportHeaders() });
  message.properties.set('j', '{"k":[1,{"z":"w"}],"d":1.50,"n":null}');
  message.properties.set('json', new JsonElement(parseJson('{"k":"v"}')));
  message.properties.set('i', WholeNumber.integer(1));
  message.properties.set('name', 'a');
  message.properties.set('empty', '');
  message.properties.set('bad', '{bad');
  message.headers.set('X-Json', '{"k":[1,2]}');
  message.axis2.set('aj', '{"x":{"y":[7]}}');
  return message;
}

const withJson = (text: string) => messageWith((payload) => payload.setJsonText(text));
const body = `{"a":"x","b":{"a":1},"arr":[10,20.50,null],"null":null,"n":10.500,"t":true,"T":"TRUE",
  "strs":["p","q"],"m":{"members":[1],"x":2},"e":{"elements":"s"},"mn":{"members":null},"objs":[{"id":1,"v":"one"},{"id":2,"v":"two"}]}`;

describe('json-eval on the body', () => {
  const table: [rule: string, expression: string, text: string][] = [
    ['the whole body is its raw text', 'json-eval($)', body],
    ['and so with a trailing dot', 'json-eval($.)', body],
    ['string', 'json-eval($.a)', 'x'],
    ['object', 'json-eval($.b)', '{"a":1}'],
    ['object with members', 'json-eval($.m)', '[1]'],
    ['object with members null', 'json-eval($.mn)', 'null'],
    ['object with elements', 'json-eval($.e)', '"s"'],
    ['array', 'json-eval($.arr)', '[10,20.50,null]'],
    ['null', 'json-eval($.null)', 'null'],
    ['null item', 'json-eval($.arr[2])', 'null'],
    ['member number', 'json-eval($.n)', '10.5'],
    ['item number', 'json-eval($.arr[1])', '20.50'],
    ['nothing found by an indefinite path', 'json-eval($..none)', '[]'],
    ['definite path not found', 'json-eval($.none)', ''],
    ['path does not fit', 'json-eval($.a.x)', ''],
    ['function', 'json-eval($.arr.length())', '3'],
    ['function without a value', 'json-eval($.a.length())', ''],
    ['function that gives a string', 'json-eval($.strs.first())', ''],
    ['the last character is dropped, whatever it is', 'json-eval($.a]', 'x'],
    ['a tail of one character is ignored', 'json-eval($.arr[)', '[10,20.50,null]'],
    ['inline part as a member name', 'json-eval($.{$ctx:name})', 'x'],
    ['inline part inside a name', "json-eval($['{$ctx:name}rr'].length())", '3'],
    ['inline part in a filter', 'json-eval($.objs[?(@.id == {$ctx:i})].v)', '["one"]'],
    ['quoted inline part', "json-eval($.objs[?(@.v == '{json-eval($.none)}two')].id)", '[2]'],
  ];
  for (const [rule, expression, text] of table) {
    it(`message-model 3.4: ${rule}: ${expression}`, () => {
      assert.equal(compileJsonEval(expression).text(withJson(body)), text);
    });
  }

  const bodies: [rule: string, message: () => Message, expression: string, text: string][] = [
    ['malformed, whole', () => withJson('{"a":'), 'json-eval($)', '{"a":'],
    ['malformed, a path', () => withJson('{"a":'), 'json-eval($..*)', ''],
    ['text behind it, whole', () => withJson('{"a":1} x'), 'json-eval($)', '{"a":1} x'],
    ['text behind it, a path', () => withJson('{"a":1} x'), 'json-eval($.a)', ''],
    ['lenient', () => withJson("{'a':1,b:[1,]}"), 'json-eval($.b)', '[1,null]'],
    ['XML', () => messageWith((p) => p.setElement(parseElement('<r><a>1.50</a></r>'))), 'json-eval($.r.a)', '1.5'],
    [
      'XML, whole',
      () => messageWith((p) => p.setElement(parseElement('<r><a>1</a></r>'))),
      'json-eval($)',
      '{"r":{"a":1}}',
    ],
    ['mixed XML', () => messageWith((p) => p.setElement(parseElement('<r>t<a>1</a></r>'))), 'json-eval($)', ''],
    ['none', () => messageWith(), 'json-eval($..*)', ''],
    ['null', () => withJson('null'), 'json-eval($..*)', '[]'],
  ];
  for (const [rule, message, expression, text] of bodies) {
    it(`message-model 3.4.1: body ${rule}: ${expression}`, () => {
      assert.equal(compileJsonEval(expression).text(message()), text);
    });
  }

  it('mediators 2.2: malformed XML is a parsing failure for the whole body, the empty text for a path', () => {
    const malformed = () => messageWith((payload) => payload.setUnfinished(new XmlReader('<a><b></a>')));
    assert.equal(compileJsonEval('json-eval($.a)').text(malformed()), '');
    const whole = () => compileJsonEval('json-eval($)').text(malformed());
    assert.throws(whole, (error) => error instanceof Fault && error.code === 601000);
  });

  it('an empty body that was sent as JSON reads as null', () => {
    const message = messageWith();
    message.axis2.set('ContentType', 'application/json');
    assert.equal(compileJsonEval('json-eval($..*)').text(message), '[]');
    message.axis2.set('NO_ENTITY_BODY', true);
    assert.equal(compileJsonEval('json-eval($..*)').text(message), '');
  });

  it('logs what it cannot read', () => {
    logged.length = 0;
    compileJsonEval('json-eval($.none)').text(withJson(body));
    compileJsonEval('json-eval($.none)').text(messageWith());
    assert.deepEqual(logged, ['ERROR SynapseJsonPath', 'WARN SynapseJsonPath']);
  });

  it('message-model 3.4.2: true in any case is true, everything else is false', () => {
    const test = (expression: string) => compileJsonEval(expression).test(withJson(body));
    assert.deepEqual(['json-eval($.t)', 'json-eval($.T)', 'json-eval($.n)', 'json-eval($.none)'].map(test), [
      true,
      true,
      false,
      false,
    ]);
  });

  it('message-model 1.6: has no object value, and is content-aware', () => {
    const expression = compileJsonEval('json-eval($ctx:j)');
    assert.equal(expression.object(withJson(body)), null);
    assert.equal(expression.contentAware, true);
  });
});

describe('json-eval on properties', () => {
  const table: [expression: string, text: string][] = [
    ['json-eval($ctx:j)', '{"k":[1,{"z":"w"}],"d":1.50,"n":null}'],
    ['json-eval($ctx:j.k[1].z)', 'w'],
    ['json-eval($ctx:j.d)', '1.5'],
    ['json-eval($ctx:j.n)', 'null'],
    ['json-eval($ctx:json.k)', 'v'],
    ['json-eval($ctx:i)', '1'],
    ['json-eval($ctx:bad)', '{bad'],
    ['json-eval($ctx:unset)', ''],
    ['json-eval($ctx:unset.k)', ''],
    ['json-eval($trp:x-json.k[1])', '2'],
    ['json-eval($axis2:aj.x.y)', '[7]'],
  ];
  for (const [expression, text] of table) {
    it(`message-model 3.4.1: ${expression}`, () => assert.equal(compileJsonEval(expression).text(messageWith()), text));
  }

  for (const expression of [
    'json-eval($ctx:j.none)',
    'json-eval($ctx:empty.a)',
    'json-eval($ctx:bad.a)',
    'json-eval($ctx:i.a)',
  ]) {
    it(`message-model 3.4.2: faults: ${expression}`, () => {
      assert.throws(() => compileJsonEval(expression).text(messageWith()), Fault);
    });
  }

  for (const expression of ['json-eval($.b.{$ctx:unset})', 'json-eval($.objs[?(@.v == {$ctx:name})])']) {
    it(`message-model 3.4.1: faults when the replaced path is malformed: ${expression}`, () => {
      assert.throws(() => compileJsonEval(expression).text(withJson(body)), Fault);
    });
  }
});

describe('json-eval items', () => {
  const table: [rule: string, expression: string, items: string[]][] = [
    ['items of an array', 'json-eval($.arr)', ['10', '20.50', 'null']],
    ['matches of an indefinite path', 'json-eval($.objs[*].id)', ['1', '2']],
    ['one object', 'json-eval($.b)', ['{"a":1}']],
    ['one string', 'json-eval($.a)', ['"x"']],
    ['null is no item', 'json-eval($.null)', []],
    ['parts in braces are not replaced', "json-eval($.objs[?(@.v == '{$ctx:name}')])", []],
    ['of a property', 'json-eval($ctx:j.k)', ['1', '{"z":"w"}']],
    ['of a property that is not set', 'json-eval($ctx:unset.k)', []],
  ];
  for (const [rule, expression, items] of table) {
    it(`message-model 3.4.2: ${rule}: ${expression}`, () => {
      const selected = compileJsonEval(expression).select(withJson(body));
      assert.deepEqual(
        selected.map((item) => item instanceof JsonElement && jsonText(item.value)),
        items,
      );
    });
  }

  it('message-model 3.4.2: a missing path and a malformed body are faults', () => {
    assert.throws(() => compileJsonEval('json-eval($.none)').select(withJson(body)), Fault);
    assert.throws(() => compileJsonEval('json-eval($.a)').select(withJson('{"a":')), Fault);
  });
});

describe('json-eval syntax', () => {
  const refused: [string, number][] = [
    ["json-eval($.a) = 'x'", 13],
    ['json-eval($.arr[{$ctx:i}])', 16],
    ['json-eval($ctx:j.a[::2])', 19],
    ['json-eval()', 11],
  ];
  for (const [expression, column] of refused) {
    it(`message-model 3.1: refuses ${expression}`, () => {
      assert.throws(
        () => compileJsonEval(expression),
        (error) => {
          assert.ok(error instanceof ExpressionSyntaxError);
          assert.equal(error.column, column);
          return true;
        },
      );
    });
  }
});
