import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findSuites, runSuite, type SuiteOptions, type SuiteReport } from '../../../runtime/index.js';
import { connectorZip } from '../../deploy/zip.js';
import { makeHome } from '../../store/databases.js';

const ns = 'xmlns="http://ws.apache.org/ns/synapse"';
const sequence = (mediators: string, name = 'tested') => `<sequence ${ns} name="${name}">${mediators}</sequence>`;
const api = (mediators: string, attributes = 'context="/shop"', resource = 'methods="GET POST PUT DELETE HEAD"') =>
  `<api ${ns} name="Shop" ${attributes}><resource ${resource}><inSequence>${mediators}</inSequence></resource></api>`;
const proxy = (mediators: string, attributes: string) =>
  `<proxy ${ns} name="Echo" ${attributes}><target><inSequence>${mediators}</inSequence></target></proxy>`;
const payload = (json: string) => `<payloadFactory media-type="json"><format>${json}</format><args/></payloadFactory>`;

interface Input {
  payload?: string;
  method?: string;
  path?: string;
  protocol?: string;
  /** `scope name` to value. */
  properties?: Readonly<Record<string, string>>;
}

interface Row {
  rule: string;
  artifact: string;
  input?: Input;
  /** Expressions and what they should be; null asks whether there is a value. */
  expect?: Readonly<Record<string, string | null>>;
  supportive?: readonly string[];
  more?: string;
  mocks?: string;
}

const equals = ([actual, expected]: readonly [string, string | null]) =>
  expected === null
    ? `<assertNotNull><actual>${actual}</actual><message>m</message></assertNotNull>`
    : `<assertEquals><actual>${actual}</actual><expected><![CDATA[${expected}]]></expected><message>m</message></assertEquals>`;

function inputXml({ payload, method, path: requestPath, protocol, properties = {} }: Input): string {
  const element = (name: string, text: string | undefined) => (text === undefined ? '' : `<${name}>${text}</${name}>`);
  const list = Object.entries(properties).map(([key, value]) => {
    const [scope, name] = key.split(' ');
    return `<property name="${name}" value="${value}" scope="${scope}"/>`;
  });
  return `<input>${element('request-path', requestPath)}${element('request-method', method)}${element('request-protocol', protocol)}${payload === undefined ? '' : `<payload><![CDATA[${payload}]]></payload>`}<properties>${list.join('')}</properties></input>`;
}

const caseXml = ({ input = {}, expect = {} }: Pick<Row, 'input' | 'expect'>, name = 'a case') =>
  `<test-case name="${name}">${inputXml(input)}<assertions>${Object.entries(expect).map(equals).join('')}</assertions></test-case>`;

const suiteOf = ({ artifact, supportive = [], more = '', mocks = '' }: Row, cases: string) =>
  `<unit-test><artifacts><test-artifact><artifact>${artifact}</artifact></test-artifact><supportive-artifacts>${supportive
    .map((one) => `<artifact>${one}</artifact>`)
    .join(
      '',
    )}</supportive-artifacts>${more}</artifacts><test-cases>${cases}</test-cases><mock-services>${mocks}</mock-services></unit-test>`;

const runRow = (row: Row, options?: SuiteOptions): Promise<SuiteReport> =>
  runSuite(suiteOf(row, caseXml(row)), 'suite.xml', options);

const mock = (path: string, answer: string) =>
  `<mock-service><service-name>Backend</service-name><port>9090</port><context>/</context><resources><resource><sub-context>${path}</sub-context><method>POST</method><response><payload><![CDATA[${answer}]]></payload><headers><header name="Content-Type" value="application/json"/></headers></response></resource></resources></mock-service>`;
const backend = `<endpoint ${ns} name="Backend"><http method="post" uri-template="https://orders.invalid/orders"/></endpoint>`;
const callBackend = '<call><endpoint key="Backend"/></call>';
const respond = '<respond/>';

/** Suites whose cases pass. */
const passing: readonly Row[] = [
  {
    rule: '5.3: a JSON object is a JSON payload',
    artifact: sequence('<property name="p" expression="json-eval($.a)"/>'),
    input: { payload: ' {"a": 1} ' },
    expect: { '$ctx:p': '1', $body: '{"a":1}' },
  },
  {
    rule: '5.3: XML is the child of the body',
    artifact: sequence('<property name="p" expression="//b"/>'),
    input: { payload: '<a><b>1</b></a>' },
    expect: { '$ctx:p': '1', $body: '<a><b>1</b></a>' },
  },
  {
    rule: '5.3: a JSON array is text',
    artifact: sequence('<property name="p" expression="//*[local-name()=\'text\']"/>'),
    input: { payload: '[1]' },
    expect: { '$ctx:p': '[1]', $body: '[1]' },
  },
  {
    rule: '5.3: properties have their scopes',
    artifact: sequence('<property name="p" expression="fn:concat($ctx:a, $axis2:b, $trp:c)"/>'),
    input: { properties: { 'default a': '1', 'axis2 b': '2', 'transport c': '3' } },
    expect: { '$ctx:p': '123', '$ctx:a': '1', '$axis2:b': '2', '$trp:C': '3' },
  },
  {
    rule: '5.4: an expression is a Synapse expression, compared as it is',
    artifact: sequence('<variable name="v" type="STRING" value="a"/>'),
    input: { payload: '{"a":{"b":"x"}}' },
    expect: { '${payload.a.b}': 'x', '${vars.v}': 'a' },
  },
  {
    rule: '5.4: assertNotNull asks whether there is a value',
    artifact: sequence('<property name="p" value=""/>'),
    input: { payload: '<a/>', properties: { 'transport X-A': '1' } },
    expect: { '$ctx:p': null, $body: null, '$trp:X-A': null },
  },
  {
    rule: '5.2: calls of a sequence wait for their answers, and go to mock services',
    artifact: sequence(`<property name="messageType" value="application/json" scope="axis2"/>${callBackend}`),
    supportive: [backend],
    mocks: mock('/orders', '{"number":"N-1"}'),
    input: { payload: '{"a":1}', properties: { 'axis2 REST_URL_POSTFIX': '/lost' } },
    expect: { $body: '{"number":"N-1"}', '${payload.number}': 'N-1', '$axis2:HTTP_SC': '200' },
  },
  {
    rule: '5.2: calls of a supportive template, too',
    artifact: sequence('<call-template target="t"/>'),
    supportive: [backend, `<template ${ns} name="t"><sequence>${callBackend}</sequence></template>`],
    mocks: mock('/orders', '{"number":"N-1"}'),
    input: { payload: '<a/>' },
    expect: { '$axis2:HTTP_SC': '200' },
  },
  {
    rule: '5.5: a flow may name the port of a mock service',
    artifact: sequence(`<call><endpoint><address uri="http://127.0.0.1:9090/orders"/></endpoint></call>`),
    mocks: mock('/orders', '{"number":"N-1"}'),
    input: { payload: '<a/>' },
    expect: { $body: '{"number":"N-1"}' },
  },
  {
    rule: '5.2: registry resources are found by each spelling',
    artifact: sequence(
      ['gov:folder/a.txt', '/_system/governance/folder/a.txt']
        .map((key, index) => `<property name="p${index}" expression="get-property('registry', '${key}')"/>`)
        .join(''),
    ),
    more: '<registry-resources><registry-resource><file-name>a.txt</file-name><artifact>hello</artifact><registry-path>/_system/governance/folder</registry-path><media-type>text/plain</media-type></registry-resource></registry-resources>',
    expect: { '$ctx:p0': 'hello', '$ctx:p1': 'hello' },
  },
  {
    rule: '5.2: connectors stand in the suite as base64',
    artifact: sequence('<shop.order><sku>7</sku></shop.order>'),
    more: `<connector-resources><connector-resource>${Buffer.from(connectorZip('shop', { order: ['<parameter name="sku"/>', '<property name="sku" expression="$func:sku"/>'] })).toString('base64')}</connector-resource></connector-resources>`,
    expect: { '$ctx:sku': '7' },
  },
  {
    rule: '5.3: an API is asked by HTTP',
    artifact: api(`<property name="HTTP_SC" value="201" scope="axis2"/>${respond}`),
    input: { method: 'POST', payload: ' {"a":1} ', properties: { 'transport Content-Type': 'application/json' } },
    expect: { $statusCode: '201', $body: '{"a":1}', $httpVersion: 'HTTP/1.1', '$trp:Content-Type': null },
  },
  {
    rule: '5.3: without a Content-Type the body is text',
    artifact: api(`<header name="X-Was" scope="transport" expression="$trp:Content-Type"/>${respond}`),
    input: { method: 'PUT', payload: 'hi' },
    expect: { '$trp:X-Was': 'text/plain; charset=UTF-8' },
  },
  {
    rule: '5.3: other scopes than transport are ignored for an API',
    artifact: api(
      `${payload('{"p": "$ctx:p"}').replace('"$ctx:p"', '"$1"').replace('<args/>', '<args><arg evaluator="xml" expression="get-property(\'p\')"/></args>')}${respond}`,
    ),
    input: { method: 'GET', properties: { 'default p': 'x' } },
    expect: { $body: '{"p": ""}' },
  },
  ...(
    [
      [undefined, '/shop'],
      ['/', '/shop'],
      ['/a/b?c=d', '/shop/a/b?c=d'],
      ['a', '/shop/a'],
    ] as const
  ).map(([requestPath, target]) => ({
    rule: `5.3: the path ${requestPath ?? 'that is missing'}`,
    artifact: api(
      `<header name="X-Path" scope="transport" expression="get-property('REST_FULL_REQUEST_PATH')"/>${respond}`,
      undefined,
      'methods="GET" url-mapping="/*"',
    ),
    input: { method: 'GET', ...(requestPath === undefined ? {} : { path: requestPath }) },
    expect: { '$trp:X-Path': target },
  })),
  {
    rule: '5.3: https is asked over TLS',
    artifact: api(`<header name="X-By" scope="transport" expression="get-property('TRANSPORT_IN_NAME')"/>${respond}`),
    input: { method: 'GET', protocol: 'https' },
    expect: { '$trp:X-By': 'https' },
  },
  {
    rule: '5.3: calls of an API are not rewritten, and go to mock services too',
    artifact: api(`<property name="REST_URL_POSTFIX" scope="axis2" action="remove"/>${callBackend}${respond}`),
    supportive: [backend],
    mocks: mock('/orders', '{"number":"N-1"}'),
    input: { method: 'POST', payload: '{}', properties: { 'transport Content-Type': 'application/json' } },
    expect: { $body: '{"number":"N-1"}', $statusCode: '200' },
  },
  {
    rule: '5.3: a proxy is asked by POST below /services',
    artifact: proxy(respond, 'transports="http https"'),
    input: { method: 'GET', payload: '<a/>', properties: { 'transport Content-Type': 'application/xml' } },
    expect: { $body: '<a></a>', $statusCode: '200' },
  },
  {
    rule: 'the server that is tested reaches itself by the ports of MI',
    artifact: proxy(
      '<send><endpoint><address uri="http://localhost:8290/services/Inner"/></endpoint></send>',
      'transports="http"',
    ).replace('</inSequence>', '</inSequence><outSequence><send/></outSequence>'),
    supportive: [proxy(respond, 'transports="http"').replace('"Echo"', '"Inner"')],
    input: { payload: '<a/>', properties: { 'transport Content-Type': 'application/xml' } },
    expect: { $body: '<a/>' },
  },
];

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

describe('unit-test suites', () => {
  for (const row of passing) {
    it(`artifacts ${row.rule}`, async () => {
      const report = await runRow(row);
      assert.equal(report.deploymentException, '');
      assert.deepEqual(report.testCases, [
        {
          testCaseName: 'a case',
          mediationStatus: 'PASSED',
          assertionStatus: 'PASSED',
          exception: '',
          failureAssertions: [],
        },
      ]);
    });
  }

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

  it('artifacts 5.6: coverage counts the mediators of each artifact, but not those that the runner puts in', async () => {
    const row: Row = {
      rule: '',
      artifact: sequence(
        `\n<filter source="$ctx:p" regex="1"><then>\n<drop/></then><else>\n${callBackend}</else></filter>`,
      ),
      supportive: [backend],
      mocks: mock('/orders', '{}'),
      input: { payload: '<a/>' },
    };
    const { mediatorCoverage } = await runRow(row, { coverage: true });
    assert.deepEqual(mediatorCoverage, [
      {
        artifact: 'sequence:tested',
        totalMediators: 3,
        executedMediators: 2,
        percentage: 66.67,
        mediators: [
          { id: 'drop:3', executed: false },
          { id: 'call:4', executed: true },
          { id: 'filter:2', executed: true },
        ],
      },
    ]);
    const ofApi = await runRow({ rule: '', artifact: api(respond), input: { method: 'GET' } }, { coverage: true });
    assert.equal(ofApi.mediatorCoverage?.[0]?.percentage, 100);
    assert.equal((await runRow(row)).mediatorCoverage, undefined);
  });

  it('artifacts 5.2: paths are relative to the project, wherever the suite is in it', async () => {
    const folder = await makeHome();
    const put = (name: string, text: string) => {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
      return path.join(folder, name);
    };
    put('src/main/wso2mi/artifacts/sequences/s.xml', sequence(callBackend));
    put('src/main/wso2mi/artifacts/endpoints/e.xml', backend);
    put('src/test/resources/mock-services/m.xml', mock('/orders', '{"a":1}'));
    const row: Row = {
      rule: '',
      artifact: 'src/main/wso2mi/artifacts/sequences/s.xml',
      supportive: ['/src/main/wso2mi/artifacts/endpoints/e.xml'],
      mocks: '<mock-service>src/test/resources/mock-services/m.xml</mock-service>',
    };
    const text = suiteOf(row, caseXml({ input: { payload: '<a/>' }, expect: { $body: '{"a":1}' } }));
    const suite = put('src/test/wso2mi/s.xml', text);
    put(
      'src/test/wso2mi/deeper/wire.xml',
      `<?xml version="1.0"?>\n<!-- c -->${text.replaceAll('unit-test', 'synapse-unit-test')}`,
    );
    put('target/copy.xml', text);
    assert.deepEqual(findSuites(folder), [path.join(folder, 'src/test/wso2mi/deeper/wire.xml'), suite]);
    for (const file of findSuites(folder)) {
      const report = await runSuite(text, file);
      assert.deepEqual(
        report.testCases.map(({ assertionStatus }) => assertionStatus),
        ['PASSED'],
        report.deploymentException,
      );
    }
  });
});
