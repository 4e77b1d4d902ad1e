import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { mediators } from '../../mediators/index.js';
import { jvmOnly } from '../../mediators/jvm-only.js';
import { mediatorsPage } from '../../runtime/deploy/mediators-page.js';

const root = new URL('../../../', import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, root), 'utf8');

describe('docs/mediators.md', () => {
  const files = readdirSync(new URL('mediators/', root)).filter((name) => name.endsWith('.ts'));
  const examples = readdirSync(new URL('sequences/examples/', root));
  const page = mediatorsPage({ files: files.map((name) => text(`mediators/${name}`)), examples });

  it('is what the code makes; when not: npm run docs', () => {
    assert.equal(text('docs/mediators.md'), page);
  });

  for (const definition of mediators) {
    const { name, attributes } = definition;
    if (jvmOnly.includes(definition)) {
      it(`${name}: refused, with a reason and what to use instead`, () => {
        assert.match(page, new RegExp(`\\n\\| \`${name}\` \\| [^|]*needs [^|]+ \\| [^|]+ \\|\\n`));
      });
      continue;
    }
    it(`${name}: its XML and every attribute`, () => {
      const section = page.split(`\n## ${name}\n`)[1]?.split('\n## ')[0] ?? '';
      assert.ok(section.includes(`<${name}`), 'the comment above the definition shows no XML');
      for (const attribute of Object.keys(attributes)) assert.ok(section.includes(`\n| \`${attribute}\` |`), attribute);
    });
  }
});
