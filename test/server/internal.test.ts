import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { internalHandler, probes } from '../../runtime/server/internal.js';
import { gracefulClose, listen } from '../../runtime/server/process-listen.js';

describe('artifacts 6.2: probes of the internal port', () => {
  let faulty: string[] = [];
  const routes = new Map([
    ...probes({ version: '1.2.3', faultyApplications: () => faulty }),
    ['/broken', () => Promise.reject(new Error('secret'))] as const,
  ]);
  const server = createServer(internalHandler(routes));
  let url: string;
  before(async () => {
    url = `http://127.0.0.1:${(await listen(server, 0, '127.0.0.1', 'internal')).port}`;
  });
  after(() => gracefulClose([server]));

  const ready = '{"version":"1.2.3", "update_level":"0", "status" : "ready"}';
  const notReady =
    '{"version":"1.2.3", "update_level":"0", "status": "not ready, faulty CAPPs detected", "Faulty CAPPs" : ["a.car", "b.car"]}';
  const rows: [request: string, faulty: string[], status: number, body: string][] = [
    ['GET /healthz', [], 200, ready],
    ['GET /healthz?x=1', [], 200, ready],
    ['GET /healthz', ['a.car', 'b.car'], 500, notReady],
    ['GET /liveness', ['a.car'], 200, '{"server" : "started"}'],
    ['POST /healthz', [], 405, '{"error":"only GET is allowed"}'],
    ['GET /other', [], 404, '{"error":"there is nothing at this path"}'],
    ['GET /broken', [], 500, '{"error":"the answer could not be made"}'],
  ];
  for (const [request, applications, status, body] of rows) {
    it(`${request} ${applications.join(' ')}`, async () => {
      faulty = applications;
      const [method = '', path = ''] = request.split(' ');
      const response = await fetch(url + path, { method });
      assert.equal(response.status, status);
      assert.equal(response.headers.get('content-type'), 'application/json');
      assert.equal(await response.text(), body);
    });
  }
});
