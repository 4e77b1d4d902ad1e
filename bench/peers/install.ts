import { execFileSync, spawnSync } from 'node:child_process';

/** Whether a program can be found. */
const has = (program: string): boolean => spawnSync('which', [program], { stdio: 'ignore' }).status === 0;

/**
 * Makes sure that a program is there, by apt-get when it is not.
 * @throws Error naming the package when it cannot be installed
 */
export function needProgram(program: string, ...packages: readonly string[]): void {
  if (has(program)) return;
  const failed = new Error(`${program} is not installed (Debian: apt-get install ${packages.join(' ')})`);
  if (!has('apt-get') || process.getuid?.() !== 0) throw failed;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args: string[]): unknown => execFileSync('apt-get', ['-qq', ...args], { env, stdio: 'ignore' });
  try {
    apt('update');
    apt('install', '-y', '--no-install-recommends', ...packages);
  } catch (cause) {
    throw new Error(failed.message, { cause });
  }
  if (!has(program)) throw failed;
}

/** What a program says about its version: the first match in its output. */
export function versionOf(command: readonly [string, ...string[]], pattern: RegExp): string {
  const { stdout, stderr } = spawnSync(command[0], command.slice(1), { encoding: 'utf8' });
  return pattern.exec(`${stdout}${stderr}`)?.[1] ?? 'unknown version';
}
