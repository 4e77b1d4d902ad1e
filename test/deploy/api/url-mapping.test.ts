import assert from 'node:assert/strict';
import { parseUrlMapping } from '../../../runtime/deploy/api/url-mapping.js';

/** Mapping, sub path, whether it matches (artifacts 1.4 "URL mapping semantics"). */
const rows: [mapping: string, path: string, matches: boolean][] = [
  ['/*', '?a=1', true],
  ['/*', '/x', true],
  ['/x/y/*', '/x/y', true],
  ['/x/y/*', '/x/y/z?q', true],
  ['/x/y/*', '/x/yz', false],
  ['*.jsp', '/a/b.jsp?q=1', true],
  ['*.jsp', '/jsp', false],
  ['/x', '/x', true],
  ['/x', '/x//', true],
  ['/x', '/x?q=1', true],
  ['/x', '/x/y', false],
  ['/x/', '/x', true],
  ['/', '/', true],
  ['/', '/x', false],
];

describe('artifacts 1.4: URL mappings', () => {
  for (const [mapping, path, matches] of rows) {
    it(`${mapping} and ${path}: ${matches}`, () => {
      assert.equal(parseUrlMapping(mapping).matches(path), matches);
    });
  }

  it('shows an extension with two dots, as the reference engine does', () => {
    assert.equal(parseUrlMapping('*.jsp').text, '*..jsp');
  });
});
