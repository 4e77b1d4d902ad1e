import assert from 'node:assert/strict';
import { compileExpression } from '../../runtime/expression/compile.js';
import { ExpressionSyntaxError } from '../../runtime/expression/expression.js';
import { messageOf, namespaces } from './xpath/message.js';

const rows: [expression: string, language: string, text: string][] = [
  ['json-eval($.a.b)', 'jsonpath', '1'],
  ['json-eval($.a.b ', 'jsonpath', '1'],
  ['${payload.a.b + 1}', 'synapse', '2'],
  ['//a/b', 'xpath', '1'],
  ['$ctx:s', 'xpath', 'text'],
  [' //a/b', 'xpath', '1'],
];

const refused: [expression: string, column: number | undefined][] = [
  ["json-eval($.a) = 'x'", undefined],
  ['json-eval($.a) > 100', undefined],
  ['${payload.a} and ${payload.b}', undefined],
  ['${1 + }', undefined],
  ['${payload.a} x', 2],
  ['//a[', 5],
  [' json-eval($.a)', 13],
];

describe('Expression language', () => {
  for (const [expression, language, text] of rows) {
    it(`message-model 3.1: ${JSON.stringify(expression)} is ${language}`, () => {
      const compiled = compileExpression(expression, namespaces());
      assert.equal(compiled.language, language);
      assert.equal(compiled.text(messageOf({ json: '{"a":{"b":1}}', properties: { s: 'text' } })), text);
    });
  }

  for (const [expression, column] of refused) {
    it(`message-model 3.1: ${JSON.stringify(expression)} does not deploy`, () => {
      assert.throws(
        () => compileExpression(expression, namespaces()),
        (error: unknown) => error instanceof ExpressionSyntaxError && (column === undefined || error.column === column),
      );
    });
  }

  it('columns count within the whole text', () => {
    const columnOf = (text: string): number => {
      try {
        compileExpression(text, namespaces());
      } catch (error) {
        if (error instanceof ExpressionSyntaxError) return error.column;
      }
      return 0;
    };
    assert.ok(columnOf('${1 + }') > 2);
    assert.ok(columnOf('json-eval($.a[x])') > 'json-eval('.length);
  });
});
