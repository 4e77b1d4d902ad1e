import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findSuites, runSuite } from '../../../runtime/index.js';
import { connectorZip } from '../../deploy/zip.js';
import { makeHome } from '../../store/databases.js';
import {
  api,
  backend,
  callBackend,
  caseXml,
  mock,
  ns,
  payload,
  proxy,
  type Row,
  respond,
  runRow,
  sequence,
  suiteOf,
} from './suite-xml.js';

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
