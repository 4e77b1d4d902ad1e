import { type FlowEnd, runFlow } from '../message/flow.js';
import type { Message } from '../message/message.js';
import { runApiRequest, runApiResponse } from './api/run-api.js';
import type { Deployed } from './deployed.js';
import { type ProxyService, runProxyRequest, runProxyResponse } from './proxy.js';

/** What of the connection counts for the choice of an artifact. */
export interface Arrival {
  readonly transport: 'http' | 'https';
}

/**
 * Takes a request: `pre-mediate`, then the API, proxy or `main` sequence that it belongs to (artifacts 1.2). Errors
 * are handled inside; the returned promise never rejects.
 */
export async function dispatchRequest(deployed: Deployed, message: Message, arrival: Arrival): Promise<void> {
  const path = requestPath(String(message.axis2.get('TransportInURL')));
  if (!(await runPreMediate(deployed, message))) return;
  pushDefaultFault(deployed, message);
  const host = message.headers.text('Host');
  const api = deployed.apis.find({ path, host, transport: arrival.transport });
  if (api) {
    message.setProperty('REST_FULL_REQUEST_PATH', path);
    message.setProperty('REST_URL_PREFIX', `${arrival.transport}://${host ?? ''}`);
    return runApiRequest(api, message);
  }
  const proxy = findProxy(deployed, path, arrival);
  if (proxy) {
    message.axis2.set('REST_URL_POSTFIX', path.slice('/services/'.length + proxy.name.length));
    return runProxyRequest(proxy, message);
  }
  message.axis2.set('REST_URL_POSTFIX', path);
  await runMain(deployed, message);
}

/** How long a part of the path belongs to the API or proxy that takes it; 0 when it is nobody's but `main`'s. */
export function claimedPath(deployed: Deployed, path: string, host: string | undefined, arrival: Arrival): number {
  const api = deployed.apis.find({ path, host, transport: arrival.transport });
  if (api) return api.context.length;
  const proxy = findProxy(deployed, path, arrival);
  return proxy ? '/services/'.length + proxy.name.length : 0;
}

/**
 * Takes an answer that came in by itself (after `send`, `loopback`): the receiving sequence, else the out-sequence of
 * its proxy or API, else `main` (message-model 1.5 "Message injection"). Never rejects.
 */
export async function dispatchAnswer(deployed: Deployed, message: Message): Promise<void> {
  if (!(await runPreMediate(deployed, message))) return;
  pushDefaultFault(deployed, message);
  await runFlow(message, (m) => answerFlow(deployed, m));
}

async function answerFlow(deployed: Deployed, message: Message): Promise<boolean> {
  const receiving = message.properties.get('RECEIVING_SEQUENCE');
  message.properties.delete('RECEIVING_SEQUENCE');
  message.properties.delete('continuation.call');
  if (typeof receiving === 'string') {
    const sequence = deployed.sequence(receiving);
    if (sequence) return sequence.mediate(message);
    deployed.logger.log('WARN', 'MessageInjection', `Receiving sequence ${receiving} is not found; the answer is lost`);
    return false;
  }
  const proxy = deployed.proxies.get(String(message.properties.get('proxy.name')));
  if (proxy && message.isResponse) return runProxyResponse(proxy, message);
  const api = deployed.apis.get(String(message.properties.get('SYNAPSE_REST_API')));
  if (api && message.isResponse) return runApiResponse(api, message);
  return (await runMain(deployed, message)) === 'completed';
}

async function runMain(deployed: Deployed, message: Message): Promise<FlowEnd> {
  if (message.properties.get('SKIP_MAIN_SEQUENCE') === true) return 'stopped';
  return runFlow(message, (m) => deployed.sequence('main')?.mediate(m) ?? true);
}

/** `pre-mediate` runs for every request and answer; false stops the message. */
async function runPreMediate(deployed: Deployed, message: Message): Promise<boolean> {
  const sequence = deployed.sequence('pre-mediate');
  if (!sequence) return true;
  return (await runFlow(message, (m) => sequence.mediate(m))) === 'completed';
}

function pushDefaultFault(deployed: Deployed, message: Message): void {
  const fault = deployed.sequence('fault');
  if (fault) message.faultStack.push(fault);
}

/** Path and query of a request line; of an absolute form, its file part. */
export function requestPath(target: string): string {
  if (target.startsWith('/')) return target;
  const absolute = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*(.*)$/is.exec(target);
  if (!absolute) return target;
  const rest = absolute[1] ?? '';
  return rest.startsWith('/') ? rest : `/${rest}`;
}

function findProxy(deployed: Deployed, path: string, arrival: Arrival): ProxyService | undefined {
  if (!path.startsWith('/services/')) return undefined;
  const rest = path.slice('/services/'.length);
  const name = /^[^/?]*/.exec(rest)?.[0] ?? '';
  const proxy = deployed.proxies.get(name) ?? deployed.proxies.get(name.replace(/\..*$/, ''));
  if (!proxy || (proxy.transports.length > 0 && !proxy.transports.includes(arrival.transport))) return undefined;
  return proxy;
}
