import cluster, { type Worker } from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { RateLimiterClusterMaster } from 'rate-limiter-flexible';
import type { Apigee } from '../apigee/apigee.js';
import type { PartCall } from '../apigee/model/server-parts.js';
import type { Change, Changes } from '../apim-model/changes.js';
import type { Log } from '../logging.js';
import { addMetrics, type MetricFamily } from '../metrics.js';
import type { Listener } from '../process-ready.js';
import { StartError } from '../start-error.js';
import { packageFile } from '../version.js';
import type { WorkerStart } from './gateway-worker.js';
import { closeUntaken } from './handed-connections.js';
import { IpcPeer, type IpcPort, PeerGone } from './ipc.js';
import type { ServerState, StateCall } from './server-state.js';
import { ServerTokens, type TokenCall } from './shared-tokens.js';

const longestDelayMs = 10_000;
/** A worker that ran for so long did not fail at its start. */
const settledMs = 30_000;

interface Running {
  readonly peer: IpcPeer;
  readonly gone: Promise<void>;
}

export interface GatewayWorkersOptions {
  readonly count: number;
  readonly start: WorkerStart;
  readonly changes: Changes;
  readonly log: Log;
  readonly state: ServerState;
  readonly apigee: Apigee;
}

/**
 * The gateway processes of a server with `--workers N` (product 1). They share the gateway's ports; a management call
 * is answered after all of them have taken its change. One that ends is started again.
 */
export class GatewayWorkers {
  readonly #options: GatewayWorkersOptions;
  readonly #running = new Set<Running>();
  readonly #tokens = new ServerTokens();
  #listeners: Listener[] = [];
  #closing = false;
  /** How often in a row one has ended soon after its start. */
  #failures = 0;

  private constructor(options: GatewayWorkersOptions) {
    this.#options = options;
    options.changes.listen(async (change) => {
      await this.#tellAll('change', [change] satisfies Change[]);
    });
  }

  /** @throws StartError when a port cannot be used */
  static async start(options: GatewayWorkersOptions): Promise<GatewayWorkers> {
    cluster.setupPrimary({
      exec: fileURLToPath(packageFile('runtime/launch.mjs')),
      args: ['gateway-worker'],
      // Values of caches are more than JSON.
      serialization: 'advanced',
    });
    // Quotas are counted here, for all of them.
    new RateLimiterClusterMaster();
    const workers = new GatewayWorkers(options);
    try {
      // The first one alone: a port 0 is the one that it was given.
      await workers.#startOne();
      await Promise.all(Array.from({ length: options.count - 1 }, () => workers.#startOne()));
    } catch (error) {
      await workers.close();
      throw new StartError((error as Error).message, error);
    }
    return workers;
  }

  /** The shared addresses. */
  get listeners(): readonly Listener[] {
    return this.#listeners;
  }

  async reload(): Promise<void> {
    await this.#tellAll('reload');
  }

  /** What all of them have counted together. */
  async metrics(): Promise<MetricFamily[]> {
    return addMetrics((await this.#tellAll('metrics')) as MetricFamily[][]);
  }

  /** Lets each answer what is running. */
  async close(): Promise<void> {
    this.#closing = true;
    const gone = [...this.#running].map((worker) => worker.gone);
    await this.#tellAll('close');
    await Promise.all(gone);
  }

  async #startOne(): Promise<void> {
    const worker = cluster.fork();
    closeUntaken(worker);
    const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    void gone.then(() => this.#options.state.release(worker));
    const peer = await this.#greeted(worker, gone);
    const running: Running = { peer, gone };
    // From here on it gets every change, and takes them when it has read the store.
    this.#running.add(running);
    void gone.then(() => this.#running.delete(running));
    const listeners = (await peer.request('start', this.#options.start)) as Listener[];
    if (this.#listeners.length === 0) this.#listeners = listeners;
    const startedAt = Date.now();
    void gone.then(() => this.#replace(worker.process.pid, Date.now() - startedAt));
  }

  /** What is sent before the process listens would be lost. */
  #greeted(worker: Worker, gone: Promise<void>): Promise<IpcPeer> {
    const { changes, state, apigee } = this.#options;
    const shared = state.of(worker);
    return new Promise((resolve, reject) => {
      const peer = new IpcPeer(worker as unknown as IpcPort, {
        hello: async () => resolve(peer),
        announce: (list: readonly Change[]) => changes.announce(...list),
        state: ({ operation, values }: StateCall) => shared[operation](...(values as [never, never, never, never])),
        apigee: (call: PartCall) => apigee.answer(call),
        tokens: ({ operation, values }: TokenCall) => this.#tokens[operation](...(values as [never, never, never])),
      });
      void gone.then(() => reject(new Error('it ended before it was ready')));
    });
  }

  async #replace(pid: number | undefined, ranMs: number): Promise<void> {
    if (this.#closing) return;
    this.#failures = ranMs < settledMs ? this.#failures + 1 : 0;
    this.#options.log.log('ERROR', 'Workers', `Gateway process ${pid} has ended; another one is started`);
    while (!this.#closing) {
      await new Promise((resolve) => setTimeout(resolve, Math.min(100 * 2 ** this.#failures, longestDelayMs)).unref());
      if (this.#closing) return;
      try {
        return await this.#startOne();
      } catch (error) {
        this.#failures++;
        this.#options.log.log('ERROR', 'Workers', `A gateway process does not start: ${(error as Error).message}`);
      }
    }
  }

  /** @returns the answers of those that still run */
  async #tellAll(operation: string, value?: unknown): Promise<unknown[]> {
    const answers = await Promise.all(
      [...this.#running].map(({ peer }) =>
        peer.request(operation, value).then(
          (answer) => [answer],
          (error: unknown) => {
            // One that is gone serves nobody, and its successor reads the store.
            if (error instanceof PeerGone) return [];
            throw error;
          },
        ),
      ),
    );
    return answers.flat();
  }
}
