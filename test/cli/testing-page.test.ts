import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findSuites, hasPassed, runSuite } from '../../runtime/index.js';
import { makeHome } from '../store/databases.js';
import { invoke } from './invoke.js';

const page = fileURLToPath(new URL('../../../docs/testing.md', import.meta.url));

describe('docs/testing.md', () => {
  it('its suite passes with its artifacts', async () => {
    const text = await readFile(page, 'utf8');
    const [suite = '', api = '', endpoint = ''] = [...text.matchAll(/^```xml\n([\s\S]*?)^```$/gm)].map(
      ([, xml]) => xml,
    );
    const folder = await makeHome();
    await mkdir(join(folder, 'orders'));
    await writeFile(join(folder, 'orders/order-api.xml'), api);
    await writeFile(join(folder, 'orders/order-backend.xml'), endpoint);
    await writeFile(join(folder, 'suite.xml'), suite);
    const { code, out } = await invoke(['test', folder], { engine: { findSuites, hasPassed, runSuite } });
    assert.match(out, /✓ an order gets its number\n\n1 suite, 1 case: 1 passed\n$/);
    assert.equal(code, 0);
  });
});
