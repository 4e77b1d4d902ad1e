// Writes the pages of docs/ that are made from the code. Run it with `npm run docs`.
import { writeFile } from 'node:fs/promises';
import { configurationPage } from '../dist/runtime/settings/page.js';

await writeFile(new URL('../docs/configuration.md', import.meta.url), configurationPage());
