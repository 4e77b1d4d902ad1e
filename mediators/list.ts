import type { Step, StepList } from '../runtime/configuration/context.js';
import { buildBody } from '../runtime/message/build.js';
import { Fault } from '../runtime/message/fault.js';
import type { Mediate, Message, Outcome } from '../runtime/message/message.js';

/** A step with its place in the configuration. */
export interface PlacedStep extends Step {
  readonly mediator: string;
  readonly line: number;
}

/**
 * Compiles steps into a list: children run in order until one returns false (mediators 2.2). Before a content-aware
 * child the body is built. A chain of synchronous steps runs without a promise.
 */
export function stepList(steps: readonly PlacedStep[], artifact: string): StepList {
  const run = (message: Message, from: number): Outcome | Promise<Outcome> => {
    for (let index = from; index < steps.length; index++) {
      const step = steps[index] as PlacedStep;
      if (message.recorder || (step.contentAware && !message.payload.built)) {
        return runSlowly(message, step).then((goOn) => (goOn ? run(message, index + 1) : stopped(message, index + 1)));
      }
      let outcome: Outcome | Promise<Outcome>;
      try {
        outcome = step.mediate(message);
      } catch (error) {
        throw placed(error, step, artifact);
      }
      if (outcome === true) continue;
      if (outcome === false) return stopped(message, index + 1);
      return outcome.then(
        (goOn) => (goOn ? run(message, index + 1) : stopped(message, index + 1)),
        (error) => {
          throw placed(error, step, artifact);
        },
      );
    }
    return true;
  };

  /** A step that split the message gets the rest of the list for its branches (mediators 2.10). */
  const stopped = (message: Message, next: number): false => {
    message.fork?.behind((flow) => run(flow, next));
    return false;
  };

  const runSlowly = async (message: Message, step: PlacedStep): Promise<Outcome> => {
    const done = message.recorder?.step(message, step.mediator, step.line, artifact);
    try {
      if (step.contentAware && !message.payload.built) await buildBody(message);
      const outcome = await step.mediate(message);
      done?.();
      return outcome;
    } catch (error) {
      const fault = placed(error, step, artifact);
      done?.(fault.message);
      throw fault;
    }
  };

  const mediate: Mediate = (message) => run(message, 0);
  return { mediate, length: steps.length };
}

/** The fault with its place; other exceptions are wrapped as the reference's list loop does (mediators 2.2). */
function placed(error: unknown, step: PlacedStep, artifact: string): Fault {
  const fault =
    error instanceof Fault
      ? error
      : new Fault((error instanceof Error && error.message) || 'Runtime error occurred while mediating the message', {
          cause: error,
        });
  fault.place ??= { artifact, mediator: step.mediator, line: step.line };
  return fault;
}
