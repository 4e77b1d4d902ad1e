import assert from 'node:assert/strict';
import { compileCondition } from '../../runtime/apigee/condition/compile.js';
import { conditionAt } from '../../runtime/apigee/condition/condition-at.js';
import { ConditionSyntaxError } from '../../runtime/apigee/condition/tokens.js';
import { parseConfiguration } from '../../runtime/configuration/parse.js';
import { ConfigurationError } from '../../runtime/configuration/problem.js';
import { flowOf } from './harness.js';

const variables: Readonly<Record<string, unknown>> = {
  verb: 'GET',
  status: 200,
  text200: '200',
  yes: true,
  no: false,
  'json-patch.originalJSON': '{}',
  'odd=name': 'x',
  empty: '',
  path: '/animals/cat/wild',
  pattern: 'G*',
  'servicecallout.Log-In.failed': true,
};

type Row = readonly [condition: string, expected: boolean];

function table(title: string, rows: readonly Row[]): void {
  describe(title, () => {
    for (const [condition, expected] of rows) {
      it(`${condition} is ${expected}`, () => {
        assert.equal(compileCondition(condition).isTrue(flowOf({ variables })), expected);
      });
    }
  });
}

describe('api-management 2.3: conditions', () => {
  table('equals and not equals', [
    ['verb = "GET"', true],
    ['verb == "GET"', true],
    ['verb Equals "GET"', true],
    ['verb EQUALS "GET"', true],
    ['verb Is "GET"', true],
    ['verb="GET"', true],
    ['verb =="GET"', true],
    ['verb = "get"', false],
    ['verb != "POST"', true],
    ['verb NotEquals "GET"', false],
    ['verb IsNot "POST"', true],
    ['verb := "get"', true],
    ['verb EqualsCaseInsensitive "post"', false],
    ['"GET" = verb', true],
  ]);

  table('types are coerced', [
    ['status = 200', true],
    ['status == "200"', true],
    ['text200 = 200', true],
    ['text200 = 200.0', true],
    ['text200 = "0200"', false],
    ['status != 200', false],
    ['yes = "true"', true],
    ['yes == true', true],
    ['no == "false"', true],
    ['no = false', true],
  ]);

  table('comparing', [
    ['status > 199', true],
    ['status GreaterThan 200', false],
    ['status >= 200', true],
    ['status GreaterThanOrEquals "201"', false],
    ['status < 201', true],
    ['text200 LesserThan 1000', true],
    ['status <= 199', false],
    ['status LesserThanOrEquals 200', true],
    ['verb > "FOO"', true],
    ['missing > 1', false],
    ['missing <= 1', false],
  ]);

  table('null', [
    ['missing is null', true],
    ['missing = null', true],
    ['missing IS NULL', true],
    ['missing is not null', false],
    ['verb is not null', true],
    ['verb != null', true],
    ['json-patch.originalJSON != null', true],
    ['empty is null', false],
    ['empty = ""', true],
    ['missing = "v"', false],
    ['missing != "v"', true],
    ['missing := "v"', false],
    ['missing ~ "*"', false],
  ]);

  table('glob', [
    ['verb ~ "G*"', true],
    ['verb Matches "GET"', true],
    ['verb Like "*E*"', true],
    ['verb Matches "G"', false],
    ['verb Matches "g*"', false],
    ['verb Matches pattern', true],
    ['path Matches "/animals/*"', true],
    ['"a*b" Matches "a%*b"', true],
    ['"axb" Matches "a%*b"', false],
    ['"a.b" Matches "a.b"', true],
    ['"axb" Matches "a.b"', false],
  ]);

  table('Java regular expression', [
    ['verb ~~ "G.T"', true],
    ['verb JavaRegex "E"', false],
    ['verb ~~ "^(POST|GET)$"', true],
    ['verb ~~ "(?i)get"', true],
  ]);

  table('path', [
    ['"/accesstoken" MatchesPath "/accesstoken"', true],
    ['"/accesstoken/" MatchesPath "/accesstoken"', true],
    ['"/accesstoken/x" MatchesPath "/accesstoken"', false],
    ['"/accesstokens" MatchesPath "/accesstoken"', false],
    ['empty MatchesPath "/"', true],
    ['"/" MatchesPath "/"', true],
    ['"/x" MatchesPath "/"', false],
    ['path ~/ "/animals/**"', true],
    ['path LikePath "/animals/*"', false],
    ['"/animals/cat" ~/ "/animals/*"', true],
    ['"/animals" ~/ "/animals/**"', false],
    ['"/animals/" ~/ "/animals/*"', false],
    ['"/resource1/7" MatchesPath "/resource1/{id}"', true],
    ['"/resource1/7/8" MatchesPath "/resource1/{id}"', false],
    ['"/3leg/verifier" /~ "/3leg/verifier"', true],
    ['empty MatchesPath "/**"', true],
    ['path ~/ "/animals/*/wild"', true],
    ['"/v1/a.json" ~/ "/v1/*.json"', true],
    ['"/v1/b/a.json" ~/ "/v1/*.json"', false],
    ['"/v1/*" ~/ "/v1/%*"', true],
    ['"/v1/a" ~/ "/v1/%*"', false],
  ]);

  table('prefix', [
    ['verb =| "GE"', true],
    ['verb StartsWith "ET"', false],
    ['missing StartsWith ""', false],
  ]);

  table('logic', [
    ['yes and no', false],
    ['yes AND yes', true],
    ['yes && no', false],
    ['yes or no', true],
    ['no OR no', false],
    ['no || yes', true],
    ['!(verb = "POST")', true],
    ['NOT (verb = "GET")', false],
    ['not no', true],
    ['verb = "GET" or verb = "POST" and status = 1', true],
    ['(verb = "GET" or verb = "POST") and status = 1', false],
    ['no and no or yes', true],
    ['!no and yes', true],
    ['!(verb ~~ "^(POST|PUT)$") and ((status = 200))', true],
    ['verb = "GET"\n  and\n  status = 200', true],
    ['servicecallout.Log-In.failed', true],
    ['missing', false],
    ['true', true],
    ['verb', false],
  ]);

  table('names', [
    ['\'odd=name\' = "x"', true],
    ['json-patch.originalJSON = "{}"', true],
    ['orderly = null', true],
  ]);

  describe('a syntax error has its place', () => {
    const rows: readonly (readonly [condition: string, offset: number, message: RegExp])[] = [
      ['verb = ', 7, /value expected before the end/],
      ['verb = "GET', 7, /quote " is not closed/],
      ['(verb = "GET"', 13, /"\)" expected/],
      ['verb = "GET")', 12, /"and" or "or" expected/],
      ['verb "GET"', 5, /"and" or "or" expected before "GET"/],
      ['verb = "GET" and and no', 17, /value expected before "and"/],
      ['verb ~~ "("', 8, /pattern cannot be read/],
      ['verb = ?', 7, /unexpected character \?/],
    ];
    for (const [condition, offset, message] of rows) {
      it(`${condition} at ${offset}`, () => {
        assert.throws(
          () => compileCondition(condition),
          (error) => error instanceof ConditionSyntaxError && error.offset === offset && message.test(error.message),
        );
      });
    }

    it('in lines and columns of the file', () => {
      const flow = parseConfiguration('<Flow>\n  <Condition>\n    verb = "GET" and\n  )</Condition>\n</Flow>', 'a.xml');
      const [condition] = flow.elements();
      assert.ok(condition);
      assert.throws(
        () => conditionAt(condition),
        (error) => error instanceof ConfigurationError && error.problem.line === 4 && error.problem.column === 3,
      );
    });

    it('in a CDATA section too', () => {
      const condition = parseConfiguration('<Condition><![CDATA[verb = ]]></Condition>', 'a.xml');
      assert.throws(
        () => conditionAt(condition),
        (error) => error instanceof ConfigurationError && error.problem.column === 28,
      );
    });
  });

  it('headers with several values give the first, and the others by number', () => {
    const flow = flowOf({ request: { headers: ['Accept', 'text/html, text/plain', 'accept', 'a/b'] } });
    const isTrue = (condition: string) => compileCondition(condition).isTrue(flow);
    assert.ok(isTrue('request.header.accept = "text/html"'));
    assert.ok(isTrue('request.header.Accept.values.count = 3'));
    assert.ok(isTrue('request.header.Accept.2 = "text/plain" and request.header.Accept.3 = "a/b"'));
    assert.ok(isTrue('request.header.Accept.4 is null and request.header.None.values.count = 0'));
  });
});
