import { LRUCache } from 'lru-cache';
import { type Caches, sharedCache } from '../../../apigee/organization.js';
import { type CacheResource, readCacheResource } from './cache-resource.js';
import type { Environments } from './environments.js';
import { expiryAt } from './expiry.js';
import { Input } from './input.js';

/** What one cache may hold when its resource sets no limit. */
const defaultMaxBytes = 64 * 1024 * 1024;
const maxEntries = 100_000;
/** What an entry costs beside its value. */
const entryBytes = 64;

interface Entry {
  readonly value: unknown;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Nobody has made the shared cache. */
const stampless = { createdAt: 0, createdBy: '', lastModifiedAt: 0, lastModifiedBy: '' };

type Contents = LRUCache<string, Entry>;

/**
 * What flows have put into the caches of the environments, on this node: objects keep their identity. The entries used
 * least are dropped when a limit of the cache resource is reached.
 */
export class MemoryCaches implements Caches {
  readonly #environments: Environments;
  readonly #now: () => number;
  /** By resource, so that a cache that is deleted or defined anew begins empty. */
  readonly #contents = new WeakMap<CacheResource, Contents>();
  /** The cache of each environment for policies that name none. */
  readonly #shared = new Map<string, CacheResource>();

  constructor(environments: Environments, now: () => number) {
    this.#environments = environments;
    this.#now = now;
  }

  has(environment: string, cache: string): boolean {
    return this.#resource(environment, cache) !== undefined;
  }

  async get(environment: string, cache: string, key: string): Promise<unknown> {
    const contents = this.#open(environment, cache);
    const entry = contents?.get(key);
    if (entry === undefined || entry.expiresAt > this.#now()) return entry?.value;
    contents?.delete(key);
    return undefined;
  }

  async put(
    environment: string,
    cache: string,
    key: string,
    value: unknown,
    seconds: number | undefined,
  ): Promise<void> {
    const resource = this.#resource(environment, cache);
    const contents = this.#open(environment, cache);
    if (resource === undefined || contents === undefined) return;
    // A value that is not kept must not leave an older one behind.
    contents.delete(key);
    const size = sizeOf(value);
    const limit = resource.skipCacheIfElementSizeInKBExceeds;
    if (limit !== undefined && size > limit * 1024) return;
    const now = this.#now();
    const expiresAt = expiryAt(resource.expirySettings, now, seconds);
    if (expiresAt <= now) return;
    contents.set(key, { value, expiresAt }, { size: size + 2 * key.length + entryBytes });
  }

  async delete(environment: string, cache: string, key: string, children: boolean): Promise<void> {
    const contents = this.#open(environment, cache);
    if (!children) {
      contents?.delete(key);
      return;
    }
    for (const known of [...(contents?.keys() ?? [])]) if (known.startsWith(key)) contents?.delete(known);
  }

  /** Empties a cache. */
  clear(environment: string, cache: string): void {
    this.#open(environment, cache)?.clear();
  }

  #resource(environment: string, cache: string): CacheResource | undefined {
    const found = this.#environments.find(environment);
    return cache === sharedCache && found !== undefined ? this.#sharedOf(environment) : found?.caches.find(cache);
  }

  #sharedOf(environment: string): CacheResource {
    const known = this.#shared.get(environment);
    if (known !== undefined) return known;
    const resource = { ...readCacheResource(new Input({}), ''), ...stampless };
    this.#shared.set(environment, resource);
    return resource;
  }

  #open(environment: string, cache: string): Contents | undefined {
    const resource = this.#resource(environment, cache);
    if (resource === undefined) return undefined;
    const known = this.#contents.get(resource);
    if (known !== undefined) return known;
    const contents: Contents = new LRUCache(limitsOf(resource));
    this.#contents.set(resource, contents);
    return contents;
  }
}

/** There is no disk behind the memory: what a resource allows there counts as memory. */
function limitsOf({ maxElementsInMemory, maxElementsOnDisk, overflowToDisk, inMemorySizeInKB }: CacheResource) {
  const elements = maxElementsInMemory === 0 ? maxEntries : maxElementsInMemory;
  return {
    max: Math.min(maxEntries, elements + (overflowToDisk ? maxElementsOnDisk : 0)),
    maxSize: inMemorySizeInKB === 0 ? defaultMaxBytes : inMemorySizeInKB * 1024,
  };
}

/** About how many bytes a value takes. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (value instanceof Uint8Array) return value.byteLength;
  try {
    return Buffer.byteLength(JSON.stringify(value) ?? '');
  } catch {
    // An object that is part of itself, or has values that JSON lacks: it is kept, its size can only be guessed.
    return 1024;
  }
}
