import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const launch = fileURLToPath(new URL('../../../runtime/launch.mjs', import.meta.url));

/** Administrator's password of the servers under test. */
export const adminPassword = 'Adm1n-of-the-test!';

/** A `mediant start` of its own with a temporary home. */
export class MediantProcess {
  #output = '';

  private constructor(
    private readonly child: ChildProcess,
    readonly home: string,
    private readonly ownsHome: boolean,
  ) {
    const note = (data: Buffer): void => {
      this.#output += data.toString('utf8');
    };
    child.stdout?.on('data', note);
    child.stderr?.on('data', note);
  }

  /** @param args further options of `mediant start` */
  static async start(
    args: string[] = [],
    options: { home?: string; env?: NodeJS.ProcessEnv } = {},
  ): Promise<MediantProcess> {
    const home = options.home ?? mkdtempSync(path.join(tmpdir(), 'mediant-test-'));
    const ports = ['http', 'https', 'admin', 'admin-http', 'management', 'internal'].flatMap((name) => [
      `--${name}-port`,
      '0',
    ]);
    const child = spawn(
      process.execPath,
      [launch, 'start', '--home', home, '--host', '127.0.0.1', '--log-format', 'text', ...ports, ...args],
      {
        env: { ...process.env, MEDIANT_ADMIN_PASSWORD: adminPassword, ...options.env },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const server = new MediantProcess(child, home, options.home === undefined);
    await server.#ready();
    return server;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get output(): string {
    return this.#output;
  }

  /** Base URL of a listener, from the ready line. */
  url(purpose: 'gateway' | 'admin' | 'internal', scheme: 'http' | 'https' = 'http'): string {
    const line = /mediant ready in .*/.exec(this.#output)?.[0] ?? '';
    const part = new RegExp(`${purpose} ([^,]*)`).exec(line)?.[1] ?? '';
    const url = part.split(' ').find((one) => one.startsWith(`${scheme}://`));
    if (!url) throw new Error(`no ${purpose} ${scheme} address in: ${line}`);
    return url;
  }

  kill(signal: NodeJS.Signals): Promise<void> {
    return new Promise((resolve) => {
      if (this.child.exitCode !== null || this.child.signalCode !== null) return resolve();
      this.child.once('exit', () => resolve());
      this.child.kill(signal);
    });
  }

  async stop(): Promise<void> {
    await this.kill('SIGTERM');
    if (this.ownsHome) rmSync(this.home, { recursive: true, force: true });
  }

  async #ready(): Promise<void> {
    const end = Date.now() + 30_000;
    while (!this.#output.includes('mediant ready in')) {
      if (this.child.exitCode !== null || Date.now() > end) throw new Error(`mediant did not start:\n${this.#output}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
