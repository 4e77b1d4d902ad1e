import http from 'node:http';
import https from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { OutboundRules } from './outbound-rules.js';
import type { HttpProxy } from './route.js';
import type { Target } from './target.js';

/**
 * Refuses a target behind a proxy that may not be called directly either: its name, and its addresses as far as they can
 * be found out here. A name that only the proxy can resolve counts by its name.
 * @throws OutboundDenied
 */
export async function checkBehindProxy(rules: OutboundRules, { host, port }: Target): Promise<void> {
  rules.checkHost(host, port);
  if (isIP(host)) return;
  const lookup = rules.lookupFor(port);
  await new Promise<void>((resolve, reject) => {
    lookup(host, { all: true }, (error) => {
      const unknown = error?.code === 'ENOTFOUND' || error?.code === 'EAI_AGAIN';
      if (!error) resolve();
      else if (unknown && rules.allowsName(host)) resolve();
      else reject(error);
    });
  });
}

/**
 * Opens a connection to the target through the proxy, by CONNECT (RFC 9110 9.3.6).
 * @throws Error when the proxy cannot be reached or refuses
 */
export function openTunnel(
  proxy: HttpProxy,
  target: Target,
  options: { rules: OutboundRules; signal: AbortSignal },
): Promise<Socket> {
  const { rules, signal } = options;
  rules.checkHost(proxy.host, proxy.port);
  const host = target.host.includes(':') ? `[${target.host}]` : target.host;
  const authority = `${host}:${target.port}`;
  return new Promise((resolve, reject) => {
    const { request } = proxy.protocol === 'https' ? https : http;
    const connecting = request({
      host: proxy.host,
      port: proxy.port,
      method: 'CONNECT',
      path: authority,
      headers: {
        Host: authority,
        ...(proxy.authorization === undefined ? {} : { 'Proxy-Authorization': proxy.authorization }),
      },
      lookup: rules.lookupFor(proxy.port),
      agent: false,
      signal,
    });
    connecting.once('error', reject);
    connecting.once('connect', (response, socket, head) => {
      if (response.statusCode !== 200 || head.length > 0) {
        socket.destroy();
        reject(new Error(`the proxy answered ${response.statusCode}`));
      } else resolve(socket as Socket);
    });
    connecting.end();
  });
}
