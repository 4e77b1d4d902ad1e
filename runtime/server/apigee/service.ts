import type { Middleware } from 'koa';
import type { Logger } from '../../message/logger.js';
import type { Secrets } from '../../store/secrets.js';
import type { Store } from '../../store/store.js';
import { administrator, type Users } from '../apim-model/users.js';
import { ApigeeEngine, type EngineOptions } from './engine.js';
import type { BundleDeployer } from './model/deployer.js';
import { defaultOrganization, Organizations } from './model/organizations.js';
import { installSample } from './model/sample.js';
import type { AskServer } from './model/server-parts.js';
import { apigeeManagement } from './rest/management.js';

/** What the Apigee side is built from. */
export interface ApigeeOptions {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly users: Users;
  readonly logger: Logger;
  /** What bundles run in. */
  readonly engine: Pick<EngineOptions, 'transport' | 'deployed'>;
  /** Runs bundles in the place of the engine, in tests. */
  readonly deployer?: BundleDeployer;
  /** False in a process that only serves what another one manages. */
  readonly manages?: boolean;
  /** Whether an empty default organisation is given what the tutorial begins with. */
  readonly sampleOrganization: boolean;
  /** In one of several gateway processes: the server, which keeps caches and counters for all. */
  readonly askServer?: AskServer | undefined;
  /** Milliseconds since 1970; the clock unless tests set another. */
  readonly now?: () => number;
}

/** The Apigee side in use. */
export interface ApigeeService {
  readonly engine: ApigeeEngine;
  readonly organizations: Organizations;
  readonly management: Middleware;
}

/** Loads the organisations and deploys what is deployed. */
export async function openApigee(options: ApigeeOptions): Promise<ApigeeService> {
  const { store, secrets, users, logger, now = Date.now } = options;
  const engine = new ApigeeEngine({ ...options.engine, logger, now });
  const { deployer = engine, askServer } = options;
  const organizations = new Organizations({ store, secrets, logger, now, deployer, askServer });
  await organizations.load();
  const first = organizations.find(defaultOrganization);
  if (options.sampleOrganization && first !== undefined) await installSample(first, administrator);
  return { engine, organizations, management: apigeeManagement({ organizations, users, logger }) };
}
