import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { policies } from '../../runtime/apigee/policies/index.js';
import { policiesPage } from '../../runtime/deploy/apigee/policies-page.js';

const root = new URL('../../../', import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, root), 'utf8');

describe('docs/apigee-policies.md', () => {
  const folder = 'runtime/apigee/policies/';
  const names = readdirSync(new URL(folder, root)).filter((name) => name.endsWith('.ts'));
  const page = policiesPage(names.map((name) => text(folder + name)));

  it('is what the code makes; when not: npm run docs', () => {
    assert.equal(text('docs/apigee-policies.md'), page);
  });

  for (const { element } of policies) {
    it(`${element}: its XML`, () => {
      const section = page.split(`\n## ${element}\n`)[1]?.split('\n## ')[0] ?? '';
      assert.ok(section.includes(`<${element} name=`), 'the comment above the definition shows no XML');
    });
  }
});
