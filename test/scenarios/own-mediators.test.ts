import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { call, Management } from './management.js';
import { MediantProcess } from './mediant-process.js';

const taxMediator = fileURLToPath(new URL('../../../sequences/examples/modules/tax-mediator.mjs', import.meta.url));
const namespace = 'xmlns="http://ws.apache.org/ns/synapse"';
/** Tells the rate of the tax, and whether its script runs in the process: in the sandbox there is no such global. */
const flow = `<class name="com.example.mediators.TaxMediator"><property name="rate" value="0.2"/></class>
  <script language="js">mc.setProperty('X-In-Process', String(typeof WebAssembly === 'object'), 'transport')</script>
  <respond/>`;

for (const workers of [1, 2]) {
  describe(`mediant start --module --trusted-scripts --workers ${workers}`, () => {
    let folder: string;
    let server: MediantProcess;

    before(async function () {
      this.timeout(60_000);
      folder = mkdtempSync(path.join(tmpdir(), 'mediant-own-'));
      const api = `<api ${namespace} name="own" context="/own"><resource methods="POST"><inSequence>${flow}</inSequence></resource></api>`;
      writeFileSync(path.join(folder, 'own.xml'), api);
      const options = ['--deploy', folder, '--module', taxMediator, '--trusted-scripts', '--workers', String(workers)];
      server = await MediantProcess.start(options);
    });

    after(async () => {
      await server?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    it('mediators 11: a class of a deployed artifact finds its port, and its scripts are trusted', async () => {
      const { status, headers } = await call('POST', `${server.url('gateway')}/own`, { body: {} });
      assert.deepEqual(
        [status, headers.get('X-Tax-Rate'), headers.get('X-In-Process')],
        [200, '0.2', 'true'],
        server.output,
      );
    });

    it('mediators 11: an uploaded sequence finds the port too, and its scripts stay in the sandbox', async function () {
      this.timeout(60_000);
      const management = await Management.open(server, 'v3');
      const operations = [{ target: '/*', verb: 'POST', authType: 'None' }];
      const id = await management.publishApi('http://127.0.0.1:1', { operations });
      await management.bindInFlow(id, `<sequence ${namespace} name="simple-token-gen">${flow}</sequence>`);
      const { status, headers } = await call('POST', `${server.url('gateway')}/pizza/1.0.0/order`, { body: {} });
      assert.deepEqual(
        [status, headers.get('X-Tax-Rate'), headers.get('X-In-Process')],
        [200, '0.2', 'false'],
        server.output,
      );
    });
  });
}
