import { WholeNumber } from '../java/value.js';
import { respondEmpty } from '../message/empty-answer.js';
import { errorCode, Fault } from '../message/fault.js';
import type { Message } from '../message/message.js';
import { Payload } from '../message/payload.js';
import { TokenError } from '../outbound-oauth/token-error.js';
import { type FailureKind, TransportError } from '../transport/transport.js';

/** A failed send, in the terms of artifacts 3.4. */
export interface Failure {
  /** What ERROR_CODE becomes: the base plus how far the exchange was. Undefined leaves it to the fault handler, 0. */
  readonly code: number | undefined;
  readonly base: number | undefined;
  readonly state: number | undefined;
  readonly message: string;
  readonly detail: string | undefined;
  readonly exception: unknown;
  /** The endpoint's own time-out, which runs handlers only when the endpoint says so (artifacts 3.2). */
  readonly timedOut: boolean;
  /** Says something about the backend; a client that went away does not. */
  readonly endpointsOwn: boolean;
}

const connecting = 'Error connecting to the back end';
const sending = 'Error in Sender';

/** Base code and fixed text of each kind of failure (message-model 6.7); the state is added where `composed`. */
const bases: Readonly<
  Record<Exclude<FailureKind, 'request' | 'deadline'>, { base: number; message: string; composed: boolean }>
> = {
  connect: { base: errorCode.connectionFailed, message: connecting, composed: false },
  'connect-timeout': { base: errorCode.connectTimeout, message: connecting, composed: false },
  timeout: { base: errorCode.timeout, message: sending, composed: true },
  closed: { base: errorCode.connectionClosed, message: sending, composed: true },
  io: { base: errorCode.sending, message: sending, composed: true },
  protocol: { base: errorCode.protocolViolation, message: sending, composed: true },
  source: { base: errorCode.sending, message: sending, composed: true },
};

/** What the reference's mediators report for errors that name no code. */
const callFailed = 'Error while performing the call operation';

/** Classifies what a send threw. */
export function failureOf(error: unknown): Failure {
  const common = { base: undefined, state: undefined, exception: error, timedOut: false, endpointsOwn: true };
  if (error instanceof TransportError) return transportFailure(error);
  // A token that cannot be fetched says nothing about the backend.
  const endpointsOwn = !isTokenFailure(error);
  if (error instanceof Fault && error.code !== undefined) {
    return { ...common, endpointsOwn, code: error.code, message: error.message, detail: error.detail ?? error.message };
  }
  return { ...common, endpointsOwn, code: undefined, message: callFailed, detail: undefined };
}

/** Whether it failed before the endpoint was called, for want of an access token. */
export function isTokenFailure(error: unknown): boolean {
  return error instanceof TokenError || (error instanceof Fault && error.cause instanceof TokenError);
}

function transportFailure(error: TransportError): Failure {
  const common = { base: undefined, state: undefined, exception: error, timedOut: false, endpointsOwn: true };
  const detail = error.message;
  if (error.kind === 'request') return { ...common, code: errorCode.nonBlockingCall, message: error.message, detail };
  if (error.kind === 'deadline') {
    return {
      ...common,
      code: errorCode.timeout,
      message: 'Send timeout',
      detail: undefined,
      exception: undefined,
      timedOut: true,
    };
  }
  const { base, message, composed } = bases[error.kind];
  const state = composed ? error.state : 0;
  return { ...common, code: base + state, base, state, message, detail, endpointsOwn: error.kind !== 'source' };
}

/**
 * Writes the ERROR_* properties of a failure on the message, over earlier ones; what the failure does not have stays as
 * it was (message-model 6.4 rule 1).
 */
export function reportFailure(message: Message, failure: Failure): void {
  if (failure.code === undefined) return;
  message.setProperty('ERROR_CODE', WholeNumber.integer(failure.code));
  // The reference gives a forced SOAP fault no text (artifacts 3.3).
  if (failure.code === errorCode.forcedSoapFault) return;
  message.setProperty('ERROR_MESSAGE', failure.message);
  message.setProperty('ERROR_DETAIL', failure.detail);
  message.setProperty('ERROR_EXCEPTION', failure.exception);
  if (failure.base !== undefined) message.setProperty('BASE_ERROR_CODE', WholeNumber.integer(failure.base));
  if (failure.state !== undefined) {
    message.setProperty('PROTOCOL_STATE_ON_FAILURE', WholeNumber.integer(failure.state));
  }
}

/** The fault that carries a failure to the handlers. */
export function faultOf(failure: Failure, name: string | undefined): Fault {
  const options = { cause: failure.exception, ...(failure.detail === undefined ? {} : { detail: failure.detail }) };
  const fault = new Fault(failure.message, failure.code === undefined ? options : { ...options, code: failure.code });
  if (name !== undefined) fault.place = { artifact: `endpoint:${name}` };
  return fault;
}

/**
 * A failure that no handler and no other endpoint is to see: the call was given up, or its endpoint discards failures
 * (artifacts 3.2). The client is answered at once.
 */
export class GivenUp extends Fault {}

/**
 * Answers the client for a failure that nobody handles: 504 after a time-out, else 502, where the reference lets it
 * wait. Takes all handlers off the message.
 */
export async function giveUp(message: Message, failure: Failure): Promise<GivenUp> {
  message.faultStack = [];
  message.headers.clear();
  message.payload = Payload.empty();
  message.axis2.clear();
  await respondEmpty(message, failure.timedOut ? 504 : 502);
  return new GivenUp(failure.message, failure.code === undefined ? {} : { code: failure.code });
}
