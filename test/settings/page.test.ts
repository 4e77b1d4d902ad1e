import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { configurationPage } from '../../runtime/settings/page.js';

describe('docs/configuration.md', () => {
  it('is what the schema makes; when not: npm run docs', async () => {
    const page = await readFile(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
    assert.equal(page, configurationPage());
  });
});
