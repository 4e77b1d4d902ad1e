import { randomUUID } from 'node:crypto';
import type { Environment, Mediate } from './environment.js';
import type { Exchange, Recorder } from './exchange.js';
import type { Fork } from './fork.js';
import type { ExcessHeaders, TransportHeaders } from './headers.js';
import type { Payload } from './payload.js';

/** A handler on the fault stack: a sequence that runs when mediation throws (message-model 6.1). */
export interface FaultHandler {
  readonly name: string;
  readonly mediate: Mediate;
}

/** Parameters of one call-template: what `$func:x` reads. */
export interface FunctionFrame {
  readonly template: string;
  readonly parameters: Map<string, unknown>;
}

/** WS-Addressing and addressing fields of a message (message-model 3.2 `get-property` special keys). */
export interface Addressing {
  to?: string | undefined;
  from?: string | undefined;
  replyTo?: string | undefined;
  faultTo?: string | undefined;
  relatesTo?: string | undefined;
  /** The WS-Addressing action and the SOAP action, which mediation sets together. */
  action?: string | undefined;
  soapAction?: string | undefined;
}

/** A part of the message that is common to the request and all answers to it. */
export interface MessageOptions {
  environment: Environment;
  exchange: Exchange;
  payload: Payload;
  headers: TransportHeaders;
  recorder?: Recorder | undefined;
}

/**
 * What flows: one message with its properties, headers and body (message-model 1). A message is changed in place; after
 * a call it *is* the answer, with the properties that survive.
 */
export class Message {
  readonly environment: Environment;
  readonly exchange: Exchange;
  readonly recorder: Recorder | undefined;
  #id: string | undefined;
  /** Default ("synapse") scope. */
  properties = new Map<string, unknown>();
  variables = new Map<string, unknown>();
  /** Own axis2 properties; {@link axis2Property} also sees the operation and client scopes. */
  axis2 = new Map<string, unknown>();
  /** axis2-client scope ("options"). */
  client = new Map<string, unknown>();
  /** Shared by request, answers and clones. */
  operation = new Map<string, unknown>();
  headers: TransportHeaders;
  payload: Payload;
  addressing: Addressing = {};
  faultStack: FaultHandler[] = [];
  functionStack: FunctionFrame[] = [];
  /** The answer direction, as `in`, `out`, `send` and `loopback` see it. */
  response = false;
  /**
   * Answers of non-blocking calls and sends that this message has become; 0 while it is still the request. A fault of
   * an answer has status 500 (message-model 6.3), and a template whose body called keeps its handler (mediators 8.1).
   */
  answers = 0;
  /** Set by a step that split the message and stopped, until whoever drives the flow takes it (mediators 2.10). */
  fork: Fork<Message> | undefined;
  /**
   * Called when the message begins to wait for the answer to a non-blocking call, or for other branches: what runs it in
   * sequence with others goes on meanwhile, as the reference's thread is free then.
   */
  onWait: (() => void) | undefined;

  constructor(options: MessageOptions) {
    this.environment = options.environment;
    this.exchange = options.exchange;
    this.payload = options.payload;
    this.headers = options.headers;
    this.recorder = options.recorder;
  }

  /** `urn:uuid:…`, made when first asked for. */
  get id(): string {
    this.#id ??= `urn:uuid:${randomUUID()}`;
    return this.#id;
  }

  set id(value: string) {
    this.#id = value;
  }

  /** Sets a property of the default scope; null and undefined are ignored (message-model 1.1). */
  setProperty(name: string, value: unknown): void {
    if (value === null || value === undefined) return;
    this.properties.set(name, value);
    if (name === 'RESPONSE') this.operation.set('RESPONSE_WRITTEN', 'SKIP');
  }

  /** Sets a variable; null and undefined are ignored (message-model 1.1). */
  setVariable(name: string, value: unknown): void {
    if (value === null || value === undefined) return;
    this.variables.set(name, value);
  }

  /** Own axis2 property, else operation, else axis2-client; an own null counts as absent (message-model 1.3). */
  axis2Property(name: string): unknown {
    return this.axis2.get(name) ?? this.operation.get(name) ?? this.client.get(name);
  }

  /** An axis2 property when it is a string. */
  axis2Text(name: string): string | undefined {
    const value = this.axis2Property(name);
    return typeof value === 'string' ? value : undefined;
  }

  /** Further values of repeated headers; undefined when there are none. */
  get excessHeaders(): ExcessHeaders | undefined {
    return this.axis2.get('EXCESS_TRANSPORT_HEADERS') as ExcessHeaders | undefined;
  }

  /** Whether this is an answer: a string property RESPONSE beats the flag (message-model 1.1). */
  get isResponse(): boolean {
    const property = this.properties.get('RESPONSE');
    return typeof property === 'string' ? property.toLowerCase() === 'true' : this.response;
  }

  /** `{api:Name}`-style label of the artifact that this message runs in, for logs; undefined outside of one. */
  get artifactName(): string | undefined {
    const name = this.properties.get('ARTIFACT_NAME');
    return typeof name === 'string' ? name : undefined;
  }
}
