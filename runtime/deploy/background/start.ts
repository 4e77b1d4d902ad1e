import type { Deployed } from '../deployed.js';
import { dispatchAnswer } from '../dispatch.js';
import { runProxyRequest } from '../proxy.js';
import type { BackgroundShare, Host } from './host.js';

/** Starts the message processors and tasks that are deployed, and those that will be. */
export function startBackground(deployed: Deployed, share: BackgroundShare = 'all'): void {
  const host: Host = {
    environment: deployed,
    store: (name) => deployed.messageStores.get(name),
    async inject(message) {
      await dispatchAnswer(deployed, message);
    },
    proxy(name) {
      const proxy = deployed.proxies.get(name);
      if (!proxy) return undefined;
      return async (message) => {
        await runProxyRequest(proxy, message);
      };
    },
  };
  deployed.start(host, share);
}
