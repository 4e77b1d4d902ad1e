import type { Artifact } from '../../deploy/compile-artifact.js';
import type { Deployed } from '../../deploy/deployed.js';
import type { DeployedApi, GatewayModel } from '../apim-model/index.js';
import { compilePublishedApi } from './published-api.js';
import { Throttle } from './throttle.js';

/**
 * Keeps the gateway in step with the published APIs: each change is compiled first and then swapped in, before the
 * management call that made it is answered.
 */
export class Publication {
  readonly #served = new Map<string, Artifact[]>();
  readonly #throttle = new Throttle();

  constructor(
    private readonly deployed: Deployed,
    private readonly model: GatewayModel,
  ) {}

  /** Serves everything that is published and follows all changes. An API that does not compile is logged. */
  start(): void {
    for (const api of this.model.apis()) {
      try {
        this.#serve(api);
      } catch (error) {
        const text = `${api.name} ${api.version} cannot be served: ${error instanceof Error ? error.message : error}`;
        this.deployed.logger.log('ERROR', 'APIDeployer', text);
      }
    }
    this.model.onChange((event) => {
      if (event.kind === 'deployed') this.#serve(event.api);
      else this.#withdraw(event.previous.id);
    });
  }

  #serve(api: DeployedApi): void {
    const artifacts = compilePublishedApi(api, {
      deployed: this.deployed,
      model: this.model,
      throttle: this.#throttle,
    });
    const previous = this.#served.get(api.id) ?? [];
    for (const { kind, name } of previous) this.deployed.remove(kind, name);
    try {
      for (const artifact of artifacts) this.deployed.add(artifact, { replace: artifact.kind !== 'api' });
    } catch (error) {
      for (const { kind, name } of artifacts) this.deployed.remove(kind, name);
      for (const artifact of previous) this.deployed.add(artifact, { replace: true });
      throw error;
    }
    this.#served.set(api.id, artifacts);
    const path = api.basePath;
    this.deployed.logger.log('INFO', 'APIDeployer', `API named '${api.synapseName}' has been deployed at ${path}`);
  }

  #withdraw(id: string): void {
    for (const { kind, name } of this.#served.get(id) ?? []) this.deployed.remove(kind, name);
    this.#served.delete(id);
  }
}
