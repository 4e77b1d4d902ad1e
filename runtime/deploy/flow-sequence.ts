import { Fault } from '../message/fault.js';
import type { FaultHandler, Message, Outcome } from '../message/message.js';
import type { FlowSequence } from './api/resource.js';

/** Runs the in- or out-sequence of a resource or proxy. @throws Fault when a named one does not exist. */
export function runFlowSequence(message: Message, sequence: FlowSequence): Outcome | Promise<Outcome> {
  if ('mediate' in sequence) return sequence.mediate(message);
  const found = message.sequence(sequence.key);
  if (!found) throw new Fault(`Specified sequence: ${sequence.key} cannot be found`);
  return found.mediate(message);
}

/** Pushes the fault sequence of a resource or proxy; a missing one falls back to the global `fault` (artifacts 1.7). */
export function pushFaultSequence(message: Message, sequence: FlowSequence | undefined): void {
  const handler = faultHandler(message, sequence);
  if (handler) message.faultStack.push(handler);
}

function faultHandler(message: Message, sequence: FlowSequence | undefined): FaultHandler | undefined {
  if (sequence && 'mediate' in sequence) return { name: 'faultSequence', mediate: sequence.mediate };
  const named = sequence && message.sequence(sequence.key);
  return named ?? message.environment.sequence('fault');
}
