import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import { Fault } from '../runtime/message/fault.js';
import { handleFault, runFlow, runForks } from '../runtime/message/flow.js';
import type { Fork } from '../runtime/message/fork.js';
import type { Mediate, Message, Outcome } from '../runtime/message/message.js';
import { guardedList } from './on-error.js';
import { sendAway } from './sending.js';

/**
 * `<target to="…" soapAction="…" sequence="name" endpoint="name"><sequence/>|<endpoint/></target>` of router,
 * conditionalRouter, sampler, clone and iterate (mediators 2.8).
 */
export interface Target {
  /**
   * Runs the target in place. An error inside its sequence ends there: `ERROR_ON_TARGET_EXECUTION` is set, the top fault
   * handler runs, and the outcome is false.
   * @throws Fault for a sequence or endpoint name that is not deployed.
   */
  run(message: Message): Promise<Outcome>;
  /** Starts the target and goes on at once; its errors reach the message's fault handlers. */
  start(message: Message): void;
  /**
   * Runs the target on a branch of a message that was split (mediators 2.10): when its mediators have run through and a
   * non-blocking call was among them, the branch goes on behind the splitting step.
   * @param inSequence run it now, and return when it has ended or has sent a call; else it only starts
   * @throws Fault for a sequence or endpoint name that is not deployed.
   */
  branch(branch: Message, fork: Fork<Message>, inSequence: boolean): Promise<void>;
}

/** Compiles a `<target>`; text inside it is ignored. */
export function compileTarget(element: ConfigElement, context: CompileContext): Target {
  const to = element.attribute('to');
  const soapAction = element.attribute('soapAction');
  const destination = destinationOf(element, context);

  const prepare = (message: Message): Mediate => {
    if (soapAction !== undefined) {
      message.addressing.soapAction = soapAction;
      message.addressing.action = soapAction;
    }
    if (to !== undefined) message.addressing.to = to;
    return destination(message);
  };
  return {
    run: (message) => runInPlace(message, prepare(message)),
    start(message) {
      const mediate = prepare(message);
      message.exchange.track(onWorker(() => runInPlace(message, mediate)));
    },
    async branch(branch, fork, inSequence) {
      const mediate = prepare(branch);
      const goOn = (flow: Message) => {
        if (flow.answers > 0) fork.arrive(flow);
      };
      if (inSequence) return runInSequence(branch, mediate, fork, goOn);
      branch.exchange.track(fork.add(onWorker(async () => runFlow(branch, mediate, goOn))));
    },
  };
}

/** The reference's worker thread begins when the present mediation has got on with its own work. */
async function onWorker(work: () => Promise<unknown>): Promise<void> {
  await Promise.resolve();
  await work();
}

/** Resolves when the branch has ended or waits for the answer to a call, as the reference's thread is free then. */
async function runInSequence(
  branch: Message,
  mediate: Mediate,
  fork: Fork<Message>,
  goOn: (flow: Message) => void,
): Promise<void> {
  const waiting = new Promise<void>((resolve) => {
    branch.onWait = resolve;
  });
  const work = fork.add(runInPlace(branch, mediate, goOn));
  branch.exchange.track(work);
  await Promise.race([work, waiting]);
}

async function runInPlace(message: Message, mediate: Mediate, completed?: (flow: Message) => void): Promise<Outcome> {
  try {
    return await runForks(message, mediate, completed);
  } catch (error) {
    message.fork = undefined;
    message.setProperty('ERROR_ON_TARGET_EXECUTION', true);
    if (message.faultStack.length === 0) {
      message.environment.logger.log(
        'WARN',
        'Target',
        'No fault handler for the error of a target; the message is dropped',
      );
      return false;
    }
    await handleFault(message, error);
    return false;
  }
}

/** One of the four forms, by priority: inline sequence, sequence name, inline endpoint, endpoint name. */
function destinationOf(element: ConfigElement, context: CompileContext): (message: Message) => Mediate {
  const sequence = element.element('sequence');
  if (sequence) {
    const mediate = guardedList(sequence, context);
    return () => mediate;
  }
  const sequenceName = element.attribute('sequence');
  if (sequenceName !== undefined) {
    return (message) => {
      const found = message.sequence(sequenceName);
      if (!found) throw new Fault(`Sequence named ${sequenceName} of a target cannot be found`);
      return found.mediate;
    };
  }
  const endpoint = element.element('endpoint');
  if (endpoint) {
    const compiled = context.endpoint(endpoint);
    const mediate: Mediate = (message) => {
      sendAway(message, compiled);
      return false;
    };
    return () => mediate;
  }
  const endpointName = element.attribute('endpoint');
  if (endpointName === undefined) return () => () => true;
  return (message) => {
    const found = message.endpoint(endpointName);
    if (!found) throw new Fault(`Endpoint named ${endpointName} of a target cannot be found`);
    return (one) => {
      sendAway(one, found);
      return false;
    };
  };
}

/** The `<target>` child. @throws ConfigurationError when there is none. */
export function requiredTarget(element: ConfigElement, context: CompileContext): Target {
  const target = element.element('target');
  if (target) return compileTarget(target, context);
  return element.fail('missing-element', `<${element.localName}> needs a <target>`, {
    hint: 'add <target sequence="…"/> or <target><sequence>…</sequence></target>',
  });
}
