import { MemoryRegistry } from '../../deploy/memory-registry.js';
import type { Registry, RegistryResource } from '../../message/registry.js';
import type { SuiteResource } from './suite.js';

/** The registry of a suite: its resources are found by whole paths too, `/_system/governance/x` for `gov:x`. */
export class SuiteRegistry implements Registry {
  readonly #registry = new MemoryRegistry();

  constructor(resources: readonly SuiteResource[]) {
    for (const { path, fileName, content, mediaType } of resources) {
      this.put(`${path.replace(/\/$/, '')}/${fileName}`, content, { mediaType });
    }
  }

  get(key: string): RegistryResource | undefined {
    return this.#registry.get(shortKey(key));
  }

  put(key: string, content: string | Uint8Array, options: { mediaType?: string } = {}): void {
    this.#registry.put(shortKey(key), content, options);
  }

  setProperty(key: string, name: string, value: string): void {
    this.#registry.setProperty(shortKey(key), name, value);
  }
}

const prefixes: Readonly<Record<string, string>> = { governance: 'gov', config: 'conf', local: 'local' };

function shortKey(key: string): string {
  const [, collection = '', rest = ''] = /^\/?_system\/(governance|config|local)\/(.*)$/s.exec(key) ?? [];
  return collection === '' ? key : `${prefixes[collection]}:${rest}`;
}
