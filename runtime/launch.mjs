#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { enableCodeCache } from './code-cache.mjs';

const entry = fileURLToPath(new URL('../dist/command/cli/main.cjs', import.meta.url));
if (!existsSync(entry)) build(fileURLToPath(new URL('..', import.meta.url)));
// Node from 22.1 keeps compiled code between starts.
if (module.enableCompileCache) module.enableCompileCache();
else enableCodeCache(path.dirname(entry));
const { main } = createRequire(import.meta.url)(entry);
const code = await main(process.argv.slice(2));
process.stdout.write('', () => process.exit(code));

/** A checkout that was installed without scripts has not been built yet. */
function build(root) {
  if (!existsSync(`${root}runtime/cli/main.ts`) || !existsSync(`${root}node_modules/typescript`)) {
    process.stderr.write('mediant: dist/ is missing; install the package again, or run npm ci in the checkout\n');
    process.exit(3);
  }
  process.stderr.write('mediant: building dist/ once\n');
  const { status } = spawnSync('npm', ['run', 'build', '--silent'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    process.stderr.write('mediant: the build failed\n');
    process.exit(3);
  }
}
