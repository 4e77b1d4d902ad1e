import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import type { Mediate, Outcome } from '../runtime/message/environment.js';
import { Fault } from '../runtime/message/fault.js';
import { handleFault } from '../runtime/message/flow.js';
import type { Message } from '../runtime/message/message.js';
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
}

/** Compiles a `<target>`; text inside it is ignored. */
export function compileTarget(element: ConfigElement, context: CompileContext): Target {
  const to = element.attribute('to');
  const soapAction = element.attribute('soapAction');
  const destination = destinationOf(element, context);

  const prepare = (message: Message): Mediate => {
    if (soapAction !== undefined) message.addressing.soapAction = soapAction;
    if (to !== undefined) message.addressing.to = to;
    return destination(message);
  };
  return {
    run: (message) => runInPlace(message, prepare(message)),
    start(message) {
      const mediate = prepare(message);
      const work = async () => {
        // The reference's worker thread begins when the present mediation has got on with its own work.
        await Promise.resolve();
        await runInPlace(message, mediate);
      };
      message.exchange.track(work());
    },
  };
}

async function runInPlace(message: Message, mediate: Mediate): Promise<Outcome> {
  try {
    return await mediate(message);
  } catch (error) {
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
      const found = message.environment.sequence(sequenceName);
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
    const found = message.environment.endpoint(endpointName);
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
