import type { Expression } from '../expression/expression.js';
import type { Mediate } from '../message/message.js';
import type { ConfigElement } from './element.js';
import type { Lifetime } from './lifetime.js';
import type { Problem } from './problem.js';

/** A compiled step of a list: what a mediator's `compile` returns. */
export interface Step {
  readonly mediate: Mediate;
  /** Whether the body has to be built before the step runs (mediators 2.4). */
  readonly contentAware: boolean;
}

/** A compiled list of mediators: a sequence, a branch. */
export interface StepList {
  readonly mediate: Mediate;
  /** Number of mediators, comments included. */
  readonly length: number;
}

/** What a mediator's or endpoint's `compile` may ask for. One context a file; problems are collected in it. */
export interface CompileContext {
  /** Label of the artifact for faults and traces, e.g. `api:Hello`, `sequence:main`. */
  readonly artifact: string;
  /** Adds a finding; an error makes the artifact undeployable. */
  report(problem: Problem): void;
  /** Compiles the child mediators of an element. Bad children are reported, all of them. */
  children(parent: ConfigElement): StepList;
  /** Compiles the expression in an attribute (or `text`, placed at the element). Throws ConfigurationError. */
  expression(element: ConfigElement, attribute: string, text?: string): Expression;
  /** Value of a `$FILE:` key (artifacts 6.9); absent where there are no file properties. */
  fileProperty?(name: string): string | undefined;
  /**
   * Placeholders in URI templates that can never have a value are errors on upload. Artifacts of a folder run as in the
   * reference engine, where such a placeholder vanishes: a warning.
   */
  readonly unresolvedPlaceholders?: 'error' | 'warning';
  /** The artifact is the server owner's, who lets scripts run outside of the sandbox (mediators 6.11). */
  readonly trusted?: boolean;
  /** What was registered as the port of a Java class; absent where nothing can be registered. */
  portOf?(javaClass: string): { compile(element: ConfigElement, context: CompileContext): Step } | undefined;
  /** Told of every mediator that compiles; absent where nobody counts them. */
  readonly compiled?: (artifact: string, element: ConfigElement) => void;
  /** When the artifact is deployed and when it goes; absent where nothing is deployed. */
  readonly lifetime?: Lifetime;
  /** Compiles an endpoint element (`<endpoint …>`). */
  endpoint(element: ConfigElement): import('../message/message.js').Endpoint;
}
