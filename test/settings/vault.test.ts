import assert from 'node:assert/strict';
import { parse } from 'smol-toml';
import { vault } from '../../runtime/settings/vault.js';

describe('artifacts 6.8: the secrets of deployment.toml', () => {
  const tables = parse(`
    [secrets]
    plain = "[s3cret]"
    brackets = "[[a]]"
    empty = "[]"
    "dotted.name" = "[d]"
    nested.name = "[n]"
    sealed = "v1.abc"
    java = "cGFzc3dvcmQ="
    number = 7
  `);
  const lookup = vault({ file: 'deployment.toml', tables, systemProperties: new Map() }, (text) => `opened ${text}`);

  const rows: [alias: string, expected: string | undefined][] = [
    ['plain', 's3cret'],
    ['brackets', '[a]'],
    ['empty', ''],
    ['dotted.name', 'd'],
    ['nested.name', 'n'],
    ['sealed', 'opened v1.abc'],
    ['number', undefined],
    ['none', undefined],
  ];
  for (const [alias, expected] of rows) it(alias, () => assert.equal(lookup(alias), expected));

  it('a cipher of a Java key store cannot be opened, and is not taken for the secret', () => {
    assert.throws(
      () => lookup('java'),
      /^Error: \[secrets\] java of deployment\.toml is neither "\[text\]" nor encrypted/,
    );
  });

  it('there need not be any', () => {
    const none = vault({ file: undefined, tables: {}, systemProperties: new Map() }, String);
    assert.equal(none('plain'), undefined);
  });
});
