import type { FlowContext } from './flow-context.js';
import type { Condition } from './policy.js';
import { isMet, isOver, runSteps, type Step } from './step.js';

export interface ConditionalFlow {
  readonly name: string;
  readonly condition: Condition | undefined;
  readonly request: readonly Step[];
  readonly response: readonly Step[];
}

export interface FaultRule {
  readonly name: string;
  readonly condition: Condition | undefined;
  readonly steps: readonly Step[];
}

/** What proxy and target endpoints have in common: their flows and what they do about faults. */
export interface EndpointFlows {
  readonly name: string;
  readonly preFlow: ConditionalFlow;
  readonly flows: readonly ConditionalFlow[];
  readonly postFlow: ConditionalFlow;
  /** In the order in which they are asked. */
  readonly faultRules: readonly FaultRule[];
  readonly defaultFaultRule: (FaultRule & { readonly alwaysEnforce: boolean }) | undefined;
}

/**
 * One direction of an endpoint: PreFlow, the first flow whose condition is true at that moment, PostFlow
 * (api-management 2.2).
 * @throws PolicyFault
 */
export async function runEndpointFlows(
  flow: FlowContext,
  endpoint: EndpointFlows,
  direction: 'request' | 'response',
): Promise<void> {
  await runPart(flow, endpoint.preFlow, direction);
  const chosen = isOver(flow) ? undefined : await choose(flow, endpoint.flows);
  if (chosen) await runPart(flow, chosen, direction);
  await runPart(flow, endpoint.postFlow, direction);
}

async function runPart(flow: FlowContext, part: ConditionalFlow, direction: 'request' | 'response'): Promise<void> {
  const steps = part[direction];
  flow.flowName = part.name;
  if (steps.length > 0) await runSteps(flow, steps);
}

async function choose(flow: FlowContext, flows: readonly ConditionalFlow[]): Promise<ConditionalFlow | undefined> {
  for (const one of flows) if (await isMet(flow, one.condition)) return one;
  return undefined;
}
