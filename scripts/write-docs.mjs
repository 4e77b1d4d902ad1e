// Writes the pages of docs/ that are made from the code. Run it with `npm run docs`.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { policiesPage } from '../dist/runtime/deploy/apigee/policies-page.js';
import { mediatorsPage } from '../dist/runtime/deploy/mediators-page.js';
import { configurationPage } from '../dist/runtime/settings/page.js';

const root = new URL('../', import.meta.url);
const sourcesIn = async (folder) => {
  const names = (await readdir(new URL(folder, root))).filter((name) => name.endsWith('.ts'));
  return Promise.all(names.map((name) => readFile(new URL(folder + name, root), 'utf8')));
};
const files = await sourcesIn('mediators/');
const examples = await readdir(new URL('sequences/examples/', root));

await writeFile(new URL('docs/configuration.md', root), configurationPage());
await writeFile(new URL('docs/mediators.md', root), mediatorsPage({ files, examples }));
await writeFile(new URL('docs/apigee-policies.md', root), policiesPage(await sourcesIn('runtime/apigee/policies/')));
