import { WholeNumber } from '../java/value.js';
import { newDocument } from '../xml/create.js';
import { soapElement } from './envelope.js';
import { errorCode, Fault } from './fault.js';
import type { Fork } from './fork.js';
import { giveBackPlaces } from './held-places.js';
import type { Mediate, Message } from './message.js';
import { isUnreadable } from './payload-parts.js';

/** How a flow ended: the list ran through, stopped (`respond`, `send`, `drop` …), or failed and was handled or not. */
export type FlowEnd = 'completed' | 'stopped' | 'handled' | 'unhandled';

/**
 * Drives a flow: runs the list, and what is behind a splitting step for all that go on there (mediators 2.10); delivers
 * what is thrown to the message's fault stack (mediators 2.2). Never throws.
 * @param completed called for every flow that ran through, the message's or a branch's; with it, the promise waits
 * until all branches have ended
 */
export function runFlow(
  message: Message,
  mediate: Mediate,
  completed?: (flow: Message) => void,
): FlowEnd | Promise<FlowEnd> {
  let outcome: boolean | Promise<boolean>;
  try {
    outcome = runForks(message, mediate, completed);
  } catch (error) {
    return failed(message, error);
  }
  if (!(outcome instanceof Promise)) return outcome ? 'completed' : 'stopped';
  return outcome.then(
    (completed) => (completed ? 'completed' : 'stopped'),
    (error) => failed(message, error),
  );
}

async function failed(message: Message, error: unknown): Promise<FlowEnd> {
  message.fork = undefined;
  return (await handleFault(message, error)) ? 'handled' : 'unhandled';
}

/** {@link runFlow} in the midst of another flow: what is thrown is left to the caller. Branches end where it ends. */
export function runForks(
  message: Message,
  mediate: Mediate,
  completed?: (flow: Message) => void,
): boolean | Promise<boolean> {
  const outcome = mediate(message);
  if (outcome instanceof Promise) return outcome.then((known) => afterList(message, known, completed));
  return afterList(message, outcome, completed);
}

function afterList(
  message: Message,
  outcome: boolean,
  completed: ((flow: Message) => void) | undefined,
): boolean | Promise<boolean> {
  if (message.fork && !outcome) return resumeForks(message, completed);
  if (outcome) completed?.(message);
  return outcome;
}

async function resumeForks(message: Message, completed: ((flow: Message) => void) | undefined): Promise<boolean> {
  const splits: Fork<Message>[] = [];
  let outcome = false;
  for (let fork = message.fork; fork && !outcome; fork = message.fork) {
    const split = fork;
    message.fork = undefined;
    splits.push(split);
    split.resume((branch) => {
      const work = Promise.resolve(runFlow(branch, (flow) => split.runRest(flow), completed));
      branch.exchange.track(work);
      return work;
    });
    if (split.parentGoesOn) outcome = await split.runRest(message);
  }
  if (!completed) return outcome;
  if (outcome) completed(message);
  for (const split of splits) await split.settled();
  return outcome;
}

/**
 * Pops the innermost handler and runs it on the message; when it throws, the next one is tried with that error
 * (message-model 6.1). Before each, ERROR_CODE, ERROR_MESSAGE, ERROR_DETAIL and ERROR_EXCEPTION are set, but only when
 * ERROR_CODE is unset or the raiser asks for a code of its own. Never throws.
 * @returns whether a handler completed; an error that nobody handled has been logged.
 */
export async function handleFault(message: Message, error: unknown): Promise<boolean> {
  let current = error;
  for (let handler = message.faultStack.pop(); handler; handler = message.faultStack.pop()) {
    setErrorProperties(message, current);
    dropUnreadableBody(message, current);
    giveBackPlaces(message.exchange);
    try {
      await runForks(message, (flow) => handler.mediate(flow));
      return true;
    } catch (failure) {
      current = failure;
    }
  }
  setErrorProperties(message, current);
  message.exchange.unhandled(current);
  message.environment.logger.log('ERROR', 'FaultHandler', `No fault handler left: ${summaryOf(current)}`);
  return false;
}

/**
 * The handler-side fill of message-model 6.1 step 1. An answer that faults gets axis2 `HTTP_SC` 500 (6.3), except for
 * failures that an endpoint reported, which come from the transport's callback and leave the status alone.
 */
export function setErrorProperties(message: Message, error: unknown): void {
  const fault = asFault(error);
  const { properties } = message;
  if (message.answers > 0 && !isTransportCode(fault.code)) message.axis2.set('HTTP_SC', WholeNumber.integer(500));
  const present = properties.get('ERROR_CODE');
  const raised = fault.code;
  if (raised === undefined ? present !== undefined : String(present) === String(raised)) return;
  properties.set('ERROR_CODE', WholeNumber.integer(raised ?? 0));
  properties.set('ERROR_MESSAGE', firstLine(fault.message));
  properties.set('ERROR_DETAIL', fault.detail ?? detailOf(fault));
  properties.set('ERROR_EXCEPTION', fault);
}

/** A body, or another text, that did not parse leaves the fault sequence with an empty envelope without header (mediators 2.2). */
function dropUnreadableBody(message: Message, error: unknown): void {
  if (!(error instanceof Fault) || !isUnreadable(error.cause)) return;
  const { payload } = message;
  const document = newDocument();
  const envelope = soapElement(document, 'Envelope', payload.soapVersion);
  envelope.appendChild(soapElement(document, 'Body', payload.soapVersion));
  payload.setEnvelope(envelope);
}

/** What was thrown as a fault; other exceptions are wrapped with their message, never with none (mediators 2.2). */
function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const text =
    error instanceof Error && error.message ? error.message : 'Runtime error occurred while mediating the message';
  return new Fault(text, { cause: error });
}

/** The text of ERROR_DETAIL when the raiser gave none: where it happened and the chain of causes. */
function detailOf(fault: Fault): string {
  const { place } = fault;
  const lines = [`mediation fault: ${fault.message}`];
  if (place?.mediator)
    lines.push(`\tat mediator ${place.mediator}${place.line === undefined ? '' : `, line ${place.line}`}`);
  if (place?.artifact) lines.push(`\tin artifact ${place.artifact}${place.file ? ` (${place.file})` : ''}`);
  for (let cause = fault.cause; cause instanceof Error; cause = cause.cause) {
    lines.push(`Caused by: ${cause.name}: ${cause.message}`);
  }
  return lines.join('\n');
}

function summaryOf(error: unknown): string {
  const fault = asFault(error);
  const { place } = fault;
  const where = place
    ? ` (${[place.artifact, place.mediator, place.line && `line ${place.line}`].filter(Boolean).join(', ')})`
    : '';
  return `${firstLine(fault.message)}${where}`;
}

/** Codes that endpoints and transports report; 101510 is met by what reads the answer later (message-model 6.6). */
function isTransportCode(code: number | undefined): boolean {
  return (
    code !== undefined &&
    code !== errorCode.answerNotProcessed &&
    ((code >= 101000 && code < 103000) || (code >= 303000 && code < 310000) || code === errorCode.forcedSoapFault)
  );
}

function firstLine(text: string): string {
  const end = text.search(/[\r\n]/);
  return end < 0 ? text : text.slice(0, end);
}
