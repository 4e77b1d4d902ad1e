import type { MediatorDefinition } from '../../mediators/mediator.js';
import type { Deployed } from '../deploy/deployed.js';
import { loadSettings, type Settings } from '../settings/load.js';
import { Changes } from './apim-model/changes.js';
import { type Log, openLog } from './logging.js';
import type { CollectMetrics } from './metrics.js';
import { type Node, openNode } from './node.js';
import { openAdminPorts, openGatewayPorts } from './ports.js';
import { prepareHome } from './process-home.js';
import type { Listener } from './process-ready.js';
import { StartError } from './start-error.js';
import type { ServerState } from './workers/server-state.js';

/** What `createServer` takes: the settings of `mediant start`, and what only JavaScript can give. */
export interface ServerOptions extends Partial<Settings> {
  /** Mediators of one's own, made with `defineMediator`. */
  mediators?: readonly MediatorDefinition[];
}

/** A running server (product 4). */
export interface Server {
  /** Every address in use; ports that were 0 show the real one. */
  readonly addresses: readonly Listener[];
  /** What is deployed. */
  readonly deployed: Deployed;
  /** Answers what is running, 30 s at most, and frees everything. */
  close(): Promise<void>;
  /** Reads certificates again without dropping a request (SIGHUP). */
  reload(): Promise<void>;
}

/** Ports that were opened. */
interface Open {
  readonly listeners: readonly Listener[];
  close(): Promise<void>;
  reload(): Promise<void>;
}

/** What answers on the gateway's ports: this process or others. */
interface Gateway extends Open {
  metrics: CollectMetrics;
}

/**
 * Starts what `mediant start` runs (product 1).
 * @throws StartError when a port is taken or the store cannot be reached, SettingsError for a wrong setting
 */
export async function createServer(options: ServerOptions = {}): Promise<Server> {
  const { mediators, ...given } = options;
  const loaded = await loadSettings({ flags: given, terminal: process.stdout.isTTY });
  const { settings } = loaded;
  if (settings.workers > 1 && mediators) {
    throw new StartError('mediators given to createServer run in its process only; leave --workers at 1');
  }
  await prepareHome(settings.home);
  const log = openLog({ format: settings.logFormat, level: settings.logLevel });
  const changes = new Changes();
  const state = settings.workers > 1 ? await serverState() : undefined;
  const shared = state?.of(process);
  const node = await openNode(loaded, log, { mediators, changes, manages: true, ...(shared ? { shared } : {}) });
  const { generatedPassword } = node.apim;
  if (generatedPassword !== undefined) log.print(`password of the administrator admin: ${generatedPassword}`);
  warnAboutRedis(settings, log);
  const { admin, gateway } = await openPorts(node, changes, state);
  node.rules.denyListeners(admin.listeners.map(({ address }) => address));
  node.watch();
  node.startBackground(settings.workers === 1 ? 'all' : 'tasks');
  return {
    addresses: [...gateway.listeners, ...admin.listeners],
    deployed: node.deployed,
    async reload() {
      await Promise.all([admin.reload(), gateway.reload()]);
    },
    async close() {
      await Promise.all([admin.close(), gateway.close(), node.stopBackground()]);
      await node.close();
    },
  };
}

/** Only a server of several processes needs it. */
async function serverState(): Promise<ServerState> {
  return new (await import('./workers/server-state.js')).ServerState();
}

async function openPorts(
  node: Node,
  changes: Changes,
  state?: ServerState,
): Promise<{ admin: Open; gateway: Gateway }> {
  const { settings } = node.loaded;
  if (!state) {
    const gateway = await openGatewayPorts(node);
    return { gateway, admin: await closeOnFailure(gateway, () => openAdminPorts(node, () => gateway.metrics())) };
  }
  let gateway: Gateway | undefined;
  const admin = await openAdminPorts(node, () => gateway?.metrics() ?? []);
  const denied = admin.listeners.map(({ address }) => address);
  const { GatewayWorkers } = await import('./workers/gateway-workers.js');
  const { log, apigee } = node;
  const options = { count: settings.workers, start: { settings, denied }, changes, log, state, apigee };
  gateway = await closeOnFailure(admin, () => GatewayWorkers.start(options));
  return { admin, gateway };
}

async function closeOnFailure<Next>(opened: Open, next: () => Promise<Next>): Promise<Next> {
  try {
    return await next();
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** What a setting does not do, rather than letting it be believed. */
function warnAboutRedis({ redis }: Settings, log: Log): void {
  if (redis === undefined) return;
  const text = '--redis: access tokens for backends are shared; counters and caches are those of this server';
  log.log('WARN', 'Settings', text);
}
