import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const loader = pathToFileURL(path.resolve('runtime/code-cache.mjs')).href;

describe('compiled code is kept between starts', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'mediant-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (text: string) => writeFileSync(path.join(folder, 'main.cjs'), text);
  const run = () => {
    const code = `import { createRequire } from 'node:module';
      const { enableCodeCache } = await import(${JSON.stringify(loader)});
      enableCodeCache(${JSON.stringify(folder)});
      console.log(createRequire(${JSON.stringify(`${folder}/`)})('./main.cjs').value);`;
    return execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' }).trim();
  };
  const kept = () => {
    const cache = readdirSync(folder).find((name) => name.startsWith('.code-cache'));
    return cache === undefined ? [] : readdirSync(path.join(folder, cache)).map((name) => path.join(cache, name));
  };

  it('beside the code, and is read by the next start', () => {
    write('exports.value = __filename.length > 0 ? "one" : ""');
    assert.equal(run(), 'one');
    const [entry = ''] = kept();
    const { mtimeMs } = statSync(path.join(folder, entry));
    assert.equal(run(), 'one');
    assert.deepEqual(kept(), [entry]);
    assert.equal(statSync(path.join(folder, entry)).mtimeMs, mtimeMs);
  });

  it('other code of the same length is compiled anew', () => {
    write('exports.value = "one"');
    assert.equal(run(), 'one');
    write('exports.value = "two"');
    assert.equal(run(), 'two');
  });

  it('a broken cache is replaced', () => {
    write('exports.value = "one"');
    run();
    const [entry = ''] = kept();
    writeFileSync(path.join(folder, entry), 'broken');
    assert.equal(run(), 'one');
    assert.ok(statSync(path.join(folder, entry)).size > 100);
  });

  it('a folder that cannot be written costs nothing but time', () => {
    write('exports.value = "one"');
    chmodSync(folder, 0o500);
    try {
      assert.equal(run(), 'one');
    } finally {
      chmodSync(folder, 0o700);
    }
  });
});
