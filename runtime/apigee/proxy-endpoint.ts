import { type EndpointFlows, runEndpointFlows } from './endpoint.js';
import { faultOf, runErrorFlow } from './error-flow.js';
import type { FlowContext } from './flow-context.js';
import { ApigeeMessage } from './message.js';
import type { Condition } from './policy.js';
import { isMet, isOver, runSteps, type Step } from './step.js';
import { checkStatus, type TargetEndpoint } from './target/target.js';

export interface RouteRule {
  readonly name: string;
  readonly condition: Condition | undefined;
  /** Undefined: a null route, the request is the answer. */
  readonly target: TargetEndpoint | undefined;
}

export interface ProxyEndpoint extends EndpointFlows {
  /** `/` without a BasePath; may have `*` elements. */
  readonly basePath: string;
  /** Whether plain and TLS connections reach it. */
  readonly listens: { readonly http: boolean; readonly https: boolean };
  readonly routeRules: readonly RouteRule[];
  readonly postClientFlow: readonly Step[];
  /** Whether something of the response flow looks at content: that of an echoed request has to be kept then. */
  readonly looksAtContentAfterwards: boolean;
}

/**
 * Runs a message through a proxy (api-management 2.2): request flow, route, target, response flow; a fault leads into the
 * error flow of the endpoint where it happened. Never rejects.
 */
export async function runProxy(flow: FlowContext, proxy: ProxyEndpoint): Promise<ApigeeMessage> {
  let endpoint: EndpointFlows = proxy;
  const enter = (next: EndpointFlows): void => {
    endpoint = next;
  };
  try {
    await runPhases(flow, proxy, enter);
    return flow.response ?? ApigeeMessage.response();
  } catch (error) {
    try {
      await runErrorFlow(flow, endpoint, faultOf(flow, error));
    } catch (again) {
      // A condition of a fault rule that cannot be asked: the fault itself is the answer.
      faultOf(flow, again);
    }
    return flow.error ?? ApigeeMessage.response({ status: 500 });
  }
}

async function runPhases(
  flow: FlowContext,
  proxy: ProxyEndpoint,
  enter: (endpoint: EndpointFlows) => void,
): Promise<void> {
  await runEndpointFlows(flow, proxy, 'request');
  if (!isOver(flow)) {
    const target = await route(flow, proxy.routeRules);
    if (target) {
      enter(target);
      await runTarget(flow, target, proxy.looksAtContentAfterwards);
      enter(proxy);
    } else await echo(flow, proxy);
  }
  flow.phase = 'proxy-response';
  await runEndpointFlows(flow, proxy, 'response');
}

async function route(flow: FlowContext, rules: readonly RouteRule[]): Promise<TargetEndpoint | undefined> {
  for (const rule of rules) {
    if (!(await isMet(flow, rule.condition))) continue;
    flow.set('route.name', rule.name);
    if (rule.target) flow.set('route.target', rule.target.name);
    return rule.target;
  }
  return undefined;
}

async function runTarget(flow: FlowContext, target: TargetEndpoint, keepsContent: boolean): Promise<void> {
  flow.phase = 'target-request';
  flow.set('target.name', target.name);
  target.connection.prepare(flow);
  await runEndpointFlows(flow, target, 'request');
  if (!isOver(flow)) {
    if (keepsContent || target.looksAtContentAfterwards) await flow.build();
    await target.connection.call(flow);
    flow.phase = 'target-response';
    checkStatus(flow, target.isSuccess);
  }
  flow.phase = 'target-response';
  await runEndpointFlows(flow, target, 'response');
}

/** A null route: the request comes back as the answer, unless a policy has made one. */
async function echo(flow: FlowContext, proxy: ProxyEndpoint): Promise<void> {
  if (flow.response) return;
  if (proxy.looksAtContentAfterwards) await flow.build();
  const { request } = flow;
  flow.response = ApigeeMessage.response({ headers: request.headers.clone(), body: request.takeBody() });
}

/** What runs when the answer is on its way; its failures change nothing. The transaction is over then. */
export async function runPostClientFlow(flow: FlowContext, proxy: ProxyEndpoint): Promise<void> {
  flow.phase = 'done';
  flow.flowName = 'PostClientFlow';
  await runSteps(flow, proxy.postClientFlow).catch((error: unknown) => faultOf(flow, error));
  flow.end();
}
