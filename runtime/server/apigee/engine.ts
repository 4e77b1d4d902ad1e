import type { IncomingMessage, ServerResponse } from 'node:http';
import { BundleError, readBundleZip } from '../../deploy/apigee/bundle-files.js';
import { compileBundle, type CompiledBundle as EngineBundle } from '../../deploy/apigee/compile-bundle.js';
import { ApigeeEnvironment, BasePathTaken } from '../../deploy/apigee/environment.js';
import { ApigeeEnvironments } from '../../deploy/apigee/environments.js';
import type { Deployed } from '../../deploy/deployed.js';
import type { Logger } from '../../message/logger.js';
import type { Transport } from '../../transport/transport.js';
import { apigeeRoute, runApigee } from './gateway.js';
import { bundleFolders } from './model/bundle-archive.js';
import type { BundleDeployer, BundleToDeploy, Compilation, CompiledBundle, DeploymentPlace } from './model/deployer.js';
import { badRequest } from './model/error.js';

/** What the engine needs of the server around it. */
export interface EngineOptions {
  readonly transport: Transport;
  readonly logger: Logger;
  /** APIs and proxy services on the same gateway. */
  readonly deployed: Deployed;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

interface Compiled extends CompiledBundle {
  readonly bundle: EngineBundle;
}

/** Runs the deployed bundles of all organisations, and finds the proxy of a request. */
export class ApigeeEngine implements BundleDeployer<Compiled> {
  readonly #options: EngineOptions;
  readonly #organizations = new Map<string, ApigeeEnvironments>();

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  async compile(bundle: BundleToDeploy): Promise<Compilation<Compiled>> {
    const { kind, name, revision, basePath } = bundle;
    try {
      const identity = { name, revision: String(revision) };
      const { compiled, problems } = compileBundle(readBundleZip(bundle.zip, bundleFolders[kind]), identity);
      if (compiled === undefined) return { problems };
      const placed = compiled.kind === 'apiproxy' ? belowBasePath(compiled, basePath) : compiled;
      const basePaths = placed.kind === 'apiproxy' ? placed.endpoints.map((endpoint) => endpoint.basePath) : [];
      return { compiled: { bundle: placed, basePaths }, problems };
    } catch (error) {
      if (!(error instanceof BundleError)) throw error;
      const problem = { file: name, line: 1, column: 1, severity: 'error', code: 'bundle' } as const;
      return { problems: [{ ...problem, message: error.message }] };
    }
  }

  deploy(place: DeploymentPlace, { bundle }: Compiled): void {
    try {
      this.#environment(place).deploy(bundle);
    } catch (error) {
      throw error instanceof BasePathTaken ? badRequest(error.message) : error;
    }
  }

  undeploy({ organization, environment, kind, name }: DeploymentPlace): void {
    this.#organizations.get(organization.name)?.get(environment)?.undeploy(bundleFolders[kind], name);
  }

  /** Takes a request when one of the proxies does; undefined when none does. */
  take(request: IncomingMessage, response: ServerResponse, transport: 'http' | 'https'): Promise<void> | undefined {
    const route = apigeeRoute(this.#organizations.values(), this.#options.deployed, request, transport);
    return route && runApigee(route, request, response, transport);
  }

  #environment({ organization, environment: name }: DeploymentPlace): ApigeeEnvironment {
    const environments = this.#organizations.get(organization.name) ?? new ApigeeEnvironments(organization.name);
    this.#organizations.set(organization.name, environments);
    const known = environments.get(name);
    if (known) return known;
    const { transport, logger, now } = this.#options;
    const environment = new ApigeeEnvironment({ name, organization, transport, logger, now });
    environments.add(environment);
    return environment;
  }
}

/** The base path of a deployment stands in front of those of the endpoints. */
function belowBasePath(
  proxy: Extract<EngineBundle, { kind: 'apiproxy' }>,
  basePath: string,
): Extract<EngineBundle, { kind: 'apiproxy' }> {
  const prefix = basePath.replace(/\/+$/, '');
  if (prefix === '') return proxy;
  const endpoints = proxy.endpoints.map((endpoint) => ({
    ...endpoint,
    basePath: endpoint.basePath === '/' ? prefix : `${prefix}${endpoint.basePath}`,
  }));
  return { ...proxy, endpoints };
}
