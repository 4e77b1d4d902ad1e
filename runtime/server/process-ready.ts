import type { AddressInfo } from 'node:net';

/** One address that the server listens on. */
export interface Listener {
  /** `gateway`, `admin`, `management`, `internal` */
  purpose: string;
  scheme: 'http' | 'https';
  address: AddressInfo;
}

/**
 * `mediant ready in 312 ms: gateway http://0.0.0.0:8280 https://0.0.0.0:8243, admin https://127.0.0.1:9443` (product 1).
 *
 * @param ms since the process started, or since `createServer` was called
 */
export function readyLine(ms: number, listeners: readonly Listener[]): string {
  const byPurpose = new Map<string, string[]>();
  for (const listener of listeners) {
    const urls = byPurpose.get(listener.purpose) ?? [];
    urls.push(listenerUrl(listener));
    byPurpose.set(listener.purpose, urls);
  }
  const addresses = [...byPurpose].map(([purpose, urls]) => `${purpose} ${urls.join(' ')}`);
  return `mediant ready in ${Math.round(ms)} ms: ${addresses.join(', ')}`;
}

/** URL of a listener without a path: `https://127.0.0.1:9443`. */
export function listenerUrl({ scheme, address }: Listener): string {
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `${scheme}://${host}:${address.port}`;
}
