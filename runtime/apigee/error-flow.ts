import type { EndpointFlows, FaultRule } from './endpoint.js';
import { PolicyFault } from './fault.js';
import { faultMessage } from './fault-message.js';
import type { FlowContext, FlowPhase } from './flow-context.js';
import { isMet, runSteps } from './step.js';

/** Names of the phases for `error.state` and scripts. */
export const phaseNames: Readonly<Record<FlowPhase, string>> = {
  'proxy-request': 'PROXY_REQ_FLOW',
  'target-request': 'TARGET_REQ_FLOW',
  'target-response': 'TARGET_RESP_FLOW',
  'proxy-response': 'PROXY_RESP_FLOW',
  error: 'ERROR_FLOW',
  done: 'END',
};

/**
 * The error flow of the endpoint where a fault happened (api-management 2.7): the first fault rule whose condition is
 * true, then the default rule when there was none or when it is always enforced. `flow.error` is the answer then.
 */
export async function runErrorFlow(flow: FlowContext, endpoint: EndpointFlows, fault: PolicyFault): Promise<void> {
  flow.set('error.state', phaseNames[flow.phase]);
  flow.phase = 'error';
  takeFault(flow, fault);
  const rule = await firstRule(flow, endpoint.faultRules);
  if (rule) await runRule(flow, rule);
  const { defaultFaultRule } = endpoint;
  if (defaultFaultRule && (!rule || defaultFaultRule.alwaysEnforce)) await runRule(flow, defaultFaultRule);
}

async function firstRule(flow: FlowContext, rules: readonly FaultRule[]): Promise<FaultRule | undefined> {
  for (const rule of rules) if (await isMet(flow, rule.condition)) return rule;
  return undefined;
}

/** A fault inside of a rule ends the rule and takes the place of the one before. */
async function runRule(flow: FlowContext, rule: FaultRule): Promise<void> {
  flow.flowName = rule.name;
  try {
    await runSteps(flow, rule.steps);
  } catch (error) {
    takeFault(flow, faultOf(flow, error));
  }
}

/** Makes the fault the one that variables tell of, and its answer the current message. */
function takeFault(flow: FlowContext, fault: PolicyFault): void {
  flow.fault = fault;
  flow.error = faultMessage(fault, flow.request);
  if (flow.response !== flow.error) flow.response?.discard();
  flow.response = flow.error;
  flow.set('fault.name', fault.faultName);
  flow.set('fault.type', fault.faultName);
  flow.set('fault.code', fault.code);
  flow.set('error.message', fault.message);
}

/** What is thrown outside of policies as a fault; it is logged, as nobody meant it. */
export function faultOf(flow: FlowContext, error: unknown): PolicyFault {
  if (error instanceof PolicyFault) return error;
  const text = error instanceof Error ? error.message : String(error);
  flow.runtime.log('ERROR', `${flow.proxy.name}: ${flow.flowName} failed: ${text}`);
  return new PolicyFault({ code: 'messaging.runtime.InternalError', text: 'Internal error', cause: error });
}
