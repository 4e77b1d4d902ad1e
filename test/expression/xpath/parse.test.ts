import assert from 'node:assert/strict';
import { ExpressionSyntaxError } from '../../../runtime/expression/expression.js';
import { compileXPath } from '../../../runtime/expression/xpath/compile.js';
import { messageOf, namespaces } from './message.js';

/** What is refused, with the column (from 1) where it stops making sense. */
const refused: [expression: string, column: number, message: RegExp][] = [
  ['', 1, /ends too early/],
  ["'it''s'", 5, /unexpected "s"/],
  ["'unclosed", 1, /no end/],
  ['//', 3, /cannot end with/],
  ['//item/', 8, /cannot end with/],
  ['a b', 3, /unexpected "b"/],
  ['a[', 3, /ends too early/],
  ['$', 2, /name of a variable/],
  ['@', 2, /name of an element or attribute/],
  ['1 = = 2', 5, /unexpected "="/],
  ['1 eq 1', 3, /unexpected "eq"/],
  ['(1,2)', 3, /unexpected ","/],
  ["'a' & 'b'", 5, /unexpected character "&"/],
  ['side::a', 1, /unknown axis "side"/],
  ["'a'/b", 4, /a path can follow nodes only/],
  ["if (1 = 1) then 'a' else 'b'", 12, /unexpected "then"/],
  [`${'('.repeat(500)}1${')'.repeat(500)}`, 401, /nested deeper/],
];

const accepted: [expression: string, text: string][] = [
  ['count (//a)', '2.0'],
  ['1.', '1.0'],
  ["concat('a', *)", 'a'],
  ['$ctx: s', 'text'],
  [' //c ', 'x'],
  ['//c\n/@k', 'K'],
  ['//div/mod', '7'],
  ['//a -1', '0.0'],
  ['//a.b', 'dot'],
  ['3 > 2 > 1', 'false'],
  ['1 < 2 < 3', 'true'],
  ['2 + 3 * 4', '14.0'],
  ['--1', '1.0'],
  ['- 2 - -2', '0.0'],
  ['//a[1] | //c = 1', 'true'],
];

describe('XPath: syntax', () => {
  for (const [expression, column, message] of refused) {
    it(`message-model 3.1: refuses ${expression.slice(0, 30)} at column ${column}`, () => {
      assert.throws(
        () => compileXPath(expression, namespaces()),
        (error: unknown) =>
          error instanceof ExpressionSyntaxError && error.column === column && message.test(error.message),
      );
    });
  }

  const xml = '<r><a>1</a><a>2</a><c k="K">x</c><div><mod>7</mod></div><a.b>dot</a.b></r>';
  for (const [expression, text] of accepted) {
    it(`message-model 3.1: ${JSON.stringify(expression)} is ${text}`, () => {
      const message = messageOf({ xml, properties: { s: 'text' } });
      assert.equal(compileXPath(expression, namespaces()).text(message), text);
    });
  }

  it('message-model 3.3: a prefix without a local name is refused when it runs, not before', () => {
    const expression = compileXPath('a := 1', namespaces());
    assert.throws(() => expression.text(messageOf({ xml })), /Evaluation of the XPath expression a := 1/);
  });
});
