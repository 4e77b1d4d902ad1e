import type { Middleware } from 'koa';
import type { Logger } from '../../message/logger.js';
import type { Secrets } from '../../store/secrets.js';
import type { Store } from '../../store/store.js';
import { administrator, type Users } from '../apim-model/users.js';
import type { BundleDeployer } from './model/deployer.js';
import { defaultOrganization, Organizations } from './model/organizations.js';
import { installSample } from './model/sample.js';
import { apigeeManagement } from './rest/management.js';

/** What the Apigee side is built from. */
export interface ApigeeOptions {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly users: Users;
  readonly logger: Logger;
  /** Loads what runs bundles; called when the Apigee side is first used. */
  readonly deployer: () => Promise<BundleDeployer>;
  /** Whether an empty default organisation is given what the tutorial begins with. */
  readonly sampleOrganization: boolean;
  /** Milliseconds since 1970; the clock unless tests set another. */
  readonly now?: () => number;
}

/** The Apigee side in use. */
export interface ApigeeService {
  readonly organizations: Organizations;
  readonly management: Middleware;
}

/** Loads the organisations and deploys what is deployed. */
export async function openApigee(options: ApigeeOptions): Promise<ApigeeService> {
  const { store, secrets, users, logger, now = Date.now } = options;
  const organizations = new Organizations({ store, secrets, logger, now, deployer: await options.deployer() });
  await organizations.load();
  const first = organizations.find(defaultOrganization);
  if (options.sampleOrganization && first !== undefined) await installSample(first, administrator);
  return { organizations, management: apigeeManagement({ organizations, users, logger }) };
}
