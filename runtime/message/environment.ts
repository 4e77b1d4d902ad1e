import type { Transport } from '../transport/transport.js';
import type { Message } from './message.js';

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

/** What a local entry holds: text, or an XML element. */
export type EntryValue = string | import('@xmldom/xmldom').Element;

export interface RegistryResource {
  readonly mediaType: string | undefined;
  /** Bytes of the resource; text is UTF-8. */
  readonly content: Uint8Array;
  readonly properties: ReadonlyMap<string, string>;
}

/** The registry (artifacts 2.4). Keys are as written: `conf:/x`, `gov:/x`, `local:/x`, `resources:x`, `x`. */
export interface Registry {
  get(key: string): RegistryResource | undefined;
  /** Creates or overwrites a resource; resolves once it is durable. */
  put(key: string, content: string | Uint8Array, options?: { mediaType?: string }): void;
  setProperty(key: string, name: string, value: string): void;
}

export type LogLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL';

export interface LogContext {
  artifact?: string;
  correlationId?: string;
}

/** `logger` is the field's short class name that users know from their logs, e.g. `LogMediator`. */
export interface Logger {
  enabled(level: LogLevel): boolean;
  log(level: LogLevel, logger: string, text: string, context?: LogContext): void;
  /** Writes out what was gathered to be written together. */
  flush?(): void;
}

/** The switches of `synapse.properties` and the other server-wide values that a running message may ask for. */
export interface Environment {
  sequence(key: string): Sequence | undefined;
  endpoint(key: string): Endpoint | undefined;
  sequenceTemplate(name: string): SequenceTemplate | undefined;
  endpointTemplate?(name: string): EndpointTemplate | undefined;
  localEntry(key: string): EntryValue | undefined;
  readonly registry: Registry;
  /** Process-wide `system` scope. */
  readonly systemProperties: Map<string, string>;
  /** `file` scope and `$FILE:`. */
  fileProperty(name: string): string | undefined;
  /** `env` scope. */
  environmentVariable(name: string): string | undefined;
  /** A secret by its vault alias; undefined when there is none. */
  secret(alias: string): string | undefined;
  /** A switch of message-model 4.6 or another `synapse.properties` key. */
  property(key: string): string | undefined;
  /** Checks a user name and password against the server's users; absent where there are none. */
  readonly userCheck?: (user: string, password: string) => Promise<boolean>;
  readonly logger: Logger;
  /** The way out for endpoints; absent where messages never leave, as in expression tests. */
  readonly transport?: Transport;
}
