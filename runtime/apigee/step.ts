import { PolicyFault } from './fault.js';
import type { FlowContext } from './flow-context.js';
import type { Condition } from './policy.js';

/** A policy at its place in a flow. */
export interface Step {
  readonly policy: string;
  /** First part of the variable `PREFIX.{policy}.failed`. */
  readonly prefix: string;
  readonly condition: Condition | undefined;
  readonly continueOnError: boolean;
  readonly contentAware: boolean;
  run(flow: FlowContext): void | Promise<void>;
}

/**
 * Runs steps in order; those whose condition is false are left out. When a policy ends the request flow, so does the
 * list. A failure is noted in `PREFIX.{policy}.failed`; unless the policy continues on error it ends the list.
 * @throws PolicyFault
 */
export async function runSteps(flow: FlowContext, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    if (isOver(flow)) return;
    try {
      const { condition } = step;
      if (condition && !(await isMet(flow, condition))) continue;
      if (step.contentAware && flow.hasUnread) await flow.build();
      const running = step.run(flow);
      if (running) await running;
    } catch (error) {
      const fault = policyFault(flow, step, error);
      flow.set(`${step.prefix}.${step.policy}.failed`, true);
      flow.set('fault.name', fault.faultName);
      if (!step.continueOnError) throw fault;
    }
  }
}

/** Whether the request flow was ended by a policy. */
export function isOver(flow: FlowContext): boolean {
  return flow.isRequestEnded && (flow.phase === 'proxy-request' || flow.phase === 'target-request');
}

/** Asks a condition, after reading the bodies that it looks at. An absent condition is met. */
export async function isMet(flow: FlowContext, condition: Condition | undefined): Promise<boolean> {
  if (condition === undefined) return true;
  if (condition.contentAware && flow.hasUnread) await flow.build();
  return condition.isTrue(flow);
}

/** Whether anything of a list looks at content. */
export function looksAtContent(steps: readonly Step[]): boolean {
  return steps.some(({ contentAware, condition }) => contentAware || condition?.contentAware);
}

/** What is no fault of a policy's own is logged: it is an error of this program or of its surroundings. */
function policyFault(flow: FlowContext, { policy, prefix }: Step, error: unknown): PolicyFault {
  if (error instanceof PolicyFault) return error;
  const text = error instanceof Error ? error.message : String(error);
  flow.runtime.log('ERROR', `${flow.proxy.name}: policy ${policy} failed: ${text}`);
  return new PolicyFault({
    code: `steps.${prefix}.ExecutionFailed`,
    text: `Execution of ${policy} failed`,
    cause: error,
  });
}
