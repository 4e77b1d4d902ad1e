import type { Deployed } from '../deployed.js';
import { dispatchAnswer } from '../dispatch.js';
import { runProxyRequest } from '../proxy.js';

/** Starts the message processors and tasks that are deployed, and those that will be. */
export function startBackground(deployed: Deployed): void {
  deployed.start({
    environment: deployed,
    store: (name) => deployed.messageStores.get(name),
    inject: (message) => dispatchAnswer(deployed, message),
    proxy(name) {
      const proxy = deployed.proxies.get(name);
      return proxy && ((message) => runProxyRequest(proxy, message));
    },
  });
}
