import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { loadMediators } from '../../runtime/deploy/mediator-modules.js';
import { run } from '../../runtime/index.js';
import { adminPassword, MediantProcess } from '../scenarios/mediant-process.js';

const readme = readFileSync(fileURLToPath(new URL('../../../README.md', import.meta.url)), 'utf8');
const answer = '{"hello": "Ada"}';

/** The fenced blocks of a language that hold a text, without their indentation. */
function blockWith(language: string, text: string): string {
  const blocks = [...readme.matchAll(/^( *)```(\w+)\n([\s\S]*?)^ *```$/gm)]
    .filter(([, , of]) => of === language)
    .map(([, indent = '', , body = '']) => body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''))
    .filter((body) => body.includes(text));
  assert.equal(blocks.length, 1, `one block of ${language} in the README has ${text}`);
  return blocks[0] ?? '';
}

describe('README', function () {
  this.timeout(60_000);
  let folder: string;
  let mediant: MediantProcess;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'mediant-readme-'));
    mkdirSync(path.join(folder, 'hello'));
    writeFileSync(path.join(folder, 'hello/hello.xml'), blockWith('xml', '<sequence name="hello"'));
    writeFileSync(path.join(folder, 'hello/api.xml'), blockWith('xml', '<api name="hello"'));
    mediant = await MediantProcess.start(['--deploy', path.join(folder, 'hello')]);
  });
  after(async () => {
    await mediant?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs a block as it stands but for the ports and the password of the server under test. */
  async function shell(script: string): Promise<string> {
    const here = script
      .replaceAll('http://127.0.0.1:8280', mediant.url('gateway'))
      .replaceAll('http://127.0.0.1:9763', mediant.url('admin'))
      .replaceAll('admin:secret', `'admin:${adminPassword}'`);
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', here], { cwd: folder });
    return stdout;
  }

  it('the API of the five minutes answers as it says', async () => {
    assert.equal(await shell(blockWith('sh', ':8280/hello')), answer);
  });

  it("the mediator of one's own runs", async () => {
    const file = path.join(folder, 'tax.mjs');
    writeFileSync(file, blockWith('js', 'com.acme.TaxMediator'));
    const sequence = `<sequence xmlns="http://ws.apache.org/ns/synapse" name="s"><class name="com.acme.TaxMediator"><property name="rate" value="0.2"/></class></sequence>`;
    const { message } = await run(sequence, {}, { mediators: await loadMediators([file]) });
    assert.equal(message.headers['X-Tax-Rate'], '0.2');
  });

  it('the calls that publish an API do', async () => {
    const output = await shell(blockWith('sh', ':8280/greet'));
    assert.ok(output.endsWith(`}${answer}`), output);
    assert.match(output, /"lifecycleState":\{"state":"Published"/);
  });
});
