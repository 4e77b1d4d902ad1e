import type { ConfigElement } from '../configuration/element.js';
import type { Problem } from '../configuration/problem.js';
import type { FlowContext } from './flow-context.js';

/** A file of a bundle's `resources/` folder. */
export interface Resource {
  /** Path for problems and faults, e.g. `apiproxy/resources/jsc/token.js`. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** The bytes as UTF-8. */
  readonly text: string;
}

/** A compiled condition of the condition language (api-management 2.3). */
export interface Condition {
  /** Whether it has to see content: bodies are built before it is asked. */
  readonly contentAware: boolean;
  isTrue(flow: FlowContext): boolean;
}

/** What a policy's `compile` may ask for. */
export interface PolicyContext {
  /** Name of the policy: its `name` attribute, else the stem of its file. */
  readonly name: string;
  /** Adds a finding; an error makes the bundle undeployable. Throwing a ConfigurationError does the same. */
  report(problem: Problem): void;
  /**
   * The file that a URL such as `jsc://token.js` names.
   * @throws ConfigurationError at `element` when the bundle has no such file
   */
  resource(url: string, element: ConfigElement): Resource;
  /** Compiles the condition that is the text of an element. @throws ConfigurationError with the place in the text */
  condition(element: ConfigElement): Condition;
}

/** A policy that was read and checked; one for all of its steps and messages, so it keeps no state of a message. */
export interface CompiledPolicy {
  /**
   * Runs the policy. One that does not wait returns nothing rather than a promise.
   * @throws PolicyFault to enter the error flow
   */
  run(flow: FlowContext): void | Promise<void>;
  /** Whether `run` looks at or keeps content of a message: bodies are built before. A step that does not streams. */
  readonly contentAware: boolean;
}

/** A policy type: the XML it accepts and how that XML becomes a step. */
export interface PolicyDefinition {
  /** Name of the root element, e.g. `AssignMessage`. */
  readonly element: string;
  /**
   * First part of the variable `PREFIX.{policy}.failed`, which the pipeline sets; the element's name in lower case when
   * absent.
   */
  readonly prefix?: string;
  /** One sentence for the documentation. */
  readonly summary: string;
  /**
   * Child elements that it reads; others are warned about. Those that every policy may have (DisplayName, Description,
   * FaultRules, Properties, Attributes, Tokens) need not be named, nor the common attributes: `enabled` and
   * `continueOnError` are the pipeline's.
   */
  readonly children: readonly string[];
  /**
   * Reads and checks the element once, at deploy.
   * @throws ConfigurationError when the policy cannot be deployed
   */
  compile(element: ConfigElement, context: PolicyContext): CompiledPolicy;
}

/** Declares a policy; the identity function with types. */
export function definePolicy(definition: PolicyDefinition): PolicyDefinition {
  return definition;
}
