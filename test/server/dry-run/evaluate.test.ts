import assert from 'node:assert/strict';
import { type EvalResult, evaluate, type MessageInput } from '../../../runtime/index.js';

const json: MessageInput = { contentType: 'application/json', body: '{"a":{"b":1.50},"s":"x","t":true,"n":null}' };
const xml: MessageInput = { contentType: 'application/xml', body: '<a><b>1</b><b>2</b></a>' };

describe('product 5: what an expression is', () => {
  const rows: [expression: string, message: MessageInput, expected: EvalResult][] = [
    ['//b', xml, { kind: 'nodes', text: '<b>1</b><b>2</b>', value: '<b>1</b><b>2</b>' }],
    ['count(//b)', xml, { kind: 'number', text: '2.0', value: 2 }],
    ['//b = 2', xml, { kind: 'boolean', text: 'true', value: true }],
    ['string(//b)', xml, { kind: 'string', text: '1', value: '1' }],
    ['$ctx:none', xml, { kind: 'missing', text: '', value: null }],
    ['json-eval($.a.b)', json, { kind: 'string', text: '1.5', value: '1.5' }],
    ['json-eval($.none)', json, { kind: 'missing', text: '', value: '' }],
    ['${payload.a}', json, { kind: 'json', text: '{"b":1.50}', value: { b: 1.5 } }],
    ['${payload.a.b + 1}', json, { kind: 'number', text: '2.5', value: 2.5 }],
    ['${payload.t}', json, { kind: 'boolean', text: 'true', value: true }],
    ['${payload.s}', json, { kind: 'string', text: 'x', value: 'x' }],
  ];
  for (const [expression, message, expected] of rows) {
    it(expression, async () => assert.deepEqual(await evaluate(expression, message), expected));
  }
});

describe('product 5: what an expression rejects with', () => {
  const rows: [expression: string, code: string | number, column: number | undefined, text: RegExp][] = [
    ['//b[', 'expression-syntax', 5, /ends too early/],
    ['${payload.a +}', 'expression-syntax', 14, /expected a value/],
    ['json-eval($.[)', 'expression-syntax', 14, /./],
    ["concat('a)", 'expression-syntax', 8, /has no end/],
    ['$none', 0, 1, /\$none resulted in an error: .*none/],
    ['foo(1)', 0, 1, /foo\(1\) resulted in an error: .*foo/],
    ['json-eval($ctx:p.none)', 0, undefined, /No results for path/],
    ['${base64decode("***")}', 0, undefined, /not Base64/],
  ];
  for (const [expression, code, column, text] of rows) {
    it(`${expression}: ${code}${column === undefined ? '' : ` at ${column}`}`, async () => {
      const input = { ...json, properties: { default: { p: '{}' } } };
      await assert.rejects(evaluate(expression, input), (error: Error & { code?: unknown; column?: number }) => {
        assert.deepEqual([error.code, error.column], [code, column], error.message);
        assert.match(error.message, text);
        return true;
      });
    });
  }

  it('a body that cannot be read: 601000 and the reason', async () => {
    const broken = evaluate('//a', { contentType: 'application/xml', body: 'no xml' });
    await assert.rejects(broken, {
      code: 601000,
      message: /text outside of the root/,
      hint: 'mend the body, or give the content type that it has',
    });
  });
});
