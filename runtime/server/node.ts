import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MediatorDefinition } from '../../mediators/mediator.js';
import { ArtifactFiles } from '../deploy/artifact-files.js';
import type { BackgroundShare } from '../deploy/background/host.js';
import { startBackground } from '../deploy/background/start.js';
import { type CheckOptions, checkSequence } from '../deploy/check.js';
import { Deployed } from '../deploy/deployed.js';
import { findArtifacts } from '../deploy/folder.js';
import { mediatorAccess } from '../deploy/mediator-access.js';
import { loadMediators } from '../deploy/mediator-modules.js';
import { FolderRegistry } from '../deploy/registry.js';
import { type ArtifactWatch, watchArtifacts } from '../deploy/watch.js';
import { setXPathFallback } from '../expression/xpath/compile.js';
import { loadXPath2 } from '../expression/xpath/xpath2.js';
import type { SharedState } from '../message/shared-state.js';
import type { SharedTokens } from '../outbound-oauth/shared-tokens.js';
import { TokenClient } from '../outbound-oauth/token-client.js';
import { dataSources } from '../settings/data-sources.js';
import { lookup } from '../settings/deployment-file.js';
import { engineProperties } from '../settings/engine-properties.js';
import { readFileProperties } from '../settings/file-properties.js';
import type { LoadedSettings } from '../settings/load.js';
import { vault } from '../settings/vault.js';
import { openRedis } from '../store/redis.js';
import { RedisTokens } from '../store/redis-tokens.js';
import { storedRefreshTokens } from '../store/refresh-tokens.js';
import { openSecrets, type Secrets, verifySecrets } from '../store/secrets.js';
import { openStore } from '../store/store.js';
import { HttpTransport } from '../transport/http-transport.js';
import { OutboundRules } from '../transport/outbound-rules.js';
import { type Apigee, createApigee } from './apigee/apigee.js';
import type { AskServer } from './apigee/model/server-parts.js';
import { type Apim, createApim } from './apim.js';
import type { Changes } from './apim-model/changes.js';
import type { Log } from './logging.js';
import { deployNotFoundAnswer } from './not-found.js';
import { Publication } from './published-api/publication.js';
import { StartError } from './start-error.js';
import { loadTlsKeys, type TlsKeys } from './tls.js';

/** Milliseconds for events that are on their way to subscribers when the server ends. */
const deliveryEndMs = 10_000;

/** What each process of a server holds, whether it listens or not: the store, API management and what is deployed. */
export interface Node {
  readonly loaded: LoadedSettings;
  readonly log: Log;
  readonly tls: TlsKeys;
  readonly apim: Apim;
  readonly apigee: Apigee;
  readonly deployed: Deployed;
  /** What of the deployed folders could be deployed. */
  readonly files: ArtifactFiles;
  readonly rules: OutboundRules;
  /** Begins to follow changes of the deployed folders. */
  watch(): void;
  /** Begins what runs by itself: message processors and tasks. */
  startBackground(share: BackgroundShare): void;
  /** Ends what runs by itself; what is under way may go on for 30 s. */
  stopBackground(): Promise<void>;
  /** Frees everything; the listeners are closed before. */
  close(): Promise<void>;
}

export interface NodeOptions {
  readonly mediators?: readonly MediatorDefinition[] | undefined;
  /** How changes of published APIs reach this process; one of its own when absent. */
  readonly changes?: Changes;
  /** Access tokens shared with other processes of this server; those of Redis go first. */
  readonly sharedTokens?: SharedTokens;
  /** What the processes of this server count and keep together; absent in a server of one. */
  readonly shared?: SharedState;
  /** In one of several gateway processes: how it asks the server for what Apigee proxies share. */
  readonly askServer?: AskServer;
  /** The one process that administration goes to: it makes the administrator at the first start. */
  readonly manages: boolean;
}

/** @throws StoreError, StartError */
export async function openNode(loaded: LoadedSettings, log: Log, options: NodeOptions): Promise<Node> {
  const { settings } = loaded;
  const mediators = [...(options.mediators ?? []), ...(await moduleMediators(settings.module))];
  const [store, secrets, tls] = await Promise.all([
    openStore(settings.database, { home: settings.home }),
    openSecrets(settings.home, settings.secretKey),
    loadTlsKeys(settings),
  ]);
  await verifySecrets(store, secrets);
  const { changes, manages } = options;
  const known: Omit<CheckOptions, 'file'> = {
    mediators,
    isBlocked: mediatorAccess((name) => engineProperties(loaded.deployment).get(name)),
  };
  const apim = await createApim({
    store,
    secrets,
    settings,
    // Uploaded sequences may use what deployed ones may.
    checkSequence: (xml, around) => checkSequence(xml, { ...known, ...around }),
    logger: log,
    ensureAdministrator: manages,
    ...(changes ? { changes } : {}),
  });
  const rules = new OutboundRules({ allow: settings.outboundAllow, deny: settings.outboundDeny });
  const transport = new HttpTransport({ rules });
  const redis = settings.redis === undefined ? undefined : await openRedis(settings.redis, log);
  const tokens = new TokenClient({
    transport,
    shared: redis ? new RedisTokens(redis, secrets, log) : options.sharedTokens,
    refreshTokens: storedRefreshTokens(store, secrets),
    log: (level, text) => log.log(level, 'OutboundOAuth', text),
  });
  const { shared, askServer } = options;
  const around = { log, apim, secrets, transport, tokens, mediators, shared };
  const { deployed, files, watch } = await createDeployed(loaded, around);
  known.operations = deployed.connectors;
  new Publication(deployed, apim.model).start();
  const { sampleOrganization } = settings;
  const engine = { transport, deployed };
  const apigee = createApigee(
    { store, secrets, users: apim.users, logger: log, engine, sampleOrganization, manages, askServer },
    changes,
  );
  await apigee.start();
  let watching: ArtifactWatch | undefined;
  return {
    loaded,
    log,
    tls,
    apim,
    apigee,
    deployed,
    files,
    rules,
    watch() {
      watching = watch?.();
    },
    startBackground: (share) => startBackground(deployed, share),
    stopBackground: () => deployed.close(),
    async close() {
      await watching?.close();
      await Promise.race([deployed.eventsDelivered(), sleep(deliveryEndMs, undefined, { ref: false })]);
      // No flow runs any more: what they have published goes out.
      await deployed.dataBridge?.close();
      transport.close();
      await redis?.close();
      await store.close();
      log.flush();
    },
  };
}

async function moduleMediators(files: readonly string[]): Promise<MediatorDefinition[]> {
  try {
    return await loadMediators(files);
  } catch (error) {
    throw new StartError(`--module: ${(error as Error).message}`, error);
  }
}

/** What artifacts run with. */
interface Surroundings {
  readonly log: Log;
  readonly apim: Apim;
  readonly secrets: Secrets;
  readonly transport: HttpTransport;
  readonly tokens: TokenClient;
  readonly mediators: readonly MediatorDefinition[];
  readonly shared: SharedState | undefined;
}

async function createDeployed(
  loaded: LoadedSettings,
  { log, apim, secrets, transport, tokens, mediators, shared }: Surroundings,
): Promise<{ deployed: Deployed; files: ArtifactFiles; watch: (() => ArtifactWatch) | undefined }> {
  const { settings, deployment } = loaded;
  const folders = settings.deploy.map((location) => {
    try {
      return findArtifacts(location);
    } catch (error) {
      throw new StartError(`--deploy: ${(error as Error).message}`, error);
    }
  });
  const roots = [path.join(settings.home, 'registry'), ...folders.flatMap(({ registry }) => registry ?? [])];
  const { systemProperties } = deployment;
  const fileProperties = await readFileProperties({ home: settings.home, deploy: settings.deploy, systemProperties });
  const properties = engineProperties(deployment);
  // Before anything is compiled: what is no XPath 1.0 is refused otherwise (message-model 3.1).
  const xpath2 = properties.get('synapse.xpath.dom.failover.enabled')?.toLowerCase() === 'true';
  setXPathFallback(xpath2 ? await loadXPath2() : undefined);
  const deployed = new Deployed({
    registry: new FolderRegistry(roots),
    logger: log,
    systemProperties,
    properties,
    fileProperty: (name) => fileProperties.get(name),
    secret: vault(deployment, (sealed) => secrets.decrypt(sealed)),
    dataSources: dataSources(deployment),
    userCheck: async (user, password) => (await apim.users.authenticate(user, password)) !== undefined,
    transport,
    tokens,
    shared,
    trustedScripts: settings.trustedScripts,
    mediators,
  });
  if (folders.length === 0) deployNotFoundAnswer(deployed);
  const files = new ArtifactFiles(deployed, settings.deploy);
  files.scan();
  const watched = isHotDeployed(deployment) ? folders.flatMap(({ roots }) => roots) : [];
  return { deployed, files, watch: watched.length > 0 ? () => watchArtifacts(files, watched, log) : undefined };
}

/** `[server] hot_deployment` of deployment.toml (artifacts 4.2). */
function isHotDeployed({ tables }: LoadedSettings['deployment']): boolean {
  return String(lookup(tables, ['server', 'hot_deployment']) ?? true) !== 'false';
}
