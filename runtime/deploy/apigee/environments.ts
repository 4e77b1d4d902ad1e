import type { BasePathMatch } from './base-paths.js';
import type { ApigeeEnvironment, DeployedEndpoint } from './environment.js';

/** A request's place: the environment and the endpoint. */
export interface ApigeeRoute {
  readonly environment: ApigeeEnvironment;
  readonly match: BasePathMatch<DeployedEndpoint>;
}

/**
 * The environments of an organisation, as the gateway sees them: the base path decides, whatever the host. Where two
 * environments have a proxy for the path, a host that begins with `{organization}-{environment}.` tells which is meant;
 * else it is the environment that was added first.
 */
export class ApigeeEnvironments {
  readonly #environments = new Map<string, ApigeeEnvironment>();

  constructor(readonly organization: string) {}

  add(environment: ApigeeEnvironment): void {
    this.#environments.set(environment.name, environment);
  }

  get(name: string): ApigeeEnvironment | undefined {
    return this.#environments.get(name);
  }

  get names(): readonly string[] {
    return [...this.#environments.keys()];
  }

  /** @param path path of the request, without its query */
  route(path: string, secure: boolean, host: string): ApigeeRoute | undefined {
    const named = host.slice(0, Math.max(0, host.indexOf('.'))).slice(this.organization.length + 1);
    const first = host.startsWith(`${this.organization}-`) ? this.#environments.get(named) : undefined;
    for (const environment of first ? [first, ...this.#environments.values()] : this.#environments.values()) {
      const match = environment.find(path, secure);
      if (match) return { environment, match };
    }
    return undefined;
  }
}
