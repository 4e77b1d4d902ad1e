import type { AddressInfo } from 'node:net';
import { type LoadedSettings, loadSettings, type Settings } from '../../settings/load.js';
import { type Change, Changes } from '../apim-model/changes.js';
import { openLog } from '../logging.js';
import { type Node, type NodeOptions, openNode } from '../node.js';
import { type OpenPorts, openGatewayPorts } from '../ports.js';
import type { Listener } from '../process-ready.js';
import { IpcPeer, type IpcPort } from './ipc.js';
import { stateOfServer } from './server-state.js';
import { tokensOfServer } from './shared-tokens.js';

/** What a gateway process is started with. */
export interface WorkerStart {
  readonly settings: Settings;
  /** Listeners that flows may not call: those of administration. */
  readonly denied: readonly AddressInfo[];
}

/**
 * Runs one of several gateway processes (product 1, `--workers`): it listens on the shared ports and does what the
 * server that started it says, until that says "close" or is gone.
 */
export async function runGatewayWorker(port: IpcPort = process as IpcPort): Promise<void> {
  let changes: Changes | undefined;
  let opening: Promise<Worker> | undefined;
  const opened = (): Promise<Worker> => opening ?? Promise.reject(new Error('The worker was not started'));
  // The terminal sends its signals to every process; when to stop is the server's to say.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  await new Promise<void>((resolve) => {
    port.on('disconnect', resolve);
    const peer = new IpcPeer(port, {
      start: async (start: WorkerStart): Promise<readonly Listener[]> => {
        changes = new Changes(async (list) => {
          await peer.request('announce', list);
        });
        opening = open(start, {
          changes,
          sharedTokens: tokensOfServer((call) => peer.request('tokens', call)),
          shared: stateOfServer((call) => peer.request('state', call)),
          askServer: (call) => peer.request('apigee', call),
        });
        return (await opening).ports.listeners;
      },
      change: async (list: readonly Change[]) => {
        await opened();
        await changes?.take(list);
      },
      reload: async () => (await opened()).ports.reload(),
      metrics: async () => (await opened()).ports.metrics(),
      close: async () => {
        const { node, ports } = await opened();
        await Promise.all([ports.close(), node.stopBackground()]);
        await node.close();
        resolve();
      },
    });
    void peer.request('hello').catch(() => {});
  });
}

interface Worker {
  readonly node: Node;
  readonly ports: OpenPorts;
}

async function open({ settings, denied }: WorkerStart, server: Omit<NodeOptions, 'manages'>): Promise<Worker> {
  const loaded: LoadedSettings = await loadSettings({ flags: settings });
  const log = openLog({ format: settings.logFormat, level: settings.logLevel });
  const node = await openNode(loaded, log, { ...server, manages: false });
  node.rules.denyListeners(denied);
  const ports = await openGatewayPorts(node);
  node.watch();
  node.startBackground('message processors');
  return { node, ports };
}
