import type { CompileContext, Step } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';

/** One attribute that a mediator's element accepts; read by the checker and by the generated documentation. */
export interface AttributeDescription {
  /** What the attribute means, one sentence. */
  description: string;
  required?: boolean;
  default?: string;
  /** Allowed values, when they are a fixed list. */
  values?: readonly string[];
}

/** A mediator: the XML it accepts and how that XML becomes a step. */
export interface MediatorDefinition {
  /** Local name of the element, e.g. `property`. */
  readonly name: string;
  /** Namespace of the element; the Synapse namespace when absent. */
  readonly namespace?: string;
  /**
   * Makes this the port of a Java mediator: `<class name="…">` with this class runs it, and `name` is no element of its
   * own (mediators 11).
   */
  readonly javaClass?: string;
  /** One sentence for the reference documentation. */
  readonly summary: string;
  /** Accepted attributes; others are warned about, since the reference engine ignores them. */
  readonly attributes: Readonly<Record<string, AttributeDescription>>;
  /** Accepted child elements by local name; `'mediators'` for a list container, absent when there are none. */
  readonly children?: readonly string[] | 'mediators';
  /**
   * Attributes that elements inside accept, by their path in the mediator, e.g. `source` or `args/arg`; in a path of two
   * names only the parent counts, however deep it is. Elements without a path here are not looked at.
   */
  readonly inner?: Readonly<Record<string, readonly string[]>>;
  /**
   * Reads and checks the element once, at deploy.
   * @throws ConfigurationError when the element cannot be deployed.
   */
  compile(element: ConfigElement, context: CompileContext): Step;
}

/** Declares a mediator; the identity function with types. */
export function defineMediator(definition: MediatorDefinition): MediatorDefinition {
  return definition;
}

/** Attributes that every mediator accepts and that change no result (mediators 2.1). */
export const commonAttributes: readonly string[] = ['description', 'statistics', 'trace', 'traceFilter'];

/** Attributes of a `<target>` (mediators 2.8), and of the `<property>` in some mediators (2.7). */
export const targetAttributes: readonly string[] = ['to', 'soapAction', 'sequence', 'endpoint'];
export const propertyAttributes: readonly string[] = ['name', 'value', 'expression', 'scope', 'type'];
