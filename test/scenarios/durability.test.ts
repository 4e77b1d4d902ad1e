import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { basic, call } from './management.js';
import { adminPassword, MediantProcess } from './mediant-process.js';

/** More rounds: `MEDIANT_KILL_ROUNDS=500 npx mocha dist/test/scenarios/durability.test.js`. */
const rounds = Number(process.env.MEDIANT_KILL_ROUNDS ?? 20);

describe(`an acknowledged admin write survives kill -9 (${rounds} rounds)`, () => {
  const home = mkdtempSync(path.join(tmpdir(), 'mediant-durability-'));
  const headers = { Authorization: basic('admin', adminPassword) };
  const acknowledged: string[] = [];
  let server: MediantProcess | undefined;

  after(async () => {
    await server?.kill('SIGKILL');
    rmSync(home, { recursive: true, force: true });
  });

  it('nothing acknowledged is lost, and a start is never refused', async function () {
    this.timeout(rounds * 10_000);
    for (let round = 0; round < rounds; round++) {
      server = await MediantProcess.start([], { home });
      await expectAll(server, acknowledged);
      await writeUntilKilled(server, round);
    }
    server = await MediantProcess.start([], { home });
    await expectAll(server, acknowledged);
    assert.ok(acknowledged.length >= rounds, `only ${acknowledged.length} writes were acknowledged`);
  });

  /** Two writers create applications until the process is killed in the midst of their work. */
  async function writeUntilKilled(running: MediantProcess, round: number): Promise<void> {
    const url = `${running.url('admin')}/api/am/devportal/v3/applications`;
    const before = acknowledged.length;
    let killed = false;
    const writer = async (number: number): Promise<void> => {
      for (let count = 0; !killed; count++) {
        const name = `app-${round}-${number}-${count}`;
        try {
          const answer = await call('POST', url, { headers, body: { name, throttlingPolicy: 'Unlimited' } });
          if (answer.status === 201) acknowledged.push(String(answer.body.applicationId));
        } catch {
          return;
        }
      }
    };
    const writers = [writer(1), writer(2)];
    while (acknowledged.length - before < 2 + (round % 5)) await new Promise((resolve) => setTimeout(resolve, 1));
    await running.kill('SIGKILL');
    killed = true;
    await Promise.all(writers);
  }

  async function expectAll(running: MediantProcess, ids: readonly string[]): Promise<void> {
    const url = `${running.url('admin')}/api/am/devportal/v3/applications`;
    const answer = await call('GET', `${url}?limit=100000`, { headers });
    assert.equal(answer.status, 200, answer.text);
    const found = new Set((answer.body.list as { applicationId: string }[]).map(({ applicationId }) => applicationId));
    assert.deepEqual(
      ids.filter((id) => !found.has(id)),
      [],
    );
  }
});
