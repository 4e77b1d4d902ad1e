import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { listenerUrl } from '../../runtime/server/process-ready.js';
import { createServer, type ServerOptions } from '../../runtime/server/server.js';

const ports = { httpPort: 0, httpsPort: 0, adminPort: 0, adminHttpPort: 0, managementPort: 0, internalPort: 0 };

/** How long a client may keep a gateway connection, as the answer to a request tells it. */
const cases: readonly [given: ServerOptions, told: string | null, why: string][] = [
  [{}, 'timeout=180', 'the default of socket_timeout'],
  [{ socketTimeout: 75_000 }, 'timeout=75', 'as it is set'],
  [{ socketTimeout: 0 }, null, 'no limit'],
];

describe('artifacts 6.4: [transport.http] socket_timeout between two requests of a connection', function () {
  this.timeout(30_000);
  for (const [given, told, why] of cases) {
    it(`${JSON.stringify(given)}: Keep-Alive ${told}, ${why}`, async () => {
      const home = mkdtempSync(path.join(tmpdir(), 'mediant-keep-alive-'));
      const server = await createServer({
        home,
        host: '127.0.0.1',
        logLevel: 'ERROR',
        adminPassword: 'keep-alive',
        logFormat: 'text',
        ...ports,
        ...given,
      });
      try {
        const gateway = server.addresses.find(({ purpose, scheme }) => purpose === 'gateway' && scheme === 'http');
        assert.ok(gateway);
        const answer = await fetch(`${listenerUrl(gateway)}/nobody`);
        await answer.text();
        assert.equal(answer.headers.get('connection'), 'keep-alive');
        assert.equal(answer.headers.get('keep-alive'), told);
      } finally {
        await server.close();
        rmSync(home, { recursive: true, force: true });
      }
    });
  }
});
