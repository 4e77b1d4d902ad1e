import { randomUUID } from 'node:crypto';
import type { Connection } from '../database/database.js';
import type { TransactionScope } from '../database/flow-transaction.js';
import type { DataBridge, EventPublisher } from '../databridge/data-bridge.js';
import type { TokenClient } from '../outbound-oauth/token-client.js';
import type { Transport } from '../transport/transport.js';
import type { Addressing } from './addressing.js';
import { Definitions } from './definitions.js';
import type { EventBroker, EventSource } from './events.js';
import type { Fork } from './fork.js';
import type { ExcessHeaders, TransportHeaders } from './headers.js';
import type { Logger } from './logger.js';
import type { Payload } from './payload.js';
import type { Recorder } from './recorder.js';
import type { EntryValue, Registry } from './registry.js';
import type { SharedState } from './shared-state.js';
import type { SubscriptionState } from './subscription-state.js';

/** What running a mediator yields: true = go on with the next sibling, false = stop this list and all around it. */
export type Outcome = boolean;

/** A compiled step. Synchronous steps return a boolean, never a promise, so that a chain of them allocates none. */
export type Mediate = (message: Message) => Outcome | Promise<Outcome>;

/** A deployed sequence. */
export interface Sequence {
  readonly name: string;
  /** Element names of its direct mediators. */
  readonly mediators?: readonly string[];
  readonly mediate: Mediate;
}

/** A deployed sequence template: runs its body with the given parameters already pushed on the function stack. */
export interface SequenceTemplate {
  readonly name: string;
  readonly parameters: readonly TemplateParameter[];
  readonly mediate: Mediate;
}

/** A deployed message store, as a flow uses it (mediators 5.4, artifacts 2.7). */
export interface MessageStore {
  readonly name: string;
  /** Store that takes what this one cannot; undefined unless delivery is guaranteed. */
  readonly failover: string | undefined;
  /**
   * Keeps the message, whose body is built and which nobody else uses any more. Resolves when it is safe.
   * @throws Error when it is not kept
   */
  put(message: Message): Promise<void>;
}

/** A deployed event sink: receivers of the data bridge (mediators 12). */
export interface EventSink {
  readonly name: string;
  /** What publishes to them. @throws Fault where nothing can leave */
  publisher(environment: Environment): EventPublisher;
}

export interface TemplateParameter {
  readonly name: string;
  readonly mandatory: boolean;
  readonly defaultValue: string | undefined;
}

/** An endpoint, ready to send. It applies its own timeouts, suspension and failover. */
export interface Endpoint {
  readonly name: string | undefined;
  /**
   * Sends the message and turns it into the answer: body, headers and axis2 properties become the response's, the
   * rest survives (message-model 1.5). On failure it sets the ERROR_* properties and throws a Fault.
   */
  send(message: Message): Promise<void>;
  /** `call blocking="true"`: the rules of message-model 1.5 "Blocking call", 2.8 and 6.4 rule 5. */
  sendBlocking(message: Message): Promise<void>;
}

/** A deployed endpoint template: makes endpoints from parameters (artifacts 3.8). */
export interface EndpointTemplate {
  readonly name: string;
  /** The endpoint that the parameters describe. @throws Error when it cannot be deployed with these values. */
  endpoint(parameters: ReadonlyMap<string, string>): Endpoint;
}

/** The switches of `synapse.properties` and the other server-wide values that a running message may ask for. */
export interface Environment {
  sequence(key: string): Sequence | undefined;
  endpoint(key: string): Endpoint | undefined;
  sequenceTemplate(name: string): SequenceTemplate | undefined;
  endpointTemplate?(name: string): EndpointTemplate | undefined;
  messageStore?(name: string): MessageStore | undefined;
  eventSink?(name: string): EventSink | undefined;
  eventSource?(name: string): EventSource<Message> | undefined;
  /** Absent where nobody could subscribe. */
  readonly eventBroker?: EventBroker<Message>;
  localEntry(key: string): EntryValue | undefined;
  /**
   * The connector operation that a local entry or registry resource holds, as its `configKey` asks for (mediators 8.2).
   * @throws Fault when it is there and cannot be used
   */
  connection?(key: string): Mediate | undefined;
  readonly registry: Registry;
  /** Process-wide `system` scope. */
  readonly systemProperties: Map<string, string>;
  /** `file` scope and `$FILE:`. */
  fileProperty(name: string): string | undefined;
  /** `env` scope. */
  environmentVariable(name: string): string | undefined;
  /** A secret by its vault alias; undefined when there is none. */
  secret(alias: string): string | undefined;
  /** A data source that the server's configuration names; the same object each time. */
  dataSource?(name: string): Connection | undefined;
  /** A switch of message-model 4.6 or another `synapse.properties` key. */
  property(key: string): string | undefined;
  /** Checks a user name and password against the server's users; absent where there are none. */
  readonly userCheck?: (user: string, password: string) => Promise<boolean>;
  readonly logger: Logger;
  /** The way out for endpoints; absent where messages never leave, as in expression tests. */
  readonly transport?: Transport;
  /** Publishers of events to the data bridge; absent where nothing leaves. */
  readonly dataBridge?: DataBridge;
  /** Access tokens for what is called. */
  readonly tokens?: TokenClient;
  /** Where a named endpoint sends to instead of the URL: to mock services (artifacts 5.5); absent outside of tests. */
  readonly redirect?: (endpoint: string, url: string) => string;
  /** What the processes of this server count and keep together; absent where there is one. */
  readonly shared?: SharedState;
  /** What subscribers of event sources and of the event broker have asked for. */
  readonly subscriptions?: SubscriptionState;
}

/**
 * One client request and its one answer. Implemented by the gateway, by `run`, and by the unit-test runner.
 * Clones of a message share their exchange.
 */
export interface Exchange {
  /** Whether an answer was given (or acknowledged): a second one is dropped with a warning. */
  readonly answered: boolean;
  /** Whether the client has closed its connection without an answer; absent where there is no connection. */
  readonly abandoned?: boolean;
  /** Sends the message back to the client as it stands (message-model 2.5). */
  respond(message: Message): void | Promise<void>;
  /**
   * Re-injects a message: the receiving sequence, else the artifact's out-sequence, else `main` (message-model 1.5). A
   * promise when that has to wait.
   */
  inject(message: Message): unknown;
  /** Set once the flow has called out, or meant to: see `isSentCredential`. */
  calledOut?: boolean;
  /** Work that goes on although the flow that started it has ended (send, clone): the exchange ends after it. */
  track(work: Promise<unknown>): void;
  /** An error that no fault handler took: the exchange is answered with an error when its work is done. */
  unhandled(error: unknown): void;
  /** Calls back once, when the client has its answer or nothing can answer it any more; absent where nobody waits. */
  whenAnswered?(callback: () => void): void;
  /** Calls back once, when all that the request started has ended; the exchange waits for it. */
  whenEnded?(callback: () => Promise<void>): void;
  /** The request thread of the reference ends here: FORCE_SC_ACCEPTED answers 202 now (message-model 2.3). */
  acknowledgeIfForced(message: Message): void;
}

/** The outcome of a step that answers the client and stops. */
export function stopAfter(answered: void | Promise<void>): false | Promise<false> {
  return answered instanceof Promise ? answered.then(() => false as const) : false;
}

/** A credential on a message that can be replaced once its receiver has refused it (artifacts 3.7). */
export interface RenewableCredential {
  /** Name of the header that it is in. */
  readonly header: string;
  /** Bytes of an unread body that are held for a second attempt. */
  replayLimit(message: Message): number;
  /** Drops what the message has, unless another one has been got meanwhile, and sets a new one. */
  renew(message: Message): Promise<void>;
  /** Drops what the message has. */
  reject(message: Message): Promise<void>;
}

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

/** What a message is made of; all else is set on it. */
export interface MessageOptions {
  environment: Environment;
  exchange: Exchange;
  payload: Payload;
  headers: TransportHeaders;
  recorder?: Recorder<Message> | undefined;
  /** Scopes that it shares with another message, by default its own. */
  scopes?: Pick<Message, 'properties' | 'variables' | 'axis2' | 'client' | 'operation'>;
}

/**
 * What flows: one message with its properties, headers and body (message-model 1). A message is changed in place; after
 * a call it *is* the answer, with the properties that survive.
 */
export class Message {
  readonly environment: Environment;
  readonly exchange: Exchange;
  readonly recorder: Recorder<Message> | undefined;
  #id: string | undefined;
  /** Default ("synapse") scope. */
  properties: Map<string, unknown>;
  variables: Map<string, unknown>;
  /** Own axis2 properties; {@link axis2Property} also sees the operation and client scopes. */
  axis2: Map<string, unknown>;
  /** axis2-client scope ("options"). */
  client: Map<string, unknown>;
  /** Shared by request, answers and clones. */
  operation: Map<string, unknown>;
  headers: TransportHeaders;
  payload: Payload;
  addressing: Addressing = {};
  faultStack: FaultHandler[] = [];
  functionStack: FunctionFrame[] = [];
  /** What it has looked up; its clones share that, an answer looks up again (message-model 1.1, 1.5). */
  definitions: Definitions | undefined;
  /** Shared by the messages that follow one another in a flow; undefined until something needs it. */
  transactions: TransactionScope | undefined;
  /** The answer direction, as `in`, `out`, `send` and `loopback` see it. */
  response = false;
  /**
   * Answers of non-blocking calls and sends that this message has become; 0 while it is still the request. A fault of
   * an answer has status 500 (message-model 6.3), and a template whose body called keeps its handler (mediators 8.1).
   */
  answers = 0;
  /** What a step has put into a header, as long as that still has this value. */
  credential: { readonly source: RenewableCredential; readonly value: string } | undefined;
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
    const { scopes } = options;
    this.properties = scopes ? scopes.properties : new Map();
    this.variables = scopes ? scopes.variables : new Map();
    this.axis2 = scopes ? scopes.axis2 : new Map();
    this.client = scopes ? scopes.client : new Map();
    this.operation = scopes ? scopes.operation : new Map();
  }

  /** `urn:uuid:…`, made when first asked for. */
  get id(): string {
    this.#id ??= `urn:uuid:${randomUUID()}`;
    return this.#id;
  }

  set id(value: string) {
    this.#id = value;
  }

  /** Another id than before, made when it is asked for. */
  renewId(): void {
    this.#id = undefined;
  }

  /** A deployed sequence, for the rest of this message the one that its key names now (message-model 1.1). */
  sequence(key: string): Sequence | undefined {
    this.definitions ??= new Definitions();
    return this.definitions.find('sequence', key, this.environment);
  }

  /** A deployed sequence template; see {@link sequence}. */
  sequenceTemplate(name: string): SequenceTemplate | undefined {
    this.definitions ??= new Definitions();
    return this.definitions.find('sequenceTemplate', name, this.environment);
  }

  /** A deployed endpoint; see {@link sequence}. */
  endpoint(key: string): Endpoint | undefined {
    this.definitions ??= new Definitions();
    return this.definitions.find('endpoint', key, this.environment);
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
