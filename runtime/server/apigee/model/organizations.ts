import type { Logger } from '../../../message/logger.js';
import type { OrganizationRow } from '../../../store/apigee-schema.js';
import type { Secrets } from '../../../store/secrets.js';
import type { Store } from '../../../store/store.js';
import { created } from './context.js';
import type { BundleDeployer } from './deployer.js';
import { ApigeeError, badRequest, conflict } from './error.js';
import { checkedName, Input } from './input.js';
import { type OrganizationInfo, StoredOrganization } from './organization.js';
import type { AskServer } from './server-parts.js';

/** The organisation that is there without being made. */
export const defaultOrganization = 'default';
/** The environments that an organisation begins with. */
const firstEnvironments = ['test', 'prod'];

export interface OrganizationsOptions {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly deployer: BundleDeployer;
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** In one of several gateway processes: the server, which keeps caches and counters for all. */
  readonly askServer?: AskServer | undefined;
}

/** The organisations of this installation. */
export class Organizations {
  readonly #options: OrganizationsOptions;
  readonly #byName = new Map<string, StoredOrganization>();

  constructor(options: OrganizationsOptions) {
    this.#options = options;
  }

  /** Reads all of them and deploys what is deployed; makes the default one when there is none. */
  async load(): Promise<void> {
    const rows = await this.#options.store.db
      .selectFrom('apigee_organizations')
      .selectAll()
      .orderBy('created_at')
      .execute();
    for (const row of rows) await this.#open(row).load();
    if (rows.length === 0) await this.create(new Input({ name: defaultOrganization }), 'admin');
  }

  list(): StoredOrganization[] {
    return [...this.#byName.values()];
  }

  find(name: string): StoredOrganization | undefined {
    return this.#byName.get(name);
  }

  /** @throws ApigeeError 403: whether another organisation exists is nobody's business (api-management 2.9) */
  get(name: string): StoredOrganization {
    const organization = this.#byName.get(name);
    if (organization !== undefined) return organization;
    const text = `You have no access to an organization "${name}"; there is one called ${this.list()[0]?.name}`;
    throw new ApigeeError(403, 'security.AccessDenied', text);
  }

  /** Makes an organisation with the environments test and prod. @throws ApigeeError 409 for a name that is taken */
  async create(input: Input, user: string): Promise<StoredOrganization> {
    const name = checkedName('name', input.required('name'));
    if (this.#byName.has(name)) {
      throw conflict('organizations.OrganizationAlreadyExists', `Organization "${name}" exists already`);
    }
    const { displayName, type } = {
      displayName: input.text('displayName') || name,
      type: input.text('type') || 'paid',
    };
    const info = { name, displayName, type, ...created(this.#context(name), user) };
    const row = { name, document: JSON.stringify(info), created_at: info.createdAt };
    await this.#options.store.db.insertInto('apigee_organizations').values(row).execute();
    const organization = this.#open(row);
    for (const environment of firstEnvironments) {
      await organization.environments.create(new Input({ name: environment }), user);
    }
    return organization;
  }

  /** Deletes an organisation with all that it has. @throws ApigeeError 400 while something is deployed, or for the last */
  async remove(name: string): Promise<StoredOrganization> {
    const organization = this.get(name);
    if (this.#byName.size === 1) throw badRequest(`"${name}" is the only organization; make another one first`);
    organization.deployments.checkUndeployed({});
    await this.#options.store.db.deleteFrom('apigee_organizations').where('name', '=', name).execute();
    this.#byName.delete(name);
    return organization;
  }

  #open(row: OrganizationRow): StoredOrganization {
    const info = JSON.parse(row.document) as OrganizationInfo;
    const organization = new StoredOrganization(info, this.#context(row.name), this.#options);
    this.#byName.set(row.name, organization);
    return organization;
  }

  #context(organization: string) {
    const { store, secrets, now } = this.#options;
    return { organization, store, secrets, now };
  }
}
