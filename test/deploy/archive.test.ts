import assert from 'node:assert/strict';
import { zipSync } from 'fflate';
import { ArchiveError, readArchive } from '../../runtime/deploy/archive.js';
import { zip } from './zip.js';

const all = () => true;

describe('archives', () => {
  it('files by their path, those that are wanted, without folders', () => {
    const files = readArchive(zip({ 'a/b.xml': 'b', 'c.jar': 'c', 'd/': '' }), (name) => name.endsWith('.xml'));
    assert.deepEqual(
      [...files].map(([name, bytes]) => [name, Buffer.from(bytes).toString()]),
      [['a/b.xml', 'b']],
    );
  });

  for (const name of [
    '../a.xml',
    'a/../../b.xml',
    '/etc/a.xml',
    'a\\..\\b.xml',
    'C:/a.xml',
    'a\u0000.xml',
    'a/./b.xml',
  ]) {
    it(`a path that leads out is refused: ${JSON.stringify(name)}`, () => {
      assert.throws(() => readArchive(zip({ ok: 'x', [name]: 'y' }), () => false), /path leads out of it/);
    });
  }

  it('entries in Windows writing and of a whole folder have the same paths as others', () => {
    const files = readArchive(zip({ 'a\\b.xml': 'b', './c.xml': 'c', 'd\\': '' }), all);
    assert.deepEqual([...files.keys()], ['a/b.xml', 'c.xml']);
  });

  it('what is no zip is refused, and so is one that is cut off', () => {
    const bytes = zip({ 'a.xml': 'a'.repeat(1000), 'b.xml': 'b' });
    assert.throws(() => readArchive(Buffer.from('PK'), all), ArchiveError);
    assert.throws(() => readArchive(new Uint8Array(), all), ArchiveError);
    assert.throws(() => readArchive(bytes.subarray(0, bytes.length - 30), all), ArchiveError);
  });

  it('an entry that would be too large is refused before it is unpacked', () => {
    const bomb = zipSync({ 'a.xml': new Uint8Array(65 * 1024 * 1024) }, { level: 9 });
    assert.ok(bomb.length < 200_000);
    assert.throws(() => readArchive(bomb, all), /larger than/);
    assert.equal(readArchive(bomb, () => false).size, 0);
  });

  it('so are entries that are too large together', () => {
    const parts = Array.from({ length: 6 }, (_, index) => [`${index}.xml`, new Uint8Array(50 * 1024 * 1024)]);
    assert.throws(() => readArchive(zipSync(Object.fromEntries(parts), { level: 1 }), all), /larger than/);
  }).timeout(60_000);

  it('and too many of them', () => {
    const parts = Array.from({ length: 10_001 }, (_, index) => [`${index}`, new Uint8Array()]);
    assert.throws(() => readArchive(zipSync(Object.fromEntries(parts)), all), /more than 10000 entries/);
  });
});
