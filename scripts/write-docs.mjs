// Writes the pages of docs/ that are made from the code. Run it with `npm run docs`.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { mediatorsPage } from '../dist/runtime/deploy/mediators-page.js';
import { configurationPage } from '../dist/runtime/settings/page.js';

const root = new URL('../', import.meta.url);
const sources = (await readdir(new URL('mediators/', root))).filter((name) => name.endsWith('.ts'));
const files = await Promise.all(sources.map((name) => readFile(new URL(`mediators/${name}`, root), 'utf8')));
const examples = await readdir(new URL('sequences/examples/', root));

await writeFile(new URL('docs/configuration.md', root), configurationPage());
await writeFile(new URL('docs/mediators.md', root), mediatorsPage({ files, examples }));
