import { brokerService } from '../eventing/event-broker.js';
import { type FlowEnd, runFlow } from '../message/flow.js';
import type { Message, Outcome } from '../message/message.js';
import { runApiRequest, runApiResponse } from './api/run-api.js';
import type { Deployed } from './deployed.js';
import { type ProxyService, runProxyRequest, runProxyResponse } from './proxy.js';

/** What of the connection counts for the choice of an artifact. */
export interface Arrival {
  readonly transport: 'http' | 'https';
}

interface EventReceiver {
  readonly name: string;
  receive(message: Message): Promise<void>;
}

/**
 * Takes a request: `pre-mediate`, then the API, proxy, event source or `main` sequence that it belongs to (artifacts 1.2,
 * mediators 12). Errors are handled inside; it does not throw, nor does the promise reject that a flow which waits gives.
 */
export function dispatchRequest(deployed: Deployed, message: Message, arrival: Arrival): unknown {
  const before = runPreMediate(deployed, message);
  if (before === true) return route(deployed, message, arrival);
  return before.then((goesOn) => (goesOn ? route(deployed, message, arrival) : undefined));
}

function route(deployed: Deployed, message: Message, arrival: Arrival): unknown {
  const path = requestPath(String(message.axis2.get('TransportInURL')));
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
  const events = findEventService(deployed, path);
  if (events) return runFlow(message, (m) => events.receive(m).then(() => true));
  message.axis2.set('REST_URL_POSTFIX', path);
  return runMain(deployed, message);
}

/** How long a part of the path belongs to the API or service that takes it; 0 when it is nobody's but `main`'s. */
export function claimedPath(deployed: Deployed, path: string, host: string | undefined, arrival: Arrival): number {
  const api = deployed.apis.find({ path, host, transport: arrival.transport });
  if (api) return api.context.length;
  const service = findProxy(deployed, path, arrival) ?? findEventService(deployed, path);
  return service ? '/services/'.length + service.name.length : 0;
}

/**
 * Takes an answer that came in by itself (after `send`, `loopback`): the receiving sequence, else the out-sequence of
 * its proxy or API, else `main` (message-model 1.5 "Message injection"). Neither throws nor rejects.
 */
export function dispatchAnswer(deployed: Deployed, message: Message): unknown {
  const before = runPreMediate(deployed, message);
  if (before === true) return takeAnswer(deployed, message);
  return before.then((goesOn) => (goesOn ? takeAnswer(deployed, message) : undefined));
}

function takeAnswer(deployed: Deployed, message: Message): unknown {
  pushDefaultFault(deployed, message);
  return runFlow(message, (m) => answerFlow(deployed, m));
}

function answerFlow(deployed: Deployed, message: Message): Outcome | Promise<Outcome> {
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
  return Promise.resolve(runMain(deployed, message)).then((end) => end === 'completed');
}

function runMain(deployed: Deployed, message: Message): FlowEnd | Promise<FlowEnd> {
  if (message.properties.get('SKIP_MAIN_SEQUENCE') === true) return 'stopped';
  return runFlow(message, (m) => deployed.sequence('main')?.mediate(m) ?? true);
}

/** `pre-mediate` runs for every request and answer; false stops the message. */
function runPreMediate(deployed: Deployed, message: Message): true | Promise<boolean> {
  const sequence = deployed.sequence('pre-mediate');
  if (!sequence) return true;
  return Promise.resolve(runFlow(message, (m) => sequence.mediate(m))).then((end) => end === 'completed');
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
  const proxy = serviceOf(deployed.proxies, path);
  if (!proxy || (proxy.transports.length > 0 && !proxy.transports.includes(arrival.transport))) return undefined;
  return proxy;
}

const brokerPath = new RegExp(`^/services/${brokerService}(?:[/?.]|$)`);

/** An event source, or the event broker while something publishes to it (mediators 12). */
function findEventService(deployed: Deployed, path: string): EventReceiver | undefined {
  const source = serviceOf(deployed.eventSources, path);
  if (source) return source;
  return deployed.eventBroker.isOpen && brokerPath.test(path) ? deployed.eventBroker : undefined;
}

/** What is at `/services/NAME…`. */
function serviceOf<Service>(services: ReadonlyMap<string, Service>, path: string): Service | undefined {
  if (services.size === 0 || !path.startsWith('/services/')) return undefined;
  const name = /^[^/?]*/.exec(path.slice('/services/'.length))?.[0] ?? '';
  return services.get(name) ?? services.get(name.replace(/\..*$/, ''));
}
