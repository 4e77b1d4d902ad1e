import { readFileSync } from 'node:fs';

/** Folder of this package; the same from the compiled sources and from the bundled command. */
const root = new URL('../../../', import.meta.url);
let known: string | undefined;

/** A file of this package, by its path from the package's folder. */
export function packageFile(path: string): URL {
  return new URL(path, root);
}

/** Version of this package. */
export function packageVersion(): string {
  known ??= (JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string }).version;
  return known;
}
