import type { IncomingMessage, ServerResponse } from 'node:http';

/** A handler of node:http that says when it has done its work. */
export type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Calls under way; the storage is one for the process. */
let running = 0;

/**
 * The handler, with oidc-provider's storage in use no longer than its calls run. From the first use of such a storage on,
 * Node before version 24 follows every promise of the process: mediation that never saw the token service pays for it.
 */
export async function releasingStorage(handle: Handle): Promise<Handle> {
  const { default: storage } = await import('oidc-provider/lib/helpers/als.js');
  return async (request, response) => {
    running++;
    try {
      await handle(request, response);
    } finally {
      running--;
      if (running === 0) storage.disable();
    }
  };
}
