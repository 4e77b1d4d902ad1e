import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Census } from './census.js';

const program = fileURLToPath(new URL('./gateway-process.js', import.meta.url));

/** A gateway in a process of its own, which tells what it holds. */
export class Gateway {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    readonly port: number,
  ) {}

  /** @param artifacts the elements of a `<definitions>` */
  static async start(artifacts: string): Promise<Gateway> {
    const folder = mkdtempSync(path.join(tmpdir(), 'mediant-splitting-'));
    const text = `<definitions xmlns="http://ws.apache.org/ns/synapse">${artifacts}</definitions>`;
    writeFileSync(path.join(folder, 'flows.xml'), text);
    const child = fork(program, [folder], { execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'] });
    const [{ port }] = (await once(child, 'message')) as [{ port: number }];
    return new Gateway(child, folder, port);
  }

  async census(): Promise<Census> {
    this.child.send('census');
    const [{ census }] = (await once(this.child, 'message')) as [{ census: Census }];
    return census;
  }

  /**
   * The first census with nothing in it, as work may go on behind the answers; after 15 s the last one.
   * @param timers those that the process has anyway
   */
  async censusAtRest(timers = 0): Promise<Census> {
    const end = Date.now() + 15_000;
    for (;;) {
      const census = await this.census();
      const { heap: _, timers: running, ...objects } = census;
      const isAtRest = running <= timers && Object.values(objects).every((count) => count === 0);
      if (isAtRest || Date.now() > end) return census;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill();
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
