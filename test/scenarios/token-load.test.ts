import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { call } from './management.js';
import { MediantProcess } from './mediant-process.js';
import { headerOf, ProtectedBackend } from './protected-backend.js';

/** Many requests on one token, by a real server: one API for each door that needs no management calls. */
describe('api-management 3.2: tokens under load', () => {
  let server: MediantProcess;
  let backend: ProtectedBackend;
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const folder = mkdtempSync(path.join(tmpdir(), 'mediant-test-'));

  const doors = ['endpoint', 'mediator'] as const;
  type Door = (typeof doors)[number] | 'impatient';

  function apiOf(door: Door): string {
    const more =
      door === 'impatient'
        ? '<socketTimeout>300</socketTimeout><connectionTimeout>200</connectionTimeout><waitTimeout>700</waitTimeout>'
        : '';
    const grant = `<clientCredentials><clientId>backend-key</clientId><clientSecret>backend-secret</clientSecret><tokenUrl>${backend.tokenUrl}</tokenUrl>${more}</clientCredentials>`;
    const authentication = door === 'mediator' ? '' : `<authentication><oauth>${grant}</oauth></authentication>`;
    const first = door === 'mediator' ? `<oauthToken xmlns="urn:mediant:mediators">${grant}</oauthToken>` : '';
    const steps = `${first}<call><endpoint><http method="post" uri-template="${backend.backendUrl}/x">${authentication}</http></endpoint></call><respond/>`;
    const fault = '<property name="HTTP_SC" value="502" scope="axis2"/><respond/>';
    return `<api xmlns="http://ws.apache.org/ns/synapse" name="${door}" context="/${door}"><resource methods="POST"><inSequence>${steps}</inSequence><faultSequence>${fault}</faultSequence></resource></api>`;
  }

  before(async function () {
    this.timeout(60_000);
    backend = await ProtectedBackend.start();
    for (const door of [...doors, 'impatient'] as const) writeFileSync(path.join(folder, `${door}.xml`), apiOf(door));
    server = await MediantProcess.start(['--deploy', folder]);
  });

  after(async () => {
    agent.destroy();
    await server?.stop();
    backend?.stop();
    rmSync(folder, { recursive: true });
  });

  /** One request; its status. `fetch` costs several times as much. */
  function post(door: Door): Promise<number> {
    return new Promise((resolve, reject) => {
      const headers = { 'Content-Type': 'application/json' };
      const sent = request(`${server.url('gateway')}/${door}`, { method: 'POST', agent, headers }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode ?? 0));
      });
      sent.on('error', reject).end('{"n":1}');
    });
  }

  async function metric(name: string, door: Door): Promise<number> {
    const { text } = await call('GET', `${server.url('internal')}/metric-service/metrics`);
    const line = text.split('\n').find((one) => one.startsWith(`mediant_outbound_oauth_${name}{owner="api:${door}"}`));
    return Number(line?.split(' ').at(-1));
  }

  for (const door of doors) {
    it(`${door}: 200 requests at once on a cold cache make one token call`, async () => {
      await backend.take();
      const statuses = await Promise.all(Array.from({ length: 200 }, () => post(door)));
      assert.deepEqual(new Set(statuses), new Set([200]));
      assert.equal((await backend.take()).tokens.length, 1);
      assert.equal(await metric('fetches_total', door), 1);
      assert.equal((await metric('hits_total', door)) + (await metric('waits_total', door)), 199);
    });

    it(`${door}: 10,000 requests with tokens that live two seconds: none fails, and nobody is refused on the way`, async function () {
      this.timeout(120_000);
      await backend.behave({ expiresIn: 2, revoke: true });
      assert.equal(await post(door), 200);
      await backend.take();
      const purges = await metric('purges_total', door);
      const refused = new Map<number, number>();
      let left = 10_000;
      const worker = async (): Promise<void> => {
        while (left-- > 0) {
          const status = await post(door);
          if (status !== 200) refused.set(status, (refused.get(status) ?? 0) + 1);
        }
      };
      await Promise.all(Array.from({ length: 16 }, worker));
      // On a fast machine the tokens would not have to change.
      const begun = Date.now();
      while ((await metric('refreshes_total', door)) < 2 && Date.now() - begun < 20_000) {
        assert.equal(await post(door), 200);
        await new Promise((done) => setTimeout(done, 5));
      }
      assert.deepEqual([...refused], []);
      assert.ok((await metric('refreshes_total', door)) >= 2);
      assert.equal(await metric('purges_total', door), purges);
      await backend.behave({ expiresIn: 3600 });
      const { tokens, backend: seen } = await backend.take();
      assert.ok(seen.length >= 10_000);
      assert.ok(tokens.length >= 2 && tokens.length < 100, `${tokens.length} token calls`);
      assert.ok(seen.every((one) => headerOf(one, 'Authorization')?.startsWith('Bearer as-token-')));
    });
  }

  it('a token endpoint that hangs: those who wait fail when their time is over, and none is left behind', async function () {
    this.timeout(30_000);
    await backend.behave({ tokenAnswer: 'hang' });
    const statuses = await Promise.all(Array.from({ length: 50 }, () => post('impatient')));
    assert.deepEqual(new Set(statuses), new Set([502]));
    assert.equal(await metric('refusals_total', 'impatient'), 50);
    // Nothing waits any more: once the endpoint answers again, and a short pause is over, all is well at once.
    await backend.behave({ tokenAnswer: null });
    await new Promise((done) => setTimeout(done, 350));
    assert.equal(await post('impatient'), 200);
    await server.kill('SIGTERM');
    assert.ok(!server.output.includes('backend-secret'));
  });
});
