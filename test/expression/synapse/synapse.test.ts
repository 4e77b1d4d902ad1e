import assert from 'node:assert/strict';
import { ExpressionSyntaxError } from '../../../runtime/expression/expression.js';
import { compileSynapseExpression } from '../../../runtime/expression/synapse/synapse.js';
import { compileTemplate } from '../../../runtime/expression/synapse/template.js';
import { WholeNumber } from '../../../runtime/java/value.js';
import { jsonText } from '../../../runtime/json/text.js';
import { JsonElement } from '../../../runtime/json/value.js';
import { Fault } from '../../../runtime/message/fault.js';
import { messageOf } from './fixture.js';

const body = '{"age":36,"d":10.50,"s":"str","digits":"42","nil":null,"l":[{"n":1},2],"t":true}';
const compile = compileSynapseExpression;

describe('message-model 3.6: object value', () => {
  const shown = (value: unknown): string => {
    if (value instanceof JsonElement) return `JSON ${jsonText(value.value)}`;
    return value instanceof WholeNumber ? `${value.type} ${value}` : `${typeof value} ${String(value)}`;
  };
  const table: [source: string, expected: string][] = [
    ["true ? 'a' : 'b'", "string 'a'"],
    ['"t"', 'string "t"'],
    ['payload.digits', 'JSON "42"'],
    ['payload.age', 'JSON 36'],
    ['payload.d', 'JSON 10.5'],
    ['payload.age + 1', 'Integer 37'],
    ['payload.d * 2', 'number 21'],
    ['payload.l', 'JSON [{"n":1},2]'],
    ['payload.l.length()', 'Long 2'],
    ['payload.age > 1', 'boolean true'],
    ['payload.nil', 'string '],
    ['payload.none', 'string '],
    ['1 / 0', 'string '],
  ];
  for (const [source, expected] of table) {
    it(source, () => assert.equal(shown(compile(source).object(messageOf({ body }))), expected));
  }

  it('keeps the type of a member when it is stored and read again', () => {
    const message = messageOf({ body });
    message.setVariable('v', compile('payload.age').object(message));
    assert.equal(compile('vars.v + 4').text(message), '40');
    message.setVariable('item', compile('payload.l[1]').object(message));
    assert.equal(compile('vars.item + 4').text(message), '6.0');
  });

  it('xpath() gives nodes and faults on anything else', () => {
    const message = messageOf({ body: '<r><a>1</a><a>2</a></r>' });
    const nodes = compile('xpath("//a")').object(message) as { textContent: string }[];
    assert.deepEqual(
      Array.from(nodes, (node) => node.textContent),
      ['1', '2'],
    );
    assert.deepEqual(compile('xpath("//none")').object(message), []);
    assert.throws(() => compile('xpath("count(//a)")').object(message), { name: 'Fault', message: /single value/ });
  });
});

describe('message-model 3.6: conditions', () => {
  const table: [source: string, expected: boolean][] = [
    ['payload.t', true],
    ['"TRUE"', true],
    ['payload.age > 1', true],
    ['payload.age', false],
    ['payload.none', false],
  ];
  for (const [source, expected] of table) {
    it(source, () => assert.equal(compile(source).test(messageOf({ body })), expected));
  }
});

describe('items selected', () => {
  it('elements of an array, another value itself, nothing for no value', () => {
    const select = (source: string) => compile(source).select(messageOf({ body }));
    assert.equal(select('payload.l').length, 2);
    assert.deepEqual(select('payload.s'), ['str']);
    assert.deepEqual(select('payload.none'), []);
  });
});

describe('errors', () => {
  it('an evaluation error is a warning that shows no values', () => {
    const warnings: string[] = [];
    const message = messageOf({ headers: { Authorization: 'Bearer secret' }, warnings });
    assert.equal(compile('headers.Authorization + 5').text(message), '');
    assert.deepEqual(warnings, [
      'WARN SynapseExpression Error evaluating expression: headers.Authorization + 5 cause : ' +
        '"+" cannot be applied to a string and an Integer',
    ]);
  });

  it('a fault names the expression and keeps its cause', () => {
    assert.throws(
      () => compile('base64decode("*")').text(messageOf()),
      (error: unknown) =>
        error instanceof Fault &&
        error.cause instanceof Fault &&
        error.message ===
          'The expression ${base64decode("*")} cannot be evaluated: base64decode(): the argument is not Base64',
    );
  });
});

describe('message-model 3.6: content awareness', () => {
  const table: [source: string, expected: boolean][] = [
    ['payload', true],
    ['$', true],
    ['$.a', true],
    ['length(payload)', true],
    ['5 + length(payload["payload"])', true],
    ['vars.books[?(@.c == $.c)]', true],
    ['exists(payload.age)', true],
    ['vars.payload', false],
    ['vars["payload"]', false],
    ['"payload.age"', false],
    ['props.synapse.payload', false],
    ['vars.books[?(@.c == "payload.c")]', false],
    ['vars.payload_x', false],
    ["xpath('//a')", true],
    ["xpath('$ctx:a')", false],
    ["xpath('/a', 'x')", false],
    ["vars.a + xpath('$ctx:b')", false],
    ["vars.a + xpath('//b')", true],
  ];
  for (const [source, expected] of table) {
    it(source, () => assert.equal(compile(source).contentAware, expected));
  }
});

describe('message-model 3.7: inline templates', () => {
  const render = (text: string) => compileTemplate(text).render(messageOf({ body }));
  const table: [text: string, expected: string][] = [
    ['plain', 'plain'],
    ['', ''],
    ['a ${payload.s} b', 'a str b'],
    ['${payload.s}${payload.age + 1}', 'str37'],
    ['${"lit"}', 'lit'],
    ['[${payload.l}]', '[[{"n":1},2]]'],
    ['[${payload.none}]', '[]'],
    ['$ {payload.s} $1', '$ {payload.s} $1'],
    ['${payload\n.s}', '${payload\n.s}'],
    ['${}', '${}'],
  ];
  for (const [text, expected] of table) it(JSON.stringify(text), () => assert.equal(render(text), expected));

  it('a placeholder ends at the first brace; the column is that of the whole text', () => {
    assert.throws(
      () => compileTemplate('say ${"a}"}'),
      (error: unknown) => error instanceof ExpressionSyntaxError && error.column === 7,
    );
  });

  it('gives its parts and whether it needs the body', () => {
    const template = compileTemplate('a ${vars.x} b');
    assert.deepEqual(
      template.parts.map((part) => (typeof part === 'string' ? part : part.source)),
      ['a ', '${vars.x}', ' b'],
    );
    assert.equal(template.contentAware, false);
    assert.equal(compileTemplate('${$.x}').contentAware, true);
  });
});
