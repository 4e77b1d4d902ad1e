import type { Registry, RegistryResource } from '../message/registry.js';
import { canonicalKey } from './memory-registry.js';

/**
 * A registry with the resources of applications on top (artifacts 4.3). They are not written into the registry: they go
 * with their application. What a flow writes is, and is what counts from then on.
 */
export class ShippedRegistry implements Registry {
  readonly #shipped = new Map<string, RegistryResource>();

  constructor(private readonly registry: Registry) {}

  get(key: string): RegistryResource | undefined {
    const shipped = this.#shipped.size === 0 ? undefined : this.#shipped.get(canonicalKey(key));
    return shipped ?? this.registry.get(key);
  }

  put(key: string, content: string | Uint8Array, options?: { mediaType?: string }): void {
    this.registry.put(key, content, options);
    this.#shipped.delete(canonicalKey(key));
  }

  setProperty(key: string, name: string, value: string): void {
    const shipped = this.#shipped.get(canonicalKey(key));
    if (shipped) {
      const { content, mediaType, properties } = shipped;
      this.put(key, content, mediaType === undefined ? {} : { mediaType });
      for (const property of properties) this.registry.setProperty(key, ...property);
    }
    this.registry.setProperty(key, name, value);
  }

  /** Puts a resource of an application in the place of whatever the key names. */
  ship(key: string, resource: RegistryResource): void {
    this.#shipped.set(canonicalKey(key), resource);
  }

  /** Takes a shipped resource away; false when there is none. */
  withdraw(key: string): boolean {
    return this.#shipped.delete(canonicalKey(key));
  }

  /** The shipped resource of this key. */
  shipped(key: string): RegistryResource | undefined {
    return this.#shipped.get(canonicalKey(key));
  }
}
