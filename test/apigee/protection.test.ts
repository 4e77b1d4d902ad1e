import assert from 'node:assert/strict';
import { compilePolicy, type FlowOptions, runPolicy, testFlow } from './policy-run.js';

const sql = '[\\s]*(?i)((delete)|(exec)|(drop\\s*table)|(insert)|(\\bor\\b))';
const protect = (inside: string) =>
  `<RegularExpressionProtection name="P"><Source>request</Source>${inside}</RegularExpressionProtection>`;

describe('Apigee: RegularExpressionProtection', () => {
  const rows: [name: string, inside: string, options: FlowOptions, isThreat: boolean][] = [
    [
      'a query parameter',
      `<QueryParam name="query"><Pattern>${sql}</Pattern></QueryParam>`,
      { query: 'query=x%20DELETE%20y' },
      true,
    ],
    [
      'another one',
      `<QueryParam name="query"><Pattern>${sql}</Pattern></QueryParam>`,
      { query: 'other=delete' },
      false,
    ],
    [
      'flags in the middle count from there',
      `<QueryParam name="q"><Pattern>a(?i)b</Pattern></QueryParam>`,
      { query: 'q=AB' },
      false,
    ],
    ['a header', '<Header name="X-A"><Pattern>bad</Pattern></Header>', { headers: { 'x-a': 'so bad' } }, true],
    [
      'a form parameter',
      '<FormParam name="f"><Pattern>bad</Pattern></FormParam>',
      { body: 'f=bad', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } },
      true,
    ],
    ['the path, decoded', '<URIPath><Pattern>\\.\\.</Pattern></URIPath>', { path: '/a/%2e%2e/b' }, true],
    ['a variable', '<Variable name="request.verb"><Pattern>^PUT$</Pattern></Variable>', { verb: 'PUT' }, true],
    [
      'JSON',
      '<JSONPayload><JSONPath><Expression>$.a[*].b</Expression><Pattern>bad</Pattern></JSONPath></JSONPayload>',
      { body: '{"a":[{"b":"ok"},{"b":"bad"}]}' },
      true,
    ],
    [
      'JSON without it',
      '<JSONPayload><JSONPath><Expression>$.a[*].b</Expression><Pattern>bad</Pattern></JSONPath></JSONPayload>',
      { body: '{"c":"bad"}' },
      false,
    ],
    [
      'XML',
      '<XMLPayload><Namespaces><Namespace prefix="n">urn:n</Namespace></Namespaces><XPath><Expression>/n:a/n:b</Expression><Pattern>bad</Pattern></XPath></XMLPayload>',
      { body: '<a xmlns="urn:n"><b>bad</b></a>' },
      true,
    ],
  ];
  for (const [name, inside, options, isThreat] of rows) {
    it(`api-management 2.6: ${name}`, async () => {
      const fault = await runPolicy(testFlow(options), protect(inside));
      assert.deepEqual(fault && [fault.status, fault.faultName], isThreat ? [500, 'ThreatDetected'] : undefined);
    });
  }

  it('refuses broken patterns and paths at deploy, unreadable content at run time', async () => {
    assert.throws(() => compilePolicy(protect('<URIPath><Pattern>(</Pattern></URIPath>')), /no regular expression/);
    const json = protect(
      '<JSONPayload><JSONPath><Expression>$.a</Expression><Pattern>x</Pattern></JSONPath></JSONPayload>',
    );
    assert.throws(() => compilePolicy(json.replace('$.a', '$[')), /cannot be read/);
    assert.throws(() => compilePolicy(protect('')), /checks nothing/);
    assert.equal((await runPolicy(testFlow({ body: 'no json' }), json))?.faultName, 'ExecutionFailed');
  });
});
