import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Case, differences, folder, type Observation, pending, readJson } from './known.js';

/** The parts of the recordings' own harness that are used here. */
interface Harness {
  startStub(): Promise<{ port: number; close(): Promise<void> }>;
  writeDeployFolder(cases: Case[], dir: string, backendPort: number): string;
  startServer(command: string, options: object): Promise<{ port: number; log(): string; stop(): Promise<void> }>;
  observe(test: Case, server: object, stub: object): Promise<Observation>;
  differences(expect: Observation, got: Observation, test: Case): string[];
}

const harness = (await import(new URL('harness.mjs', folder).href)) as Harness;
const launch = fileURLToPath(new URL('../../runtime/launch.mjs', folder));
const command = `node ${launch} start --home {home} --deploy {deploy} --host 127.0.0.1 --http-port {port} --https-port 0 --admin-port 0 --management-port 0 --internal-port 0 --log-format text`;

const areas = readdirSync(new URL('cases/', folder))
  .map((file) => path.basename(file, '.json'))
  .filter((area) => !pending.areas.includes(area));

for (const area of areas) {
  const cases = readJson<Case[]>(`cases/${area}.json`).filter(({ id }) => !pending.ids.includes(id));

  describe(`recorded cases: ${area}`, () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'mediant-conformance-'));
    let stub: Awaited<ReturnType<Harness['startStub']>>;
    let server: Awaited<ReturnType<Harness['startServer']>>;

    before(async function () {
      this.timeout(60_000);
      stub = await harness.startStub();
      const deploy = harness.writeDeployFolder(cases, directory, stub.port);
      server = await harness.startServer(command, { deploy, ready: /mediant ready in/ });
    });

    after(async () => {
      await server?.stop();
      await stub?.close();
      rmSync(directory, { recursive: true, force: true });
    });

    for (const test of cases) {
      it(`${test.id} (${test.rule})`, async () => {
        const got = await harness.observe(test, server, stub);
        const own = differences[test.id]?.expect;
        const compared = own && own.logs === undefined ? { ...test, expectLogs: false } : test;
        assert.deepEqual(harness.differences(own ?? test.expect, got, compared), []);
      });
    }
  });
}

describe('recorded cases: the lists', () => {
  const all = readdirSync(new URL('cases/', folder)).flatMap((file) => readJson<Case[]>(`cases/${file}`));
  const ids = new Set(all.map(({ id }) => id));

  it('name only cases that exist', () => {
    const unknown = [...Object.keys(differences), ...pending.ids].filter((id) => !ids.has(id));
    assert.deepEqual(unknown, []);
  });

  it('give a reason for every difference', () => {
    assert.deepEqual(
      Object.entries(differences).filter(([, { reason }]) => reason.length < 20),
      [],
    );
  });
});
