import { readFileSync } from 'node:fs';

const file = new URL('../../../package.json', import.meta.url);
let known: string | undefined;

/** Version of this package. */
export function packageVersion(): string {
  known ??= (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
  return known;
}
