// Copies newer recordings into the project: npm run conformance:update -- FOLDER
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const source = process.argv[2] ?? path.join('..', 'shared', 'conformance');
const target = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
if (!existsSync(path.join(source, 'cases'))) {
  console.error(`${source} holds no recordings: name the folder that has cases/ and expressions/`);
  process.exit(2);
}
for (const part of ['cases', 'expressions']) {
  mkdirSync(path.join(target, part), { recursive: true });
  for (const file of readdirSync(path.join(source, part)).filter((name) => name.endsWith('.json'))) {
    writeFileSync(path.join(target, part, file), readFileSync(path.join(source, part, file)));
  }
}
copyFileSync(path.join(source, 'harness.mjs'), path.join(target, 'harness.mjs'));
console.log(`recordings copied from ${source}`);
