import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newCounters } from '../../runtime/outbound-oauth/counters.js';
import { internalHandler } from '../../runtime/server/internal.js';
import { addMetrics, metricRoutes, tokenMetrics } from '../../runtime/server/metrics.js';

describe('artifacts 6.2: metrics', () => {
  it('the text format of Prometheus, names escaped', async () => {
    const counters = new Map([
      ['endpoint:a', { ...newCounters(), fetched: 2, hits: 5 }],
      ['api:"b"\\\n', newCounters()],
    ]);
    const server = createServer(internalHandler(metricRoutes(() => tokenMetrics(counters))));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metric-service/metrics`;
    const response = await fetch(url);
    const lines = (await response.text()).split('\n');
    server.close();
    assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
    assert.deepEqual(lines.slice(0, 4), [
      '# HELP mediant_outbound_oauth_fetches_total Calls to a token endpoint that brought a token.',
      '# TYPE mediant_outbound_oauth_fetches_total counter',
      'mediant_outbound_oauth_fetches_total{owner="endpoint:a"} 2',
      'mediant_outbound_oauth_fetches_total{owner="api:\\"b\\"\\\\\\n"} 0',
    ]);
    assert.ok(lines.includes('mediant_outbound_oauth_hits_total{owner="endpoint:a"} 5'));
    assert.equal(lines.length, 8 * 4 + 1);
  });

  it('several processes count as one', () => {
    const one = tokenMetrics(new Map([['a', { ...newCounters(), fetched: 2 }]]));
    const two = tokenMetrics(
      new Map([
        ['a', { ...newCounters(), fetched: 3 }],
        ['b', { ...newCounters(), fetched: 1 }],
      ]),
    );
    const [fetched] = addMetrics([one, two]);
    assert.deepEqual(fetched?.samples, [
      { labels: { owner: 'a' }, value: 5 },
      { labels: { owner: 'b' }, value: 1 },
    ]);
  });
});
