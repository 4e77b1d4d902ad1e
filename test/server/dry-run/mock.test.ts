import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from '../../../runtime/index.js';
import { makeHome } from '../../store/databases.js';

const ns = 'xmlns="http://ws.apache.org/ns/synapse"';
const sequence = (endpoint: string) =>
  `<sequence ${ns} name="s"><property name="messageType" value="application/json" scope="axis2"/><call>${endpoint}</call></sequence>`;
const named = `<endpoint name="Backend"><http method="post" uri-template="https://orders.invalid/orders"/></endpoint>`;

const service = (port: number, name: string, answer: string) =>
  `<mock-service><service-name>${name}</service-name><port>${port}</port><context>/orders</context><resources><resource><sub-context>/</sub-context><method>POST</method><response><status-code>201</status-code><payload>${answer}</payload><headers><header name="Content-Type" value="application/json"/></headers></response></resource></resources></mock-service>`;

async function file(text: string): Promise<string> {
  const name = path.join(await makeHome(), 'mock.xml');
  writeFileSync(name, text);
  return name;
}

const input = { contentType: 'application/json', body: '{"sku":"a"}' };

describe('product 5: dry runs with mock services', () => {
  const rows: readonly (readonly [rule: string, mocks: readonly string[], endpoint: string, url: string])[] = [
    ['a named endpoint', [service(9090, 'Backend', '{"n":1}')], named, 'http://localhost:9090/orders/'],
    [
      'the port that an endpoint names',
      [service(9090, 'Other', '{"n":1}')],
      '<endpoint><address uri="http://127.0.0.1:9090/orders"/></endpoint>',
      'http://127.0.0.1:9090/orders',
    ],
    [
      'one of several services in a file',
      [`<mock-services>${service(9091, 'Other', '{}')}${service(9090, 'Backend', '{"n":1}')}</mock-services>`],
      named,
      'http://localhost:9090/orders/',
    ],
    [
      'one of several files',
      [service(9091, 'Other', '{}'), service(9090, 'Backend', '{"n":1}')],
      named,
      'http://localhost:9090/orders/',
    ],
  ];
  for (const [rule, texts, endpoint, url] of rows) {
    it(rule, async () => {
      const mock = await Promise.all(texts.map(file));
      const { outcome, message, calls } = await run(sequence(endpoint), input, { mock });
      assert.equal(outcome, 'completed');
      assert.equal(message.body, '{"n":1}');
      assert.deepEqual(
        calls.map((call) => [call.url, call.requestBody, call.status]),
        [[url, '{"sku":"a"}', 201]],
      );
    });
  }

  it('a request that no resource knows is in the logs', async () => {
    const mock = [await file(service(9090, 'Backend', '{}').replace('POST', 'PATCH'))];
    const { calls, logs } = await run(sequence(named), input, { mock });
    assert.equal(calls[0]?.status, 404);
    assert.deepEqual(logs.at(-1), {
      level: 'WARN',
      text: 'MockService: no resource matches: Backend (port 9090): POST /orders/ with {"sku":"a"}',
    });
  });

  it('a file that is no mock service is refused with its place', async () => {
    const mock = [await file('<api/>')];
    await assert.rejects(run(sequence(named), input, { mock }), /Expected a <mock-service>, found <api>/);
    await assert.rejects(run(sequence(named), input, { mock: ['/none.xml'] }), { code: 'ENOENT' });
  });
});
