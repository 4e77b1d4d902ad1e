import {
  type ClientFacts,
  FlowContext,
  type FlowRuntime,
  type ProxyCall,
  type ProxyFacts,
} from '../../apigee/flow-context.js';
import type { ApigeeMessage } from '../../apigee/message.js';
import type { Organization } from '../../apigee/organization.js';
import { type ProxyEndpoint, runProxy } from '../../apigee/proxy-endpoint.js';
import type { Logger } from '../../message/logger.js';
import type { Transport } from '../../transport/transport.js';
import { type BasePathMatch, BasePaths } from './base-paths.js';
import type { CompiledBundle, CompiledProxy, CompiledSharedFlow } from './compile-bundle.js';

/** A refused deployment: another proxy of the environment, or of the same bundle, has the base path. */
export class BasePathTaken extends Error {
  override readonly name = 'BasePathTaken';
}

/** A proxy endpoint with the proxy that it belongs to. */
export interface DeployedEndpoint {
  readonly proxy: CompiledProxy;
  readonly endpoint: ProxyEndpoint;
}

export interface EnvironmentOptions {
  readonly name: string;
  readonly organization: Organization;
  readonly transport: Transport;
  readonly logger: Logger;
  /** Milliseconds since the epoch; the system's clock when absent. */
  readonly now?: () => number;
}

/** One environment of an organisation: what is deployed in it, and how requests find it. */
export class ApigeeEnvironment {
  readonly name: string;
  readonly #runtime: FlowRuntime;
  readonly #proxies = new Map<string, CompiledProxy>();
  readonly #sharedFlows = new Map<string, CompiledSharedFlow>();
  readonly #facts = new WeakMap<ProxyEndpoint, ProxyFacts>();
  #paths = new BasePaths<DeployedEndpoint>([]);

  constructor({ name, organization, transport, logger, now = Date.now }: EnvironmentOptions) {
    this.name = name;
    this.#runtime = {
      organization,
      environment: name,
      transport,
      now,
      log: (level, text) => logger.log(level, 'Apigee', text),
      sharedFlow: (key) => this.#sharedFlows.get(key)?.flow,
      callProxy: (call) => this.#call(call),
    };
  }

  /** What is deployed under that name, of that kind. */
  deployed(kind: CompiledBundle['kind'], name: string): CompiledBundle | undefined {
    return kind === 'apiproxy' ? this.#proxies.get(name) : this.#sharedFlows.get(name);
  }

  /** Deploys a revision in the place of the one before. @throws BasePathTaken; nothing has changed then */
  deploy(compiled: CompiledBundle): void {
    if (compiled.kind === 'sharedflowbundle') {
      this.#sharedFlows.set(compiled.name, compiled);
      return;
    }
    this.#checkPaths(compiled);
    this.#proxies.set(compiled.name, compiled);
    this.#index();
  }

  /** @returns false when nothing was deployed under that name */
  undeploy(kind: CompiledBundle['kind'], name: string): boolean {
    if (kind === 'sharedflowbundle') return this.#sharedFlows.delete(name);
    const found = this.#proxies.delete(name);
    this.#index();
    return found;
  }

  /** @param path path of the request, without its query */
  find(path: string, secure: boolean): BasePathMatch<DeployedEndpoint> | undefined {
    return this.#paths.find(path, ({ endpoint }) => (secure ? endpoint.listens.https : endpoint.listens.http));
  }

  /** The transaction of a request that {@link find} has found a place for. */
  start(
    { value: { proxy, endpoint }, basePath, pathSuffix }: BasePathMatch<DeployedEndpoint>,
    request: ApigeeMessage,
    client: ClientFacts,
    depth = 0,
  ): FlowContext {
    return new FlowContext({
      runtime: this.#runtime,
      proxy: this.#factsOf(proxy, endpoint),
      client,
      request,
      basePath,
      pathSuffix,
      depth,
    });
  }

  /** One object for all messages of an endpoint: policies keep by it what they share between them. */
  #factsOf({ name, revision }: CompiledProxy, endpoint: ProxyEndpoint): ProxyFacts {
    const known = this.#facts.get(endpoint);
    if (known) return known;
    const facts = { name, revision, endpoint: endpoint.name, basePath: endpoint.basePath };
    this.#facts.set(endpoint, facts);
    return facts;
  }

  #index(): void {
    const endpoints = [...this.#proxies.values()].flatMap((proxy) =>
      proxy.endpoints.map((endpoint) => ({ basePath: endpoint.basePath, value: { proxy, endpoint } })),
    );
    this.#paths = new BasePaths(endpoints);
  }

  #checkPaths(compiled: CompiledProxy): void {
    const others = [...this.#proxies.values()].filter(({ name }) => name !== compiled.name);
    const taken = others.flatMap((proxy) => proxy.endpoints.map((endpoint) => ({ name: proxy.name, endpoint })));
    for (const endpoint of compiled.endpoints) {
      const other = taken.find((one) => overlap(one.endpoint, endpoint));
      if (other) {
        throw new BasePathTaken(
          `The base path ${endpoint.basePath} of ${compiled.name} is that of the proxy ${other.name} in the environment ${this.name}`,
        );
      }
      taken.push({ name: compiled.name, endpoint });
    }
  }

  #call(call: ProxyCall): Promise<ApigeeMessage> | undefined {
    const found = 'path' in call.to ? this.find(call.pathSuffix, call.client.secure) : this.#named(call.to, call);
    if (!found) return undefined;
    call.request.path = found.basePath === '/' ? found.pathSuffix : found.basePath + found.pathSuffix;
    const flow = this.start(found, call.request, call.client, call.depth);
    return runProxy(flow, found.value.endpoint).finally(() => flow.end());
  }

  #named(
    to: { readonly proxy: string; readonly endpoint: string },
    { pathSuffix }: ProxyCall,
  ): BasePathMatch<DeployedEndpoint> | undefined {
    const proxy = this.#proxies.get(to.proxy);
    const endpoint = proxy?.endpoints.find(({ name }) => name === to.endpoint);
    return proxy && endpoint && { value: { proxy, endpoint }, basePath: endpoint.basePath, pathSuffix };
  }
}

function overlap(one: ProxyEndpoint, other: ProxyEndpoint): boolean {
  const sameHost = (one.listens.http && other.listens.http) || (one.listens.https && other.listens.https);
  return sameHost && one.basePath === other.basePath;
}
