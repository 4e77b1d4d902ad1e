import type { ConfigElement } from '../../configuration/element.js';
import { childText } from '../configured.js';
import { PolicyFault } from '../fault.js';
import type { FlowContext, ProxyCall } from '../flow-context.js';
import type { ApigeeMessage } from '../message.js';
import type { TargetConnection } from './target.js';
import { targetUrl } from './target-url.js';

/** Proxies that call each other in a circle end here. */
const deepest = 10;

/** Which proxy a `<LocalTargetConnection>` means. @throws ConfigurationError */
export function localTargetOf(element: ConfigElement): ProxyCall['to'] {
  const path = childText(element, 'Path');
  if (path !== undefined) return { path };
  const proxy = childText(element, 'APIProxy');
  if (proxy !== undefined) return { proxy, endpoint: childText(element, 'ProxyEndpoint') ?? 'default' };
  return element.fail('missing-element', '<LocalTargetConnection> needs an <APIProxy> or a <Path>');
}

/** Another proxy of the environment as the target, without a way over the network. */
export function localTarget(to: ProxyCall['to']): TargetConnection {
  return {
    prepare: () => undefined,
    call: async (flow) => {
      const [path = '', query = ''] = targetUrl(flow, 'path' in to ? to.path : '').split('?', 2);
      const request = flow.request.takeForward();
      request.queryString = query;
      flow.targetTimes.sentStart = flow.runtime.now();
      flow.response = await callProxy(flow, to, request, path);
      flow.targetTimes.receivedStart = flow.runtime.now();
    },
  };
}

/**
 * Runs a request through another proxy.
 * @param path behind the base path of the endpoint, or whole where `to` is a path
 * @throws PolicyFault when there is no such proxy, or proxies call one another in a circle
 */
export async function callProxy(
  flow: FlowContext,
  to: ProxyCall['to'],
  request: ApigeeMessage,
  path: string,
): Promise<ApigeeMessage> {
  if (flow.depth >= deepest) throw notCalled('Proxies call one another in a circle', 508);
  const { client, depth } = flow;
  const answer = flow.runtime.callProxy?.({ to, request, pathSuffix: path, client, depth: depth + 1 });
  if (!answer) throw notCalled(`There is no ${describe(to)} in this environment`, 503);
  return answer;
}

function describe(to: ProxyCall['to']): string {
  return 'path' in to ? `proxy for the path ${to.path}` : `proxy endpoint ${to.endpoint} of a proxy ${to.proxy}`;
}

function notCalled(text: string, status: number): PolicyFault {
  return new PolicyFault({ code: 'messaging.runtime.LocalTargetUnavailable', text, status });
}
