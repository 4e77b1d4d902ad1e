import { type CacheResource, readCacheResource } from './cache-resource.js';
import { created, modified, type OrganizationContext, type Stamp } from './context.js';
import { Documents } from './documents.js';
import { conflict, notFound } from './error.js';
import { checkedName, type Input } from './input.js';
import { checkSameName } from './products.js';
import { readTargetServer, type StoredTargetServer } from './target-server.js';

export interface StoredEnvironment extends Stamp {
  readonly name: string;
  readonly description: string;
}

/** What each kind of an environment's resources is called in paths and errors, and how it is read. */
const kinds = {
  cache: { word: 'Cache', code: 'messaging.config.beans.Cache', read: readCacheResource },
  targetserver: { word: 'Target server', code: 'messaging.config.beans.TargetServer', read: readTargetServer },
} as const;

/** Caches or target servers of one environment. */
export class EnvironmentResources<T extends Stamp & { readonly name: string }> {
  readonly #documents: Documents<T>;

  constructor(
    private readonly context: OrganizationContext,
    private readonly environment: string,
    private readonly kind: keyof typeof kinds,
    private readonly read: (input: Input, name: string) => Omit<T, keyof Stamp>,
  ) {
    this.#documents = new Documents(context, { kind, environment });
  }

  load(): Promise<void> {
    return this.#documents.load();
  }

  list(): T[] {
    return this.#documents.list();
  }

  find(name: string): T | undefined {
    return this.#documents.get(name);
  }

  /** @throws ApigeeError 404 */
  get(name: string): T {
    const found = this.#documents.get(name);
    const { word, code } = kinds[this.kind];
    if (found !== undefined) return found;
    throw notFound(`${code}DoesNotExist`, `${word} "${name}" does not exist in environment ${this.environment}`);
  }

  /** @throws ApigeeError 409 for a name that is taken */
  async create(name: string, input: Input, user: string): Promise<T> {
    const { word, code } = kinds[this.kind];
    if (this.#documents.get(name) !== undefined) {
      throw conflict(`${code}AlreadyExists`, `${word} "${name}" exists already in environment ${this.environment}`);
    }
    const resource = { ...this.read(input, name), ...created(this.context, user) } as T;
    await this.#documents.add(resource);
    return resource;
  }

  async update(name: string, input: Input, user: string): Promise<T> {
    const old = this.get(name);
    checkSameName(input, name);
    const resource = { ...this.read(input, name), ...modified(this.context, old, user) } as T;
    await this.#documents.replace(resource);
    return resource;
  }

  async remove(name: string): Promise<T> {
    const resource = this.get(name);
    await this.#documents.remove(name);
    return resource;
  }
}

/** An environment with what belongs to it. */
export interface Environment {
  readonly info: StoredEnvironment;
  readonly caches: EnvironmentResources<CacheResource>;
  readonly targetServers: EnvironmentResources<StoredTargetServer>;
}

/** The environments of an organisation. */
export class Environments {
  readonly #context: OrganizationContext;
  readonly #documents: Documents<StoredEnvironment>;
  readonly #byName = new Map<string, Environment>();

  constructor(context: OrganizationContext) {
    this.#context = context;
    this.#documents = new Documents(context, { kind: 'environment', environment: '' });
  }

  async load(): Promise<void> {
    await this.#documents.load();
    for (const info of this.#documents.list()) {
      const environment = this.#open(info);
      await environment.caches.load();
      await environment.targetServers.load();
    }
  }

  names(): string[] {
    return [...this.#byName.keys()];
  }

  find(name: string): Environment | undefined {
    return this.#byName.get(name);
  }

  /** @throws ApigeeError 404 */
  get(name: string): Environment {
    const environment = this.#byName.get(name);
    if (environment === undefined) {
      const text = `Environment "${name}" does not exist in organization ${this.#context.organization}; there are ${this.names().join(', ')}`;
      throw notFound('messaging.config.beans.EnvironmentDoesNotExist', text);
    }
    return environment;
  }

  /** @throws ApigeeError 409 for a name that is taken */
  async create(input: Input, user: string): Promise<Environment> {
    const name = checkedName('name', input.required('name'));
    if (this.#byName.has(name)) {
      throw conflict('messaging.config.beans.EnvironmentAlreadyExists', `Environment "${name}" exists already`);
    }
    const info = { name, description: input.text('description'), ...created(this.#context, user) };
    await this.#documents.add(info);
    return this.#open(info);
  }

  /** Removes an environment and its resources. */
  async remove(name: string): Promise<Environment> {
    const environment = this.get(name);
    for (const cache of environment.caches.list()) await environment.caches.remove(cache.name);
    for (const server of environment.targetServers.list()) await environment.targetServers.remove(server.name);
    await this.#documents.remove(name);
    this.#byName.delete(name);
    return environment;
  }

  #open(info: StoredEnvironment): Environment {
    const environment: Environment = {
      info,
      caches: new EnvironmentResources(this.#context, info.name, 'cache', kinds.cache.read),
      targetServers: new EnvironmentResources(this.#context, info.name, 'targetserver', kinds.targetserver.read),
    };
    this.#byName.set(info.name, environment);
    return environment;
  }
}
