import type { MediatorDefinition } from '../../mediators/mediator.js';
import type { ConfigElement } from '../configuration/element.js';
import type { Connection } from '../database/database.js';
import type { Logger } from '../message/logger.js';
import type { Registry } from '../message/registry.js';
import type { SharedState } from '../message/shared-state.js';
import type { TokenClient } from '../outbound-oauth/token-client.js';
import type { Transport } from '../transport/transport.js';

/** What a deployment takes from the server around it. */
export interface DeploymentOptions {
  readonly registry: Registry;
  readonly logger: Logger;
  readonly systemProperties?: Map<string, string>;
  /** `synapse.properties` keys (message-model 4.6). */
  readonly properties?: ReadonlyMap<string, string>;
  readonly fileProperty?: (name: string) => string | undefined;
  readonly secret?: (alias: string) => string | undefined;
  /** Data sources by the names that configurations give them. */
  readonly dataSources?: ReadonlyMap<string, Connection>;
  /** The way out for endpoints; without one nothing can be called. */
  readonly transport?: Transport;
  /** Access tokens for what is called; one of its own when absent. */
  readonly tokens?: TokenClient;
  readonly userCheck?: (user: string, password: string) => Promise<boolean>;
  readonly mediators?: readonly MediatorDefinition[];
  /** What the processes of this server count and keep together; absent where there is one. */
  readonly shared?: SharedState | undefined;
  /** Scripts of the owner's files run outside of the sandbox. */
  readonly trustedScripts?: boolean;
  /** As the `redirect` of the environment. */
  readonly redirect?: (endpoint: string, url: string) => string;
  /** Told of every mediator that is compiled, with the label of its artifact. */
  readonly compiled?: (artifact: string, element: ConfigElement) => void;
}
