import http from 'node:http';
import https from 'node:https';
import Koa, { type Middleware } from 'koa';
import { offsetPort } from '../settings/load.js';
import { createGateway } from './gateway/gateway.js';
import { gatewayListener } from './gateway/listener.js';
import { mediationMiddleware } from './gateway/middleware.js';
import { refuseSpecials, refusing, strictRequests } from './gateway/refuse-request.js';
import { internalHandler, probes } from './internal.js';
import { type CollectMetrics, type MetricFamily, metricRoutes, tokenMetrics } from './metrics.js';
import type { Node } from './node.js';
import { gracefulClose, listen } from './process-listen.js';
import type { Listener } from './process-ready.js';
import { loadTlsKeys } from './tls.js';
import { packageVersion } from './version.js';

interface Port {
  readonly purpose: string;
  readonly scheme: 'http' | 'https';
  readonly port: number;
  readonly host: string;
  readonly handler: http.RequestListener;
  /** Milliseconds in which nothing comes or goes on a connection; 0: no limit, absent: the limits of Node. */
  readonly idle?: number;
}

/** Listeners that were started together. */
export class OpenPorts {
  constructor(
    private readonly open: readonly { listener: Listener; server: http.Server | https.Server }[],
    private readonly node: Node,
  ) {}

  /** Every address in use; ports that were 0 show the real one. */
  get listeners(): Listener[] {
    return this.open.map(({ listener }) => listener);
  }

  /** What was counted in this process. */
  metrics(): MetricFamily[] {
    return tokenMetrics(this.node.deployed.tokens?.counters ?? new Map());
  }

  /** Reads certificates again without dropping a request. */
  async reload(): Promise<void> {
    const keys = await loadTlsKeys(this.node.loaded.settings);
    for (const { server } of this.open) if (server instanceof https.Server) server.setSecureContext(keys);
  }

  /** Answers what is running, 30 s at most. */
  async close(): Promise<void> {
    await gracefulClose(this.open.map(({ server }) => server));
  }
}

/** The gateway's ports. @throws StartError when one cannot be used */
export function openGatewayPorts(node: Node): Promise<OpenPorts> {
  const { settings } = node.loaded;
  const { host, socketTimeout: idle } = settings;
  const handler = (transport: 'http' | 'https') => {
    const { take } = node.apigee;
    const application = handlerOf(
      node.apim.gatewayTokenMiddleware,
      mediationMiddleware(node.deployed, transport, take),
    );
    return gatewayListener(refusing(application), createGateway(node.deployed, transport, take));
  };
  return open(node, [
    { purpose: 'gateway', scheme: 'http', port: settings.httpPort, host, idle, handler: handler('http') },
    { purpose: 'gateway', scheme: 'https', port: settings.httpsPort, host, idle, handler: handler('https') },
  ]);
}

/** The ports of administration, probes and metrics. @throws StartError when one cannot be used */
export function openAdminPorts(node: Node, metrics: CollectMetrics): Promise<OpenPorts> {
  const { settings } = node.loaded;
  const { adminHost: host, adminHttpPort } = settings;
  const admin = refusing(handlerOf(node.apim.adminMiddleware, node.apigee.adminMiddleware));
  const { files } = node;
  const probing = probes({ version: packageVersion(), faultyApplications: () => files.faultyApplications });
  const internal = refusing(internalHandler(new Map([...probing, ...metricRoutes(metrics)])));
  const ports: Port[] = [{ purpose: 'admin', scheme: 'https', port: settings.adminPort, host, handler: admin }];
  if (adminHttpPort !== undefined) {
    ports.push({ purpose: 'admin', scheme: 'http', port: adminHttpPort, host, handler: admin });
  }
  ports.push({ purpose: 'internal', scheme: 'http', port: settings.internalPort, host, handler: internal });
  return open(node, ports);
}

function handlerOf(...middleware: Middleware[]): http.RequestListener {
  const app = new Koa();
  for (const each of middleware) app.use(each);
  return app.callback();
}

async function open(node: Node, ports: readonly Port[]): Promise<OpenPorts> {
  const started: { listener: Listener; server: http.Server | https.Server }[] = [];
  try {
    for (const { purpose, scheme, port, host, handler, idle } of ports) {
      const server =
        scheme === 'https'
          ? https.createServer({ ...node.tls, ...strictRequests }, handler)
          : http.createServer(strictRequests, handler);
      if (idle !== undefined) limitIdleness(server, idle);
      refuseSpecials(server);
      const address = await listen(server, offsetPort(port, node.loaded.settings), host, `${purpose}, ${scheme}`);
      started.push({ listener: { purpose, scheme, address }, server });
    }
  } catch (error) {
    await gracefulClose(started.map(({ server }) => server));
    throw error;
  }
  return new OpenPorts(started, node);
}

/**
 * Closes connections on which nothing moves. A request may take as long as it moves, however large it is: the limit of
 * Node for whole requests would cut off slow uploads. Heads keep theirs.
 */
function limitIdleness(server: http.Server, idle: number): void {
  server.keepAliveTimeout = idle;
  server.timeout = idle;
  server.requestTimeout = 0;
}
