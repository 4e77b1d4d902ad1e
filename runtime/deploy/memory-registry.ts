import type { Registry, RegistryResource } from '../message/registry.js';

/** A registry that lives and ends with its owner: for dry runs and tests. Reads fall through to another registry. */
export class MemoryRegistry implements Registry {
  readonly #resources = new Map<string, RegistryResource>();

  constructor(readonly fallback?: Registry) {}

  get(key: string): RegistryResource | undefined {
    return this.#resources.get(canonicalKey(key)) ?? this.fallback?.get(key);
  }

  put(key: string, content: string | Uint8Array, options: { mediaType?: string } = {}): void {
    this.#resources.set(canonicalKey(key), {
      mediaType: options.mediaType,
      content: typeof content === 'string' ? Buffer.from(content, 'utf8') : content,
      properties: this.get(key)?.properties ?? new Map(),
    });
  }

  setProperty(key: string, name: string, value: string): void {
    const resource = this.get(key) ?? { mediaType: undefined, content: new Uint8Array(), properties: new Map() };
    this.#resources.set(canonicalKey(key), {
      ...resource,
      properties: new Map([...resource.properties, [name, value]]),
    });
  }
}

/** One spelling a resource: no prefix is `gov:`, one leading slash counts for nothing (artifacts 2.4). */
export function canonicalKey(key: string): string {
  const match = /^(conf|gov|local|resources):\/?(.*)$/s.exec(key);
  if (match?.[1] === 'resources') return `gov:mi-resources/${match[2]}`;
  return match ? `${match[1]}:${match[2]}` : `gov:${key.replace(/^\//, '')}`;
}
