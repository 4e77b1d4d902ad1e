import assert from 'node:assert/strict';
import { runSuite } from '../../../runtime/index.js';
import {
  api,
  backend,
  callBackend,
  caseXml,
  mock,
  ns,
  proxy,
  type Row,
  respond,
  runRow,
  sequence,
  suiteOf,
} from './suite-xml.js';

/** Suites whose one case fails, by one failed assertion: what was found. */
const failing: readonly (Row & { actual: string; expected?: string; kind?: string; description?: RegExp })[] = [
  {
    rule: 'another property',
    artifact: sequence('<property name="p" value="1"/>'),
    expect: { '$ctx:p': '2' },
    actual: '1',
    expected: '2',
  },
  {
    rule: 'a missing property, also where null is expected',
    artifact: sequence(''),
    expect: { '$ctx:p': 'null' },
    actual: 'null',
    expected: 'null',
  },
  {
    rule: 'another body',
    artifact: sequence(''),
    input: { payload: '{"a":1}' },
    expect: { $body: '{"a":2}' },
    actual: '{"a":1.0}',
    expected: '{"a":2.0}',
  },
  {
    rule: 'an expression is not brought into the common form',
    artifact: sequence('<property name="p" value="a b"/>'),
    expect: { '${properties.synapse.p}': 'a b' },
    actual: 'a b',
    expected: 'ab',
  },
  {
    rule: 'a missing header',
    artifact: sequence(''),
    expect: { '$trp:X': null },
    actual: 'null',
    kind: 'assertNotNull',
  },
  { rule: 'an empty body', artifact: sequence(''), expect: { $body: null }, actual: 'null', kind: 'assertNotNull' },
  {
    rule: 'a status of a sequence',
    artifact: sequence(''),
    expect: { $statusCode: '200' },
    actual: 'Received assert expression: $statusCode is not a valid operation type for sequences',
  },
  {
    rule: 'whether there is a status of a sequence',
    artifact: sequence(''),
    expect: { $statusCode: null },
    actual: 'null',
    kind: 'assertNotNull',
  },
  {
    rule: 'a property of an API',
    artifact: api(respond),
    input: { method: 'GET' },
    expect: { '$ctx:p': '1' },
    actual: 'Received assert expression: $ctx:p is not a valid operation type for services',
  },
  {
    rule: 'another status',
    artifact: api(respond),
    input: { method: 'GET' },
    expect: { $statusCode: '201' },
    actual: '200',
    expected: '201',
  },
  {
    rule: 'a header by another spelling',
    artifact: api(`<header name="X-Was" scope="transport" value="1"/>${respond}`),
    input: { method: 'GET', path: '/' },
    expect: { '$trp:x-was': '1' },
    actual: 'null',
    description: /^Tested service url - GET: http:\/\/localhost:\d+\/shop\nReceived status code - 200$/,
  },
  {
    rule: 'the body of an answer to HEAD',
    artifact: api(respond),
    input: { method: 'HEAD' },
    expect: { $body: '' },
    actual: 'null',
    expected: 'null',
  },
];

/** Suites that are not run, and why. */
const refused: readonly (readonly [rule: string, suite: string, status: 'FAILED' | 'SKIPPED', why: RegExp])[] = [
  ['5.2: no XML', '<unit-test>', 'SKIPPED', /suite\.xml:1:\d+ error The XML is not well-formed/],
  [
    '5.2: no artifact',
    '<unit-test><artifacts/></unit-test>',
    'SKIPPED',
    /<artifacts> of a unit test needs <test-artifact>/,
  ],
  [
    '5.2: an assertion without message',
    suiteOf(
      { rule: '', artifact: sequence('') },
      '<test-case name="c"><assertions><assertNotNull><actual>$body</actual></assertNotNull></assertions></test-case>',
    ),
    'SKIPPED',
    /<assertNotNull> of a unit test needs <message>/,
  ],
  [
    '5.2: an unknown assertion',
    suiteOf(
      { rule: '', artifact: sequence('') },
      '<test-case name="c"><assertions><assertTrue><actual>$body</actual><message>m</message></assertTrue></assertions></test-case>',
    ),
    'SKIPPED',
    /<assertTrue> is no assertion/,
  ],
  [
    '5.2: no assertions',
    suiteOf({ rule: '', artifact: sequence('') }, '<test-case name="c"/>'),
    'SKIPPED',
    /<test-case> of a unit test needs <assertions>/,
  ],
  [
    '5.2: a file that is not there',
    suiteOf({ rule: '', artifact: 'src/none.xml' }, ''),
    'SKIPPED',
    /names a file that is not there: src\/none\.xml/,
  ],
  [
    '5.2: a resource without media type',
    suiteOf(
      {
        rule: '',
        artifact: sequence(''),
        more: '<registry-resources><registry-resource><file-name>a</file-name><artifact>b</artifact><registry-path>/_system/config</registry-path></registry-resource></registry-resources>',
      },
      '',
    ),
    'SKIPPED',
    /<registry-resource> of a unit test needs <media-type>/,
  ],
  [
    '5.2: an artifact that does not deploy',
    suiteOf({ rule: '', artifact: sequence('<nothing/>') }, ''),
    'FAILED',
    /Unknown mediator <nothing>/,
  ],
  [
    '5.2: a supportive artifact that does not deploy',
    suiteOf({ rule: '', artifact: sequence(''), supportive: [sequence('<nothing/>', 'other')] }, ''),
    'FAILED',
    /Unknown mediator <nothing>/,
  ],
  [
    '5.2: the same name twice',
    suiteOf({ rule: '', artifact: sequence(''), supportive: [sequence('')] }, ''),
    'FAILED',
    /tested/,
  ],
  [
    '5.2: an endpoint cannot be tested',
    suiteOf({ rule: '', artifact: backend }, ''),
    'FAILED',
    /<endpoint> cannot stand here: a suite takes sequence, api, proxy/,
  ],
  [
    '5.2: a task cannot stand beside',
    suiteOf(
      {
        rule: '',
        artifact: sequence(''),
        supportive: [
          `<task ${ns} name="t" class="org.apache.synapse.startup.tasks.MessageInjector"><trigger interval="3600"/></task>`,
        ],
      },
      '',
    ),
    'FAILED',
    /<task> cannot stand here/,
  ],
  [
    '5.2: a proxy without http',
    suiteOf({ rule: '', artifact: proxy(respond, 'transports="local"') }, ''),
    'FAILED',
    /^Local transport method for proxy currently not supported$/,
  ],
];

describe('unit-test suites that fail', () => {
  for (const { actual, expected, kind = 'assertEquals', description = /^/, ...row } of failing) {
    it(`artifacts 5.4 fails for ${row.rule}`, async () => {
      const { testCases, mediationStatus } = await runRow(row);
      const [failure, ...more] = testCases[0]?.failureAssertions ?? [];
      assert.equal(mediationStatus, 'PASSED');
      assert.equal(testCases[0]?.assertionStatus, 'FAILED');
      assert.deepEqual(more, []);
      assert.deepEqual([failure?.assertionType, failure?.actual, failure?.message], [kind, actual, 'm']);
      if (expected !== undefined) assert.equal(failure?.expected, expected);
      assert.match(failure?.assertionDescription ?? '', description);
    });
  }

  for (const [rule, suite, status, why] of refused) {
    it(`artifacts ${rule}`, async () => {
      const report = await runSuite(suite, 'suite.xml');
      assert.equal(report.deploymentStatus, status);
      assert.match(report.deploymentException, why);
      assert.deepEqual(report.testCases, []);
    });
  }

  it('artifacts 5.4: all assertions of a case are evaluated', async () => {
    const expect = { '$ctx:a': '1', '$ctx:b': '2', '$ctx:c': '3' };
    const { testCases } = await runRow({ rule: '', artifact: sequence('<property name="b" value="2"/>'), expect });
    const failed = testCases[0]?.failureAssertions.map(({ assertionExpression }) => assertionExpression);
    assert.deepEqual(failed, ['$ctx:a', '$ctx:c']);
  });

  for (const [what, mediators, log] of [
    ['respond', respond, /ended before its end/],
    ['drop', '<drop/>', /ended before its end/],
    ['an error', '<throwError type="T" errorMessage="broken"/>', /broken/],
  ] as const) {
    it(`artifacts 5.3: a sequence that ends with ${what} fails, the next case is run`, async () => {
      const row: Row = {
        rule: '',
        artifact: sequence(`<filter source="$ctx:p" regex="1"><then>${mediators}</then></filter>`),
      };
      const cases = caseXml({ input: { properties: { 'default p': '1' } } }, 'one') + caseXml({}, 'two');
      const report = await runSuite(suiteOf(row, cases), 'suite.xml');
      const [one, two] = report.testCases;
      assert.equal(report.mediationStatus, 'FAILED');
      assert.equal(one?.exception, 'Sequence mediation failed, check the server logs for more details');
      assert.deepEqual([one?.mediationStatus, one?.assertionStatus], ['FAILED', 'SKIPPED']);
      assert.match(one?.logs?.join('\n') ?? '', log);
      assert.equal(two?.assertionStatus, 'PASSED');
    });
  }

  it('artifacts 5.6: without an answer the remaining cases are not run', async () => {
    const row: Row = { rule: '', artifact: api(respond) };
    const broken = { input: { method: 'GET', path: '/a b' }, expect: { $statusCode: '200' } };
    const cases = caseXml({ input: { method: 'GET' } }, 'one') + caseXml(broken, 'two') + caseXml({}, 'three');
    const report = await runSuite(suiteOf(row, cases), 'suite.xml');
    assert.deepEqual(
      report.testCases.map(({ testCaseName }) => testCaseName),
      ['one'],
    );
    assert.deepEqual([report.mediationStatus, report.currentTestCase], ['FAILED', 'two']);
    assert.match(report.mediationException, /unescaped characters/);
  });

  it('a failed case has the log lines of its own', async () => {
    const tested = sequence('<log level="custom"><property name="n" expression="$ctx:n"/></log>');
    const cases = ['1', '2'].map((n) =>
      caseXml({ input: { properties: { 'default n': n } }, expect: { '$ctx:x': n } }, n),
    );
    const { testCases } = await runSuite(suiteOf({ rule: '', artifact: tested }, cases.join('')), 'suite.xml');
    assert.deepEqual(
      testCases.map(({ logs }) => logs),
      [['INFO {LogMediator} n = 1'], ['INFO {LogMediator} n = 2']],
    );
  });

  it('a failed case says which requests no mock service knew, without credentials', async () => {
    const { testCases } = await runRow({
      rule: '',
      artifact: sequence(callBackend),
      supportive: [backend.replace('/orders"', '/other"')],
      mocks:
        mock('/orders', '{}') +
        mock('/other', '{}').replace('<response>', '<request><payload>x</payload></request><response>'),
      input: { payload: '<a><password>geheim</password></a>' },
    });
    const lines = testCases[0]?.logs?.join('\n') ?? '';
    assert.match(
      lines,
      /no mock resource matches: Backend, Backend \(port 9090\): POST \/other with <a><password>\*\*\*</,
    );
  });
});
