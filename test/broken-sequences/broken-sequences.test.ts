import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basic, call } from '../scenarios/management.js';
import { adminPassword, MediantProcess } from '../scenarios/mediant-process.js';

interface Expected {
  file: string;
  line: number;
  column: number;
  code?: string;
}

const folder = new URL('../../../test/broken-sequences/', import.meta.url);
const expected = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')) as Expected[];

describe('an uploaded sequence that cannot run is refused with its line and column', () => {
  let server: MediantProcess;
  let api: string;
  const headers = { Authorization: basic('admin', adminPassword) };
  const publisher = (): string => `${server.url('admin')}/api/am/publisher/v3`;

  before(async function () {
    this.timeout(60_000);
    server = await MediantProcess.start();
    const body = { name: 'Broken', context: '/broken', version: '1', endpointConfig: null };
    const created = await call('POST', `${publisher()}/apis`, { headers, body });
    assert.equal(created.status, 201, created.text);
    api = String(created.body.id);
  });

  after(() => server?.stop());

  it('every file of the folder is expected', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.xml'));
    assert.deepEqual(files.sort(), expected.map(({ file }) => file).sort());
    assert.ok(files.length >= 40);
  });

  for (const { file, line, column } of expected) {
    it(`${file}: line ${line}, column ${column}`, async () => {
      const form = new FormData();
      form.set('type', 'in');
      form.set('mediationPolicyFile', new Blob([readFileSync(new URL(file, folder))]), file);
      const answer = await call('POST', `${publisher()}/apis/${api}/mediation-policies`, { headers, body: form });
      assert.equal(answer.status, 400, answer.text);
      assert.match(String(answer.body.description), new RegExp(`line ${line}, column ${column}\\b`));
    });
  }
});
