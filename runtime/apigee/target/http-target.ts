import { TransportError } from '../../transport/transport.js';
import type { FlowContext } from '../flow-context.js';
import type { Template } from '../template.js';
import { textOf } from '../value.js';
import { callFault, callUrl, type TargetLimits, unavailable } from './call-target.js';
import type { Choice, LoadBalancer } from './load-balancer.js';
import type { TargetConnection } from './target.js';
import { configuredAddress, targetUrl } from './target-url.js';

/** `<HTTPTargetConnection><URL>…`, and what a route rule's `<URL>` gives. */
export function urlTarget(url: Template, limits: TargetLimits): TargetConnection {
  return {
    prepare: (flow) => flow.set('target.url', configuredAddress(url, flow)),
    call: async (flow) => {
      const configured = configuredAddress(url, flow);
      const address = changedUrl(flow, configured) ?? targetUrl(flow, configured);
      noteAddress(flow, address);
      await callUrl(flow, address, limits).catch((error: unknown) => Promise.reject(callFault(error)));
    },
  };
}

/** `<HTTPTargetConnection><LoadBalancer>…`: target servers of the environment, and the configured path. */
export function balancedTarget(balancer: LoadBalancer, path: string, limits: TargetLimits): TargetConnection {
  return {
    prepare: (flow) => flow.remove('target.url'),
    call: async (flow) => {
      const whole = changedUrl(flow, undefined);
      if (whole !== undefined) {
        noteAddress(flow, whole);
        return callUrl(flow, whole, limits).catch((error: unknown) => Promise.reject(callFault(error)));
      }
      if (balancer.settings.retries && balancer.settings.servers.length > 1) await flow.request.build();
      await callOneOf(flow, balancer, (choice) => {
        const url = targetUrl(flow, serverAddress(choice) + path);
        flow.set('target.url', url);
        noteAddress(flow, url);
        return callUrl(flow, url, limits);
      });
    },
  };
}

/** Scheme, host and port of a chosen server. */
export function serverAddress({ server }: Choice): string {
  return `${server.ssl ? 'https' : 'http'}://${server.host}:${server.port}`;
}

/** Tries one server after the other until one answers; what the target says, whatever its status, is an answer. */
export async function callOneOf(
  flow: FlowContext,
  balancer: LoadBalancer,
  call: (choice: Choice) => Promise<void>,
): Promise<void> {
  const tried = new Set<string>();
  let failure: unknown;
  for (;;) {
    const choice = balancer.choose(flow.runtime, tried);
    if (!choice) throw failure === undefined ? unavailable() : callFault(failure);
    try {
      await call(choice);
      choice.release(true);
      return;
    } catch (error) {
      choice.release(false);
      if (!balancer.settings.retries || !isRepeatable(error)) throw callFault(error);
      failure = error;
      tried.add(choice.server.name);
    }
  }
}

/** Nothing of the request reached the server, so that another one may get it. */
function isRepeatable(error: unknown): boolean {
  return error instanceof TransportError && (error.kind === 'connect' || error.kind === 'connect-timeout');
}

/** A `target.url` that the target's request flow has set is the whole address: nothing is added (api-management 2.4). */
function changedUrl(flow: FlowContext, configured: string | undefined): string | undefined {
  const url = textOf(flow.get('target.url'))?.trim();
  return url === undefined || url === '' || url === configured ? undefined : url;
}

function noteAddress(flow: FlowContext, url: string): void {
  const parts = /^(https?):\/\/([^/?#:]*|\[[^\]]*\])(?::(\d+))?/i.exec(url);
  if (!parts) return;
  const [, scheme = '', host, port] = parts;
  flow.set('target.scheme', scheme.toLowerCase());
  flow.set('target.host', host);
  flow.set('target.port', port === undefined ? (scheme.toLowerCase() === 'https' ? 443 : 80) : Number(port));
}
