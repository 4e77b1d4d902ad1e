import assert from 'node:assert/strict';
import { parseConfiguration } from '../../../runtime/configuration/parse.js';
import { Mocks } from '../../../runtime/server/unit-test/mocks.js';
import { readMocks } from '../../../runtime/server/unit-test/read-mock.js';

/** A resource in which only `is` differs. */
interface Resource {
  path?: string;
  method?: string;
  request?: string;
  answer?: string;
}

const resource = ({ path = '/a', method = 'GET', request = '', answer = 'one' }: Resource) =>
  `<resource><sub-context>${path}</sub-context><method>${method}</method><request>${request}</request>` +
  `<response><status-code>201</status-code><payload>${answer}</payload>` +
  '<headers><header name="X-Mock" value="yes"/></headers></response></resource>';

const service = (resources: string, context = '/shop') =>
  `<mock-service><service-name>Backend</service-name><port>9090</port><context>${context}</context><resources>${resources}</resources></mock-service>`;

const payload = (text: string) => `<payload><![CDATA[${text}]]></payload>`;
const header = (name: string, value: string) => `<header name="${name}" value="${value}"/>`;

interface Row {
  rule: string;
  resources: readonly Resource[];
  request: { method?: string; path?: string; body?: string; headers?: Record<string, string> };
  context?: string;
  /** What is answered; 404 when absent. */
  answer?: string;
}

const rows: readonly Row[] = [
  { rule: 'context and sub-context are the path', resources: [{}], request: {}, answer: 'one' },
  { rule: 'a slash at the end counts for nothing', resources: [{}], request: { path: '/shop/a/' }, answer: 'one' },
  { rule: 'the context / counts as none', context: '/', resources: [{}], request: { path: '/a' }, answer: 'one' },
  { rule: 'another path is not found', resources: [{}], request: { path: '/shop/b' } },
  { rule: 'the path is not a part of another', resources: [{}], request: { path: '/shop/a/b' } },
  {
    rule: 'a sub-context is a pattern',
    resources: [{ path: '/a[0-9]+' }],
    request: { path: '/shop/a12' },
    answer: 'one',
  },
  {
    rule: 'the first resource that matches counts',
    resources: [{ path: '/b' }, { answer: 'two' }, { answer: 'three' }],
    request: {},
    answer: 'two',
  },
  { rule: 'POST is told from GET', resources: [{ method: 'POST' }, { answer: 'two' }], request: {}, answer: 'two' },
  { rule: 'GET is told from POST', resources: [{}], request: { method: 'POST' } },
  { rule: 'a declared PUT answers GET', resources: [{ method: 'PUT' }], request: {}, answer: 'one' },
  { rule: 'a declared PUT answers PUT', resources: [{ method: 'PUT' }], request: { method: 'PUT' }, answer: 'one' },
  {
    rule: 'query parameters match ignoring case',
    resources: [{ path: '/a?x=One' }],
    request: { path: '/shop/a?x=oNE' },
    answer: 'one',
  },
  {
    rule: 'their order does not count',
    resources: [{ path: '/a?x=1&amp;y=2' }],
    request: { path: '/shop/a?y=2&x=1' },
    answer: 'one',
  },
  { rule: 'another value does not match', resources: [{ path: '/a?x=1' }], request: { path: '/shop/a?x=2' } },
  { rule: 'a parameter more does not match', resources: [{ path: '/a?x=1' }], request: { path: '/shop/a?x=1&y=2' } },
  { rule: 'a parameter that is not declared does not match', resources: [{}], request: { path: '/shop/a?x=1' } },
  {
    rule: 'a payload matches in the form in which texts are compared, ignoring case',
    resources: [{ method: 'POST', request: payload('{"b":1,"a":"X"}') }],
    request: { method: 'POST', body: '{"a": "x", "b": 1.0}' },
    answer: 'one',
  },
  {
    rule: 'another payload does not match',
    resources: [{ method: 'POST', request: payload('{"a":1}') }],
    request: { method: 'POST', body: '{"a":2}' },
  },
  {
    rule: 'the payload of a PUT does not count',
    resources: [{ method: 'PUT', request: payload('{"a":1}') }],
    request: { method: 'PUT', body: '{"a":2}' },
    answer: 'one',
  },
  {
    rule: 'only the last header counts, ignoring case',
    resources: [{ request: `<headers>${header('X-A', '1')}${header('X-B', 'Two')}</headers>` }],
    request: { headers: { 'x-b': 'two' } },
    answer: 'one',
  },
  {
    rule: 'a missing last header does not match',
    resources: [{ request: `<headers>${header('X-A', '1')}${header('X-B', '2')}</headers>` }],
    request: { headers: { 'X-A': '1' } },
  },
];

const mocksOf = (xml: string) => Mocks.start(readMocks(parseConfiguration(xml, 'mock.xml')));

describe('artifacts 5.5: mock services', () => {
  for (const { rule, resources, request, context, answer } of rows) {
    it(rule, async () => {
      const mocks = await mocksOf(service(resources.map(resource).join(''), context));
      const transport = mocks.transport();
      try {
        const { method = 'GET', path = '/shop/a', body, headers = {} } = request;
        const response = await transport.exchange({
          method,
          url: `http://localhost:9090${path}`,
          headers: ['Host', 'localhost:9090', ...Object.entries(headers).flat()],
          body: body === undefined ? undefined : Buffer.from(body),
        });
        const { body: answered } = response;
        const chunks: Uint8Array[] = [];
        if (answered instanceof Uint8Array) chunks.push(answered);
        else if (answered) for await (const chunk of answered) chunks.push(chunk as Uint8Array);
        const text = Buffer.concat(chunks).toString('utf8');
        if (answer === undefined) {
          assert.equal(response.status, 404);
          assert.equal(mocks.takeUnmatched().length, 1);
        } else {
          assert.deepEqual([response.status, text], [201, answer]);
          assert.deepEqual(mocks.takeUnmatched(), []);
        }
      } finally {
        transport.close();
        await mocks.close();
      }
    });
  }

  const redirects: readonly (readonly [rule: string, endpoint: string, url: string, target: string])[] = [
    [
      'an endpoint of its name is led to it',
      'Backend',
      'https://shop.example.com/shop/a',
      'http://localhost:9090/shop/a',
    ],
    ['its query counts', 'Backend', 'http://h/shop/b?x=1', 'http://localhost:9090/shop/b?x=1'],
    [
      'a slash at the end of the mock counts for nothing',
      'Backend',
      'http://h/shop/c',
      'http://localhost:9090/shop/c/',
    ],
    ['another endpoint is not', 'Other', 'http://h/shop/a', 'http://h/shop/a'],
    ['another path is not', 'Backend', 'http://h/shop/d', 'http://h/shop/d'],
    ['another query is not', 'Backend', 'http://h/shop/b?x=2', 'http://h/shop/b?x=2'],
  ];
  for (const [rule, endpoint, url, target] of redirects) {
    it(rule, async () => {
      const mocks = await mocksOf(service(['/a', '/b?x=1', '/c/'].map((path) => resource({ path })).join('')));
      assert.equal(mocks.redirect(endpoint, url), target);
      await mocks.close();
    });
  }

  const broken: readonly (readonly [what: string, xml: string, problem: RegExp])[] = [
    ['no port', service(resource({})).replace('<port>9090</port>', ''), /needs <port>/],
    ['a port that is none', service(resource({})).replace('9090', 'http'), /<port> is a number/],
    ['no method', service('<resource><sub-context>/a</sub-context></resource>'), /needs <method>/],
    ['no sub-context', service('<resource><method>GET</method></resource>'), /needs <sub-context>/],
    ['a pattern that is none', service(resource({ path: '/(a' })), /<sub-context> is no regular expression/],
    ['another element', '<api/>', /Expected a <mock-service>, found <api>/],
  ];
  for (const [what, xml, problem] of broken) {
    it(`${what} is refused`, () => {
      assert.throws(() => readMocks(parseConfiguration(xml, 'mock.xml')), problem);
    });
  }
});
