import { randomUUID } from 'node:crypto';
import type { Transport } from '../transport/transport.js';
import { PolicyFault } from './fault.js';
import { ApigeeMessage } from './message.js';
import { readMessageVariable, removeMessageVariable, writeMessageVariable } from './message-variables.js';
import type { Organization } from './organization.js';
import { readSystemVariable, systemVariables } from './system-variables.js';

/** What runs around all flows of an environment: the ways out, the store, the clock. */
export interface FlowRuntime {
  readonly organization: Organization;
  /** Name of the environment, e.g. `test`. */
  readonly environment: string;
  /** The one way out, with the outbound rules; {@link sendRequest} is the comfortable form. */
  readonly transport: Transport;
  /** Milliseconds since the epoch: policies read no other clock. */
  now(): number;
  /** A line for the log; the text holds no secret. */
  log(level: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR', text: string): void;
  /** A shared flow by name, looked up when it is called: it may be deployed after the proxy that calls it. */
  sharedFlow?(name: string): SharedFlow | undefined;
  /** Runs a request through another proxy of this environment; undefined when there is none. */
  callProxy?(call: ProxyCall): Promise<ApigeeMessage> | undefined;
}

export interface SharedFlow {
  readonly name: string;
  /** Runs its steps in the flow of the caller. @throws PolicyFault */
  run(flow: FlowContext): Promise<void>;
}

/** What LocalTargetConnection asks for: a proxy endpoint by its names, or whatever has a path. */
export interface ProxyCall {
  readonly to: { readonly proxy: string; readonly endpoint: string } | { readonly path: string };
  readonly request: ApigeeMessage;
  /** Path behind the base path of the endpoint called by names. */
  readonly pathSuffix: string;
  readonly client: ClientFacts;
  /** How many proxies have called one another until here. */
  readonly depth: number;
}

/** The deployed proxy revision that a message runs through. */
export interface ProxyFacts {
  readonly name: string;
  readonly revision: string;
  /** Name of the ProxyEndpoint. */
  readonly endpoint: string;
  /** Base path of the ProxyEndpoint as configured. */
  readonly basePath: string;
}

/** What the connection tells of the client. */
export interface ClientFacts {
  readonly address: string;
  readonly secure: boolean;
  /** Host header, or the address of the listener. */
  readonly host: string;
  readonly port: number;
}

/** Where in the pipeline a message is (api-management 2.2). */
export type FlowPhase = 'proxy-request' | 'target-request' | 'target-response' | 'proxy-response' | 'error' | 'done';

export interface FlowStart {
  readonly runtime: FlowRuntime;
  readonly proxy: ProxyFacts;
  readonly client: ClientFacts;
  readonly request: ApigeeMessage;
  /** Path behind the base path: empty, or with a leading slash; without the query. */
  readonly pathSuffix: string;
  /** Base path of this request: as configured, wildcards replaced by what stood there. */
  readonly basePath: string;
  /** How many proxies have called one another until here; 0 when absent. */
  readonly depth?: number;
}

/** Times of the call of the target, ms since the epoch. */
export interface TargetTimes {
  sentStart?: number;
  sentEnd?: number;
  receivedStart?: number;
  receivedEnd?: number;
}

/**
 * One transaction: the messages, the flow variables and where the flow is. Variables keep what was put into them, objects
 * by reference (api-management 2.4).
 */
export class FlowContext {
  readonly runtime: FlowRuntime;
  readonly proxy: ProxyFacts;
  readonly client: ClientFacts;
  readonly basePath: string;
  /** Path and query as the client sent them. */
  readonly receivedUri: string;
  readonly messageId: string = randomUUID();
  readonly startedAt: number;
  readonly depth: number;
  readonly targetTimes: TargetTimes = {};
  phase: FlowPhase = 'proxy-request';
  /** Name of the flow that runs: `PreFlow`, the conditional flow's name, `PostFlow`, a fault rule's. */
  flowName = '';
  request: ApigeeMessage;
  /** Undefined until the target or a policy gave one. */
  response: ApigeeMessage | undefined;
  /** What will be answered because of {@link fault}; policies of the error flow change it. */
  error: ApigeeMessage | undefined;
  /** The fault that led into the error flow. */
  fault: PolicyFault | undefined;
  /** Lives as long as the transaction and belongs to no name: the script policy's `context.session`. */
  readonly session = new Map<string, unknown>();
  readonly #variables = new Map<string, unknown>();
  #pathSuffix: string;
  #ended = false;
  #cleanups: (() => void)[] = [];

  constructor(start: FlowStart) {
    this.runtime = start.runtime;
    this.proxy = start.proxy;
    this.client = start.client;
    this.request = start.request;
    this.receivedUri = start.request.uri;
    start.request.receivedUri = this.receivedUri;
    this.basePath = start.basePath;
    this.#pathSuffix = start.pathSuffix;
    this.startedAt = start.runtime.now();
    this.depth = start.depth ?? 0;
  }

  /** The message that the flow is about: the request, then the response, in the error flow the error. */
  get message(): ApigeeMessage {
    if (this.phase === 'error') return this.error ?? this.response ?? this.request;
    const isRequest = this.phase === 'proxy-request' || this.phase === 'target-request';
    return isRequest ? this.request : (this.response ?? this.request);
  }

  get pathSuffix(): string {
    return this.#pathSuffix;
  }

  /** Whether a policy ended the request flow with an answer. */
  get isRequestEnded(): boolean {
    return this.#ended;
  }

  /**
   * Ends the request flow: the steps behind this one and the target are left out, the response flow goes on with this
   * answer. In a response flow it only replaces the response.
   */
  endRequest(response: ApigeeMessage): void {
    this.response = response;
    this.#ended = this.phase === 'proxy-request' || this.phase === 'target-request';
  }

  /** Calls back once, when the transaction is over: what a policy keeps for the whole of it is freed then. */
  atEnd(cleanup: () => void): void {
    this.#cleanups.push(cleanup);
  }

  /** The transaction is over; whoever made the context says so. */
  end(): void {
    this.phase = 'done';
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
  }

  /**
   * Reads the bodies that are still streams; the caller does it before steps that look at content.
   * @throws PolicyFault when one breaks off or is not what its Content-Encoding says
   */
  async build(): Promise<void> {
    for (const message of [this.request, this.response, this.error]) {
      if (message?.isUnread) await message.build().catch((error: unknown) => Promise.reject(bodyFault(message, error)));
    }
  }

  /** Whether {@link build} has something to wait for. */
  get hasUnread(): boolean {
    return this.request.isUnread || this.response?.isUnread === true || this.error?.isUnread === true;
  }

  /** Value of a flow variable, by reference; undefined when it is not set. */
  get(name: string): unknown {
    const own = this.#variables.get(name);
    if (own !== undefined) return own;
    const found = this.#messagePart(name);
    if (found) return found.rest === '' ? found.message : readMessageVariable(found.message, found.rest);
    return readSystemVariable(this, name);
  }

  /**
   * Sets a flow variable; parts of messages are changed in the message. Variables that are read only stay as they are;
   * null and undefined remove.
   */
  set(name: string, value: unknown): void {
    if (value === undefined || value === null) this.remove(name);
    else if (value instanceof ApigeeMessage) this.#setMessage(name, value);
    else if (name === 'proxy.pathsuffix') this.#pathSuffix = String(value);
    else this.#setPlain(name, value);
  }

  #setPlain(name: string, value: unknown): void {
    const part = this.#messagePart(name) ?? absentPart(name);
    if (part && (part.rest === '' || writeMessageVariable(part.message, part.rest, value))) return;
    if (!(name in systemVariables)) this.#variables.set(name, value);
  }

  remove(name: string): void {
    if (this.#variables.delete(name)) return;
    const found = this.#messagePart(name);
    if (found && found.rest !== '') removeMessageVariable(found.message, found.rest);
  }

  /** The message that a variable holds: `request`, `response`, `message`, `error`, or one of a policy. */
  messageVariable(name: string): ApigeeMessage | undefined {
    switch (name) {
      case 'request':
        return this.request;
      case 'response':
        return this.response;
      case 'message':
        return this.message;
      case 'error':
        return this.error;
      default: {
        const value = this.#variables.get(name);
        return value instanceof ApigeeMessage ? value : undefined;
      }
    }
  }

  #setMessage(name: string, message: ApigeeMessage): void {
    if (name === 'request') this.request = message;
    else if (name === 'response') this.#replaceResponse(message);
    else if (name === 'error') this.error = message;
    else if (name !== 'message') this.#variables.set(name, message);
    else if (this.message === this.request) this.request = message;
    else this.#replaceResponse(message);
  }

  /** In the error flow `response` and `error` are one message once a policy sets either. */
  #replaceResponse(message: ApigeeMessage): void {
    if (this.response !== message) this.response?.discard();
    this.response = message;
    if (this.phase === 'error') this.error = message;
  }

  /** The message whose variable this is, with the part behind its name; names of messages may have dots. */
  #messagePart(name: string): MessagePart | undefined {
    const whole = this.messageVariable(name);
    if (whole) return { message: whole, rest: '' };
    for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      const message = this.messageVariable(name.slice(0, dot));
      if (message) return { message, rest: name.slice(dot + 1) };
    }
    return undefined;
  }
}

interface MessagePart {
  readonly message: ApigeeMessage;
  /** What stands behind the name of the message; empty: the message itself. */
  readonly rest: string;
}

/** What is set of a response that is not there yet is lost with this one; it must not hide the response to come. */
function absentPart(name: string): MessagePart | undefined {
  const rest = /^(?:response|error)\.(.+)$/s.exec(name)?.[1];
  return rest === undefined ? undefined : { message: ApigeeMessage.response(), rest };
}

function bodyFault({ kind }: ApigeeMessage, error: unknown): PolicyFault {
  const isRequest = kind === 'request';
  const { code = '' } = error as NodeJS.ErrnoException;
  const isCoding = /^(?:Z_|ERR_(?:BUFFER_TOO_LARGE|_ERROR|BROTLI))/.test(code);
  const what = isCoding ? 'DecompressionFailureAt' : 'UnexpectedEOFAt';
  const where = isCoding ? (isRequest ? 'Request' : 'Response') : isRequest ? 'Client' : 'Target';
  return new PolicyFault({
    code: `messaging.adaptors.http.flow.${what}${where}`,
    text: isCoding
      ? `The body of the ${kind} is not what its Content-Encoding says`
      : `The body of the ${kind} broke off`,
    status: isRequest ? 400 : 502,
    cause: error,
  });
}
