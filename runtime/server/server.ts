import http from 'node:http';
import https from 'node:https';
import path from 'node:path';
import Koa from 'koa';
import type { MediatorDefinition } from '../../mediators/mediator.js';
import { ArtifactFiles } from '../deploy/artifact-files.js';
import { startBackground } from '../deploy/background/start.js';
import { checkSequence } from '../deploy/check.js';
import { Deployed } from '../deploy/deployed.js';
import { findArtifacts } from '../deploy/folder.js';
import { FolderRegistry } from '../deploy/registry.js';
import { type ArtifactWatch, watchArtifacts } from '../deploy/watch.js';
import { setXPathFallback } from '../expression/xpath/compile.js';
import { loadXPath2 } from '../expression/xpath/xpath2.js';
import { dataSources } from '../settings/data-sources.js';
import { lookup } from '../settings/deployment-file.js';
import { engineProperties } from '../settings/engine-properties.js';
import { readFileProperties } from '../settings/file-properties.js';
import { type LoadedSettings, loadSettings, offsetPort, type Settings } from '../settings/load.js';
import { openSecrets, verifySecrets } from '../store/secrets.js';
import { openStore } from '../store/store.js';
import { HttpTransport } from '../transport/http-transport.js';
import { OutboundRules } from '../transport/outbound-rules.js';
import { type Apim, createApim } from './apim.js';
import { mediationMiddleware } from './gateway/middleware.js';
import { internalHandler, probes } from './internal.js';
import { type Log, openLog } from './logging.js';
import { deployNotFoundAnswer } from './not-found.js';
import { prepareHome } from './process-home.js';
import { gracefulClose, listen } from './process-listen.js';
import type { Listener } from './process-ready.js';
import { Publication } from './published-api/publication.js';
import { StartError } from './start-error.js';
import { loadTlsKeys, type TlsKeys } from './tls.js';
import { packageVersion } from './version.js';

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

interface Port {
  readonly purpose: string;
  readonly scheme: 'http' | 'https';
  readonly port: number;
  readonly host: string;
  readonly handler: http.RequestListener;
}

/**
 * Starts what `mediant start` runs (product 1).
 * @throws StartError when a port is taken or the store cannot be reached, SettingsError for a wrong setting
 */
export async function createServer(options: ServerOptions = {}): Promise<Server> {
  const { mediators, ...given } = options;
  const loaded = await loadSettings({ flags: given, terminal: process.stdout.isTTY });
  const { settings } = loaded;
  await prepareHome(settings.home);
  const log = openLog({ format: settings.logFormat, level: settings.logLevel });
  const [store, secrets, tls] = await Promise.all([
    openStore(settings.database, { home: settings.home }),
    openSecrets(settings.home, settings.secretKey),
    loadTlsKeys(settings),
  ]);
  await verifySecrets(store, secrets);
  const apim = await createApim({ store, secrets, settings, checkSequence, logger: log });
  if (apim.generatedPassword !== undefined) log.print(`password of the administrator admin: ${apim.generatedPassword}`);
  const rules = new OutboundRules({ allow: settings.outboundAllow, deny: settings.outboundDeny });
  const transport = new HttpTransport({ rules });
  const { deployed, watch } = await createDeployed(loaded, log, apim, transport, mediators);
  warnAboutUnused(settings, log);
  const started = await startListeners(settings, tls, deployed, apim);
  const own = started.map(({ listener }) => listener).filter(({ purpose }) => purpose !== 'gateway');
  rules.denyListeners(own.map(({ address }) => address));
  const watching = watch?.();
  startBackground(deployed);
  return {
    addresses: started.map(({ listener }) => listener),
    deployed,
    async reload() {
      const keys = await loadTlsKeys(settings);
      for (const { server } of started) if (server instanceof https.Server) server.setSecureContext(keys);
    },
    async close() {
      await Promise.all([gracefulClose(started.map(({ server }) => server)), watching?.close(), deployed.close()]);
      transport.close();
      await store.close();
      log.flush();
    },
  };
}

/** Settings that are understood and have no effect yet are said so, rather than passed over. */
function warnAboutUnused(settings: Settings, log: Log): void {
  const unused = [
    settings.workers > 1 && '--workers: one gateway process is started',
    settings.redis !== undefined && '--redis: tokens, counters and caches are those of this process',
    settings.sampleOrganization && '--sample-organization: Apigee organisations are not served',
  ].filter((text) => text !== false);
  for (const text of unused) log.log('WARN', 'Settings', `${text}; the setting has no effect in this version`);
}

async function createDeployed(
  loaded: LoadedSettings,
  log: Log,
  apim: Apim,
  transport: HttpTransport,
  mediators: ServerOptions['mediators'],
): Promise<{ deployed: Deployed; watch: (() => ArtifactWatch) | undefined }> {
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
    dataSources: dataSources(deployment),
    userCheck: async (user, password) => (await apim.users.authenticate(user, password)) !== undefined,
    transport,
    ...(mediators ? { mediators } : {}),
  });
  if (folders.length === 0) deployNotFoundAnswer(deployed);
  const files = new ArtifactFiles(deployed, settings.deploy);
  files.scan();
  const watched = isHotDeployed(deployment) ? folders.map(({ root }) => root) : [];
  return { deployed, watch: watched.length > 0 ? () => watchArtifacts(files, watched, log) : undefined };
}

/** `[server] hot_deployment` of deployment.toml (artifacts 4.2). */
function isHotDeployed({ tables }: LoadedSettings['deployment']): boolean {
  return String(lookup(tables, ['server', 'hot_deployment']) ?? true) !== 'false';
}

async function startListeners(
  settings: Settings,
  tls: TlsKeys,
  deployed: Deployed,
  apim: Apim,
): Promise<{ listener: Listener; server: http.Server | https.Server }[]> {
  new Publication(deployed, apim.model).start();
  const started: { listener: Listener; server: http.Server | https.Server }[] = [];
  try {
    for (const { purpose, scheme, port, host, handler } of ports(settings, deployed, apim)) {
      const server = scheme === 'https' ? https.createServer(tls, handler) : http.createServer(handler);
      const address = await listen(server, port, host, `${purpose}, ${scheme}`);
      started.push({ listener: { purpose, scheme, address }, server });
    }
  } catch (error) {
    await gracefulClose(started.map(({ server }) => server));
    throw error;
  }
  return started;
}

function ports(settings: Settings, deployed: Deployed, apim: Apim): Port[] {
  const { host, adminHost } = settings;
  const at = (port: number): number => offsetPort(port, settings);
  const gateway = (transport: 'http' | 'https'): http.RequestListener => {
    const app = new Koa();
    app.use(apim.gatewayTokenMiddleware);
    app.use(mediationMiddleware(deployed, transport));
    return app.callback();
  };
  const adminApp = new Koa();
  adminApp.use(apim.adminMiddleware);
  const admin = adminApp.callback();
  const internal = internalHandler(probes({ version: packageVersion(), faultyApplications: () => [] }));
  const adminHttp = settings.adminHttpPort;
  return [
    { purpose: 'gateway', scheme: 'http', port: at(settings.httpPort), host, handler: gateway('http') },
    { purpose: 'gateway', scheme: 'https', port: at(settings.httpsPort), host, handler: gateway('https') },
    { purpose: 'admin', scheme: 'https', port: at(settings.adminPort), host: adminHost, handler: admin },
    ...(adminHttp === undefined
      ? []
      : [{ purpose: 'admin', scheme: 'http', port: at(adminHttp), host: adminHost, handler: admin } as const]),
    { purpose: 'internal', scheme: 'http', port: at(settings.internalPort), host: adminHost, handler: internal },
  ];
}
