import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { oauthChildren } from '../../runtime/endpoint/oauth-block.js';
import { newCounters } from '../../runtime/outbound-oauth/counters.js';
import { tokenMetrics } from '../../runtime/server/metrics.js';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

describe('docs/outbound-oauth.md', () => {
  const page = read('docs/outbound-oauth.md');

  it('has the 26 capabilities of api-management 3.2, each with its configuration in three doors', () => {
    const rows = page.split('\n').filter((line) => /^\| \d+ \|/.test(line));
    assert.deepEqual(
      rows.map((row) => Number(row.split('|')[1])),
      Array.from({ length: 26 }, (_, index) => index + 1),
    );
    for (const row of rows) {
      const cells = row
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim());
      assert.equal(cells.length, 6, row);
      assert.ok(cells.every(Boolean), row);
    }
  });

  for (const child of oauthChildren.filter((name) => name !== 'connectionRequestTimeout')) {
    it(`names <${child}>`, () => assert.ok(page.includes(`\`<${child}>`) || page.includes(`\`<${child}><`), child));
  }

  it('names every metric', () => {
    for (const { name } of tokenMetrics(new Map([['x', newCounters()]]))) {
      assert.ok(page.includes(name.replace('mediant_outbound_oauth_', '`')), name);
    }
  });
});
