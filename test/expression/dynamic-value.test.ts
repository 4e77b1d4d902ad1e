import assert from 'node:assert/strict';
import { compileDynamicValue } from '../../runtime/expression/dynamic-value.js';
import { ExpressionSyntaxError } from '../../runtime/expression/expression.js';
import { messageOf, namespaces } from './xpath/message.js';

const rows: [text: string, value: string | null, literal: string | undefined, contentAware: boolean][] = [
  ['abc', 'abc', 'abc', false],
  ['', '', '', false],
  ['{', '{', '{', false],
  ['a{//b}', 'a{//b}', 'a{//b}', false],
  ['{json-eval($.a)}', '1', undefined, true],
  ['{${payload.a}}', '1', undefined, true],
  ['{//a}', '1', undefined, true],
  ['{$ctx:s}', 'text', undefined, false],
  ['{$ctx:none}', null, undefined, false],
  ['{{//a}}', '{//a}', undefined, false],
];

describe('Dynamic value', () => {
  for (const [text, value, literal, contentAware] of rows) {
    it(`message-model 3.1: ${JSON.stringify(text)} is ${JSON.stringify(value)}`, () => {
      const compiled = compileDynamicValue(text, namespaces());
      const message = messageOf({ json: '{"a":1}', properties: { s: 'text' } });
      assert.equal(compiled.evaluate(message), value);
      assert.equal(compiled.literal, literal);
      assert.equal(compiled.contentAware, contentAware);
    });
  }

  it('message-model 3.1: doubled braces keep the expression for later', () => {
    const { deferred } = compileDynamicValue('{{//a}}', namespaces());
    assert.equal(deferred?.text(messageOf({ xml: '<r><a>1</a></r>' })), '1');
    assert.equal(compileDynamicValue('{//a}', namespaces()).deferred, undefined);
  });

  it('a problem has its column in the attribute', () => {
    const columns = ['{//a[}', '{{//a[}}'].map((text) => {
      try {
        compileDynamicValue(text, namespaces());
      } catch (error) {
        if (error instanceof ExpressionSyntaxError) return error.column;
      }
      return 0;
    });
    assert.deepEqual(columns, [6, 7]);
  });
});
