import assert from 'node:assert/strict';
import type { RunningServer } from '../../runtime/cli/engine.js';
import { StartError } from '../../runtime/server/start-error.js';
import type { Settings } from '../../runtime/settings/load.js';
import { StoreError } from '../../runtime/store/error.js';
import { makeHome } from '../store/databases.js';
import { invoke } from './invoke.js';

describe('mediant start', () => {
  it('product 1: runs on the settings until SIGTERM, reloads at SIGHUP, exits with 0', async () => {
    const events: string[] = [];
    let settings: Settings | undefined;
    const server: RunningServer = {
      addresses: [{ purpose: 'gateway', scheme: 'http', address: { address: '0.0.0.0', family: 'IPv4', port: 8290 } }],
      reload: async () => {
        events.push('reload');
        process.kill(process.pid, 'SIGTERM');
      },
      close: async () => {
        events.push('close');
      },
    };
    const home = await makeHome();
    const { code, out } = await invoke(
      ['start', '--home', home, '--deploy', '/a', '--deploy', '/b', '--http-port', '8290', '--sample-organization'],
      {
        terminal: true,
        engine: {
          createServer: async (given) => {
            settings = given;
            setImmediate(() => process.kill(process.pid, 'SIGHUP'));
            return server;
          },
        },
      },
    );
    assert.equal(code, 0);
    assert.match(out, /^mediant ready in \d+ ms: gateway http:\/\/0\.0\.0\.0:8290\n$/);
    assert.deepEqual(events, ['reload', 'close']);
    assert.deepEqual(settings?.deploy, ['/a', '/b']);
    assert.equal(settings?.httpPort, 8290);
    assert.equal(settings?.sampleOrganization, true);
    assert.equal(settings?.logFormat, 'text');
  });

  const failures: [error: Error, line: string][] = [
    [new StartError('port 80 on 0.0.0.0 (gateway, http) is taken'), 'port 80 on 0.0.0.0 (gateway, http) is taken'],
    [
      new StoreError('store postgres://h/d', 'cannot be used: refused'),
      'store postgres://h/d: cannot be used: refused',
    ],
  ];
  for (const [error, line] of failures) {
    it(`product 1: exit 3, in one line: ${line}`, async () => {
      const engine = { createServer: () => Promise.reject(error) };
      const result = await invoke(['start', '--home', await makeHome()], { engine });
      assert.deepEqual(result, { code: 3, out: '', err: `mediant: cannot start: ${line}\n` });
    });
  }

  it('product 1: --print-config starts nothing', async () => {
    const { code, out } = await invoke(['start', '--home', await makeHome(), '--workers', '2', '--print-config']);
    assert.equal(code, 0);
    assert.match(out, /^workers +2 +\(flag --workers\)$/m);
  });
});
