#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

// Node from 22.1 keeps compiled code between starts.
module.enableCompileCache?.();

const entry = new URL('../dist/runtime/cli/main.js', import.meta.url);
if (!existsSync(entry)) build(fileURLToPath(new URL('..', import.meta.url)));
const { main } = await import(entry.href);
const code = await main(process.argv.slice(2));
process.stdout.write('', () => process.exit(code));

/** A checkout that was installed without scripts has not been built yet. Built aside: a second start sees all or nothing. */
function build(root) {
  const compiler = `${root}node_modules/typescript/bin/tsc`;
  if (!existsSync(`${root}runtime/cli/main.ts`) || !existsSync(compiler)) {
    process.stderr.write('mediant: dist/ is missing; install the package again, or run npm ci in the checkout\n');
    process.exit(3);
  }
  process.stderr.write('mediant: building dist/ once\n');
  const draft = `${root}dist-${process.pid}`;
  const { status } = spawnSync(process.execPath, [compiler, '-p', `${root}tsconfig.json`, '--outDir', draft], {
    stdio: ['ignore', 2, 2],
  });
  if (status === 0 && !existsSync(entry)) renameSync(draft, `${root}dist`);
  rmSync(draft, { recursive: true, force: true });
  if (status !== 0) {
    process.stderr.write('mediant: the build failed\n');
    process.exit(3);
  }
}
