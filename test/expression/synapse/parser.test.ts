import assert from 'node:assert/strict';
import { ExpressionSyntaxError } from '../../../runtime/expression/expression.js';
import { compileSynapseExpression } from '../../../runtime/expression/synapse/synapse.js';
import { messageOf } from './fixture.js';

const body = '{"a":{"vars":1,"length":2,"a b":3},"i":1,"l":[10,20,30],"n":36}';
const text = (source: string): string | null => compileSynapseExpression(source).text(messageOf({ body }));

describe('message-model 3.5: precedence', () => {
  const table: [source: string, expected: string][] = [
    ['1 + 2 * 3', '7'],
    ['(1 + 2) * 3', '9'],
    ['5 - 30 + 2 - 10', '-33'],
    ['20 / 2 / 5', '2'],
    ['5 + -1', '4'],
    // Comparison binds looser than and/or: 5 > (3 and true) has no value.
    ['5 > 3 and true', ''],
    ['(5 > 3) and true', 'true'],
    // true == (false or true)
    ['true == false or true', 'true'],
    ['(true == false) or false', 'false'],
    // One level, right-associative: true or (true and false); from the left it would be false.
    ['true or true and false', 'true'],
    ['false and false or true', 'false'],
    // A left-associative chain: (1 == 1) == true
    ['1 == 1 == true', 'true'],
    ['true ? false ? false : true : false', 'true'],
    ['false ? 1 : true ? 2 : 3', '2'],
    ['1 < 2 ? 1 + 1 : 0', '2'],
    ['45 == (5 > 34 ? true : 45)', 'true'],
    ['null ? 4 : 5', ''],
    ['"bla" ? true : 123', ''],
  ];
  for (const [source, expected] of table) {
    it(source, () => assert.equal(text(source), expected));
  }
});

describe('message-model 3.5: tokens', () => {
  const table: [source: string, expected: string][] = [
    ['  1\n+\t1  ', '2'],
    ['007', '7'],
    ['-0.0', '-0.0'],
    ['99999999999999999999', '1.0E20'],
    ["'it'", 'it'],
    [String.raw`"a\tb"`, String.raw`a\tb`],
    [String.raw`"\u00e9\101"`, String.raw`\u00e9\101`],
    ['true && true || false', 'true'],
    // Dropped characters: all that begin no token, and the one behind a lone =.
    ['5 === 5', 'true'],
    ['#5', '5'],
    ['{1}', '1'],
    ['payload.a.vars', '1'],
    ['payload.a.length', '2'],
    ['payload.a["a b"]', '3'],
    ['$.n', '36'],
  ];
  for (const [source, expected] of table) {
    it(source, () => assert.equal(text(source), expected));
  }
});

describe('message-model 3.5: refused', () => {
  const table: [source: string, column: number, message: RegExp, hint?: RegExp][] = [
    ['', 1, /expected a value, found the end/],
    ['5-3', 2, /"-3" is not expected/, /"- 3"/],
    ['5 -3', 3, /"-3"/, /"- 3"/],
    ['-payload.n', 1, /found "-"/, /-1 \* x/],
    ['!true', 1, /found "!"/, /not\(/],
    ['payload.size', 9, /"size" cannot follow a dot/, /\["size"\]/],
    ['payload.in.x', 9, /"in" cannot follow/, /reserved/],
    ['payload..size', 8, /"\.\." is not expected/],
    ['payload.n = 1', 13, /"1" is not expected/, /equality is written ==/],
    ['true AND false', 6, /"AND"/],
    ['PAYLOAD.n', 1, /found "PAYLOAD"/, /did you mean payload/],
    ['"a', 1, /found """/, /ends with the quote/],
    [String.raw`"\x"`, 1, /found """/],
    ['1.', 3, /cannot follow a dot/],
    ['.5', 1, /found "\."/],
    ['1e3', 2, /"e3"/],
    ['()', 2, /found "\)"/],
    ['(5', 3, /expected "\)"/],
    ['true ? 1', 9, /expected ":"/],
    ['vars', 5, /a name behind a dot/],
    ['vars[0]', 6, /a name in quotes/],
    ['headers.size', 9, /found "size"/],
    ['headers.X.length()', 11, /"length\(\)" cannot follow a dot/],
    ['props.s', 6, /"\.synapse" or "\.axis2"/],
    ['props.synapse.a.b', 17, /"b" cannot follow/, /\["a\.b"\]/],
    ['params.x.y', 7, /\.queryParams/],
    ['length()', 1, /found "length\(\)"/],
    ['nosuch(1)', 1, /found "nosuch"/],
    ['trim("a",)', 10, /found "\)"/],
    ['[1,2][0]', 6, /"\[" is not expected/],
    ['(payload.a).b', 13, /./],
    ['payload.l[-payload.i]', 21, /":" of a slice/],
    ['payload.l[?(@.x == null)]', 20, /cannot contain "null"/, /json-eval/],
    ['payload.l[?(@.x % 2 == 1)]', 17, /cannot contain "%"/],
    ['payload.l[?(@.x in ["a"])]', 20, /cannot contain "\["/],
    ['payload.l[?(@.length() > 1)]', 15, /cannot contain "length\(\)"/],
    ['payload.l[?()]', 13, /expected a condition/],
    ['registry("a").property()', 1, /property\("name"\)/],
    ['object("{}").property("a")', 1, /property\("name"\)/],
    [`${'('.repeat(600)}1${')'.repeat(600)}`, 501, /nested deeper than 500/],
    [`${'payload[('.repeat(40)}@`, 81, /nested too deeply/],
  ];
  for (const [source, column, message, hint] of table) {
    it(source.slice(0, 40), () => {
      assert.throws(
        () => compileSynapseExpression(source),
        (error: unknown) => {
          assert.ok(error instanceof ExpressionSyntaxError, String(error));
          assert.match(error.message, message);
          assert.equal(error.column, column);
          if (hint) assert.match(error.hint ?? '', hint);
          return true;
        },
      );
    });
  }
});
