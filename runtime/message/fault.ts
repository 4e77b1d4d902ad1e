/** Where in the configuration something happened. Lines and columns count from 1. */
export interface Place {
  artifact?: string;
  mediator?: string;
  file?: string;
  line?: number;
}

/**
 * A mediation fault: what the reference engine throws as SynapseException. It travels up to whoever drives the flow,
 * which pops the message's fault stack (message-model 6.1).
 *
 * `code`: ERROR_CODE the raiser wants set, a number of message-model 6.6. Absent: the handler sets 0.
 * `detail`: ERROR_DETAIL. Absent: the handler writes the place and the causes.
 */
export class Fault extends Error {
  readonly code: number | undefined;
  readonly detail: string | undefined;
  place: Place | undefined;

  constructor(message: string, options: { code?: number; detail?: string; cause?: unknown; place?: Place } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Fault';
    this.code = options.code;
    this.detail = options.detail;
    this.place = options.place;
  }
}

/**
 * `instanceof Fault` goes by the name: the command is bundled, and a user's module that imports the package has the class
 * from there. Subclasses are the engine's own.
 */
Object.defineProperty(Fault, Symbol.hasInstance, {
  value(this: typeof Fault, value: unknown): boolean {
    if (Function.prototype[Symbol.hasInstance].call(this, value)) return true;
    return this === Fault && value instanceof Error && value.name === 'Fault';
  },
});

/** Codes of message-model 6.6 that several places raise. */
export const errorCode = {
  mediation: 0,
  /** The client broke off while its body was read. */
  receiving: 101001,
  sending: 101500,
  connectionFailed: 101503,
  timeout: 101504,
  connectionClosed: 101505,
  protocolViolation: 101506,
  connectTimeout: 101508,
  /** The backend broke off while the body of its answer was read. */
  answerNotProcessed: 101510,
  endpointsNotReady: 303000,
  endpointNotReady: 303001,
  wsdlEndpointNotReady: 303002,
  endpointAuthentication: 303003,
  endpointNotFound: 305100,
  sessionNotReady: 309001,
  sessionFailed: 309003,
  blockingSender: 401002,
  nonBlockingCall: 401003,
  forcedSoapFault: 500000,
  missingTemplateParameter: 500101,
  parsing: 601000,
  /** Mediant's own: no access token for the backend (api-management 1.16). */
  tokenUnavailable: 990001,
} as const;
