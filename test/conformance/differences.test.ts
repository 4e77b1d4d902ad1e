import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { differences, folder, readJson } from './known.js';

const page = readFileSync(new URL('../../docs/differences.md', folder), 'utf8');

const areas = readdirSync(new URL('cases/', folder)).map((file) => path.basename(file, '.json'));

/** The ids in back quotes on the page; `*` stands for any text. */
const patterns = [...page.matchAll(/`(([a-z-]+)\/[\w.*-]+)`/g)]
  .filter(([, , area = '']) => areas.includes(area))
  .map(([, id = '']) => {
    const parts = id.split('*').map((part) => part.replace(/[.\\+?^${}()|[\]]/g, '\\$&'));
    return { id, pattern: new RegExp(`^${parts.join('.*')}$`) };
  });

describe('docs/differences.md', () => {
  it('names every case that Mediant answers in its own way', () => {
    const unnamed = Object.keys(differences).filter((id) => !patterns.some(({ pattern }) => pattern.test(id)));
    assert.deepEqual(unnamed, []);
  });

  it('names only such cases', () => {
    const stale = patterns.filter(({ pattern }) => !Object.keys(differences).some((id) => pattern.test(id)));
    assert.deepEqual(
      stale.map(({ id }) => id),
      [],
    );
  });

  it('names every table of expressions that has rows of its own', () => {
    const own = readJson<Record<string, unknown>>('expression-differences.json');
    assert.deepEqual(
      Object.keys(own).filter((table) => !page.includes(`\`${table}\``)),
      [],
    );
  });
});
