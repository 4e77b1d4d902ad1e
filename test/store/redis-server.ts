import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A Redis of the test's own, which it may stop. */
export interface RedisServer {
  readonly url: string;
  /** Its folder; `save` writes what it holds there. */
  readonly folder: string;
  save(): void;
  stop(): Promise<void>;
  /** Starts it again, empty, at the same place. */
  start(): Promise<void>;
  remove(): Promise<void>;
}

/** Whether `redis-server` is on the PATH. Tests that need it say so when it is not. */
export const hasRedis = isThere();
if (!hasRedis) {
  if (process.env.MEDIANT_REQUIRE_REDIS === '1') throw new Error('redis-server is not on the PATH');
  process.stderr.write('\n*** The tests of several nodes did NOT run: redis-server is not on the PATH. ***\n\n');
}

export async function startRedis(): Promise<RedisServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mediant-redis-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  const server: RedisServer = {
    url,
    folder,
    save: () => void execFileSync('redis-cli', ['-p', String(port), 'save']),
    async start() {
      const options = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
      const started = spawn('redis-server', ['--port', String(port), ...options], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      child = started;
      await new Promise<void>((resolve, reject) => {
        started.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)));
        started.stdout?.on('data', (data: Buffer) => data.includes('Ready to accept connections') && resolve());
      });
    },
    async stop() {
      const running = child;
      child = undefined;
      if (!running) return;
      await new Promise((resolve) => {
        running.once('exit', resolve);
        running.kill('SIGKILL');
      });
    },
    async remove() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}

function isThere(): boolean {
  try {
    execFileSync('redis-server', ['--version']);
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
