import type {
  App,
  Caches,
  Counters,
  Credential,
  Developer,
  Organization,
  Product,
  TargetServer,
} from '../../../apigee/organization.js';
import type { Logger } from '../../../message/logger.js';
import { Apps, appForFlows, type StoredApp } from './apps.js';
import { Bundles } from './bundles.js';
import { MemoryCaches } from './cache-contents.js';
import type { OrganizationContext, Stamp } from './context.js';
import { MemoryCounters } from './counters.js';
import { Credentials, credentialForFlows } from './credentials.js';
import type { BundleDeployer } from './deployer.js';
import { Deployments } from './deployments.js';
import { Developers, developerForFlows, type StoredDeveloper } from './developers.js';
import { Environments } from './environments.js';
import { StoredMaps } from './key-value-maps.js';
import { Products, type StoredProduct } from './products.js';
import { type AskServer, serverCaches, serverCounters } from './server-parts.js';
import { targetServerForFlows } from './target-server.js';
import { StoredTokens } from './token-store.js';

/** What an organisation is called. */
export interface OrganizationInfo extends Stamp {
  readonly name: string;
  readonly displayName: string;
  readonly type: string;
}

/**
 * An organisation over the store. Entities are read from memory, where every change stands before the call that made it
 * is answered; tokens and key value maps are read from the store.
 */
export class StoredOrganization implements Organization {
  readonly name: string;
  readonly products: Products;
  readonly developers: Developers;
  readonly credentials: Credentials;
  readonly apps: Apps;
  readonly environments: Environments;
  readonly keyValueMaps: StoredMaps;
  readonly tokens: StoredTokens;
  readonly caches: Caches;
  readonly counters: Counters;
  readonly #ownCaches: MemoryCaches;
  readonly proxies: Bundles;
  readonly sharedFlows: Bundles;
  readonly deployments: Deployments;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(
    readonly info: OrganizationInfo,
    context: OrganizationContext,
    running: { deployer: BundleDeployer; logger: Logger; askServer?: AskServer | undefined },
  ) {
    this.name = info.name;
    this.products = new Products(context);
    this.developers = new Developers(context);
    this.credentials = new Credentials(context, this.products);
    this.apps = new Apps(context, this);
    this.environments = new Environments(context);
    this.keyValueMaps = new StoredMaps(context);
    this.tokens = new StoredTokens(context);
    const { askServer } = running;
    this.#ownCaches = new MemoryCaches(this.environments, context.now);
    this.caches = askServer ? serverCaches(info.name, askServer, this.environments) : this.#ownCaches;
    this.counters = askServer ? serverCounters(info.name, askServer) : new MemoryCounters(context.now);
    this.proxies = new Bundles(context, 'apiproxy');
    this.sharedFlows = new Bundles(context, 'sharedflow');
    const bundles = { apiproxy: this.proxies, sharedflow: this.sharedFlows };
    this.deployments = new Deployments(context, this, { ...running, bundles });
  }

  /** Reads everything from the store and deploys what is deployed; call it once, before anybody asks. */
  async load(): Promise<void> {
    await this.products.load();
    await this.developers.load();
    await this.credentials.load();
    await this.apps.load();
    await this.environments.load();
    await this.keyValueMaps.load();
    await this.proxies.load();
    await this.sharedFlows.load();
    await this.deployments.start();
  }

  /** Runs a change after those that were asked for before it: what it looks at stays as it is while it works. */
  exclusively<T>(change: () => Promise<T>): Promise<T> {
    const done = this.#tail.then(change);
    this.#tail = done.catch(() => {});
    return done;
  }

  /** Empties a cache, in the process that administration goes to. */
  clearCache(environment: string, cache: string): void {
    this.#ownCaches.clear(environment, cache);
  }

  credential(consumerKey: string): Credential | undefined {
    const credential = this.credentials.find(consumerKey);
    return credential && credentialForFlows(credential);
  }

  developer(id: string): Developer | undefined {
    const developer = this.developers.find(id);
    return developer && developerForFlows(developer);
  }

  app(id: string, developerEmail?: string): App | undefined {
    const owner = developerEmail === undefined ? undefined : this.developers.find(developerEmail);
    const app = this.apps.find(id) ?? (owner && this.apps.findByName(owner.id, id));
    const email = app && this.developers.find(app.developerId)?.email;
    return app && appForFlows(app, email ?? '', this.credentials.keysOf(app.id));
  }

  product(name: string): Product | undefined {
    return this.products.find(name);
  }

  targetServer(environment: string, name: string): TargetServer | undefined {
    const server = this.environments.find(environment)?.targetServers.find(name);
    return server && targetServerForFlows(server);
  }

  /** Deletes a developer with his apps, their keys and the tokens of these. */
  async removeDeveloper(id: string): Promise<StoredDeveloper> {
    const { id: developerId } = this.developers.get(id);
    const keys = this.apps.list(developerId).flatMap((app) => this.credentials.keysOf(app.id));
    const developer = await this.developers.remove(id);
    this.apps.forgetDeveloper(developerId);
    await this.tokens.removeOfClients(keys);
    return developer;
  }

  /** Deletes an app with its keys and their tokens. */
  async removeApp(app: StoredApp): Promise<void> {
    const keys = this.credentials.keysOf(app.id);
    await this.apps.remove(app);
    await this.tokens.removeOfClients(keys);
  }

  /** Deletes a product and takes it off every key. */
  async removeProduct(name: string): Promise<StoredProduct> {
    this.products.get(name);
    await this.credentials.dropProduct(name);
    return this.products.remove(name);
  }
}
