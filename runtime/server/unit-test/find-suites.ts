import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** Folders that hold no suites of one's own. */
const skipped = new Set(['node_modules', 'target', 'dist']);

/**
 * The suites of a path: a file that is given is one; of a folder every file, at any depth, whose root element is
 * `unit-test` or `synapse-unit-test`.
 * @throws Error with code ENOENT when the path does not exist
 */
export function findSuites(location: string): string[] {
  if (!existsSync(location)) throw Object.assign(new Error(`${location} does not exist`), { code: 'ENOENT' });
  return statSync(location).isFile() ? [location] : suitesIn(location);
}

function suitesIn(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return skipped.has(entry.name) || entry.name.startsWith('.') ? [] : suitesIn(file);
    return entry.name.endsWith('.xml') && isSuite(readFileSync(file, 'utf8')) ? [file] : [];
  });
}

/** By its root element, the first that is neither declaration nor comment. */
function isSuite(text: string): boolean {
  const root = /^\s*(?:<\?[\s\S]*?\?>\s*|<!--[\s\S]*?-->\s*)*<([\w.:-]+)/.exec(text.replace(/^\ufeff/, ''))?.[1];
  return root === 'unit-test' || root === 'synapse-unit-test';
}
