#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

// Node from 22.1 keeps compiled code between starts.
module.enableCompileCache?.();

const entry = new URL('../dist/command/cli/main.js', import.meta.url);
if (!existsSync(entry)) build(fileURLToPath(new URL('..', import.meta.url)));
const { main } = await import(entry.href);
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
