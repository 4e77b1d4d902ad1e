import { PolicyFault } from '../fault.js';
import type { FlowContext, ProxyCall } from '../flow-context.js';
import type { TargetConnection } from './target.js';
import { targetUrl } from './target-url.js';

/** Proxies that call each other in a circle end here. */
const deepest = 10;

/** `<LocalTargetConnection>`: another proxy of the environment, without a way over the network. */
export function localTarget(to: ProxyCall['to']): TargetConnection {
  return {
    prepare: () => undefined,
    call: async (flow) => {
      if (flow.depth >= deepest) throw notCalled('Proxies call one another in a circle', 508);
      flow.targetTimes.sentStart = flow.runtime.now();
      const answer = flow.runtime.callProxy?.(callFor(flow, to));
      if (!answer) throw notCalled(`There is no ${describe(to)} in this environment`, 503);
      flow.response = await answer;
      flow.targetTimes.receivedStart = flow.runtime.now();
    },
  };
}

function callFor(flow: FlowContext, to: ProxyCall['to']): ProxyCall {
  const [path = '', query = ''] = targetUrl(flow, 'path' in to ? to.path : '').split('?', 2);
  const request = flow.request.takeForward();
  request.queryString = query;
  return {
    to: 'path' in to ? { path } : to,
    request,
    pathSuffix: path,
    client: flow.client,
    depth: flow.depth + 1,
  };
}

function describe(to: ProxyCall['to']): string {
  return 'path' in to ? `proxy for the path ${to.path}` : `proxy endpoint ${to.endpoint} of a proxy ${to.proxy}`;
}

function notCalled(text: string, status: number): PolicyFault {
  return new PolicyFault({ code: 'messaging.runtime.LocalTargetUnavailable', text, status });
}
