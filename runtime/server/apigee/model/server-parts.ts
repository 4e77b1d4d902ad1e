import { type Caches, type Counters, sharedCache } from '../../../apigee/organization.js';
import type { Environments } from './environments.js';

/** What a gateway process asks of the server: an operation on the caches or the counters of an organisation. */
export interface PartCall {
  readonly organization: string;
  readonly part: 'caches' | 'counters';
  readonly operation: 'get' | 'put' | 'delete' | 'add' | 'pass';
  readonly values: readonly unknown[];
}

export type AskServer = (call: PartCall) => Promise<unknown>;

/** Caches that the server keeps for all its gateway processes. What is read is a copy. */
export function serverCaches(organization: string, ask: AskServer, environments: Environments): Caches {
  const asked = (operation: PartCall['operation'], values: readonly unknown[]) =>
    ask({ organization, part: 'caches', operation, values });
  return {
    has: (environment, cache) => {
      const found = environments.find(environment);
      return found !== undefined && (cache === sharedCache || found.caches.find(cache) !== undefined);
    },
    get: (...values) => asked('get', values),
    async put(environment, cache, key, value, seconds) {
      try {
        await asked('put', [environment, cache, key, structuredClone(value), seconds]);
      } catch (error) {
        if (!(error instanceof DOMException)) throw error;
        // What cannot be copied cannot be shared, and must not leave an older value behind.
        await asked('delete', [environment, cache, key, false]);
      }
    },
    delete: async (...values) => void (await asked('delete', values)),
  };
}

/** Counters that the server keeps for all its gateway processes. */
export function serverCounters(organization: string, ask: AskServer): Counters {
  const asked = (operation: PartCall['operation'], values: readonly unknown[]) =>
    ask({ organization, part: 'counters', operation, values });
  return {
    add: async (...values) => Number(await asked('add', values)),
    pass: async (...values) => (await asked('pass', values)) === true,
  };
}
