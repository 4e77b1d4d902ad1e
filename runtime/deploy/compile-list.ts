import { compileOperation } from '../../mediators/connector-operation.js';
import { mediators } from '../../mediators/index.js';
import { type PlacedStep, stepList } from '../../mediators/list.js';
import type { MediatorDefinition } from '../../mediators/mediator.js';
import type { CompileContext, Step, StepList } from '../configuration/context.js';
import { type ConfigElement, SYNAPSE_NAMESPACE } from '../configuration/element.js';
import { nearest as nearestName } from '../configuration/nearest.js';
import { ConfigurationError } from '../configuration/problem.js';
import { warnAboutPatterns } from './explosive-patterns.js';
import { isDescription, isSynapse, warnAboutAttributes, warnAboutNames, warnAboutParameters } from './known-names.js';
import { noOperations, type Operations } from './operation.js';

const comment: Omit<PlacedStep, 'line'> = { mediator: 'comment', contentAware: false, mediate: () => true };

/** The mediators that a deployment knows: the built-in ones, those added with `defineMediator`, and operations. */
export class MediatorCatalogue {
  readonly #byName = new Map<string, MediatorDefinition>();
  readonly #ports = new Map<string, MediatorDefinition>();

  /**
   * @param extensions mediators of one's own
   * @param operations the operations of connectors
   * @param isBlocked which elements may not be used, by their local names
   */
  constructor(
    readonly extensions: readonly MediatorDefinition[] = [],
    readonly operations: Operations = noOperations,
    readonly isBlocked: (name: string) => boolean = () => false,
  ) {
    for (const definition of [...mediators, ...extensions]) {
      if (definition.javaClass === undefined) this.#byName.set(key(definition), definition);
      else this.#ports.set(definition.javaClass, definition);
    }
  }

  /** The port of a Java class, for `<class name="…">`. */
  port(javaClass: string): MediatorDefinition | undefined {
    return this.#ports.get(javaClass);
  }

  /** Finds the mediator for an element: its own name, else the part before the first dot (mediators 2.1). */
  find(element: ConfigElement): MediatorDefinition | undefined {
    // A lost or empty namespace is read as the Synapse one; the checker warns about it.
    const namespace = element.namespace === '' ? SYNAPSE_NAMESPACE : element.namespace;
    const name = element.localName;
    return this.#byName.get(`${namespace} ${name}`) ?? this.#byName.get(`${namespace} ${name.split('.')[0]}`);
  }

  /** Namespace of the mediator of this name. */
  namespaceOf(name: string): string | undefined {
    const found = [...this.#byName.values()].find((definition) => definition.name === name);
    return found && (found.namespace ?? SYNAPSE_NAMESPACE);
  }

  nearest(name: string): string | undefined {
    return nearestName(
      name,
      [...this.#byName.values()].map((definition) => definition.name),
    );
  }
}

function key(definition: MediatorDefinition): string {
  return `${definition.namespace ?? SYNAPSE_NAMESPACE} ${definition.name}`;
}

/**
 * Compiles the child mediators of an element. Every child that cannot be compiled is reported, so that one check shows
 * all problems of a file.
 */
export function compileChildren(
  parent: ConfigElement,
  context: CompileContext,
  catalogue: MediatorCatalogue,
): StepList {
  const steps: PlacedStep[] = [];
  reportBlocked(parent, context, catalogue);
  for (const child of parent.elementsAndComments()) {
    if (child === 'comment') steps.push({ ...comment, line: parent.line });
    else if (!isDescription(child)) {
      const step = compileStep(child, context, catalogue);
      if (!step) continue;
      steps.push(step);
      context.compiled?.(context.artifact, child);
    }
  }
  return stepList(steps, context.artifact);
}

/** All blocked mediators of a list are one problem (mediators 2.1). */
function reportBlocked(parent: ConfigElement, context: CompileContext, { isBlocked }: MediatorCatalogue): void {
  const [first, ...more] = parent.elements().filter(({ localName }) => isBlocked(localName));
  if (!first) return;
  const names = [first, ...more].map(({ localName }) => localName);
  context.report(
    first.problem('blocked-mediator', `These mediators are blocked on this server: ${[...new Set(names)].join(', ')}`, {
      hint: 'synapse.mediators.access.control.mode and .list of the server say which ones may be used',
    }),
  );
}

function compileStep(
  element: ConfigElement,
  context: CompileContext,
  catalogue: MediatorCatalogue,
): PlacedStep | undefined {
  try {
    const definition = catalogue.find(element);
    const step = definition
      ? compileMediator(element, definition, context)
      : compileConnectorOperation(element, context, catalogue);
    return { ...step, mediator: element.localName, line: element.line };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    context.report(error.problem);
    return undefined;
  }
}

function compileMediator(element: ConfigElement, definition: MediatorDefinition, context: CompileContext): Step {
  warnAboutNames(element, definition, context);
  return warnAboutPatterns(element, context, () => definition.compile(element, context));
}

/**
 * Compiles an operation of a connector (mediators 8.2).
 * @param entry key of the local entry that the element stands in, if it is a connection
 */
export function compileConnectorOperation(
  element: ConfigElement,
  context: CompileContext,
  catalogue: MediatorCatalogue,
  entry?: string,
): Step {
  const operation = isSynapse(element) ? catalogue.operations.find(element.localName) : undefined;
  if (!operation) return refuseUnknown(element, catalogue);
  const { target, parameters, obstacle } = operation;
  if (obstacle) {
    element.fail('unsupported-operation', `<${element.localName}> cannot run here: ${obstacle.reason}`, {
      ...(obstacle.hint === undefined ? {} : { hint: obstacle.hint }),
    });
  }
  warnAboutAttributes(element, ['configKey'], context);
  warnAboutParameters(element, parameters, context);
  return compileOperation(element, context, target, entry);
}

function refuseUnknown(element: ConfigElement, catalogue: MediatorCatalogue): never {
  const nearest = catalogue.nearest(element.localName);
  const elsewhere = nearest === element.localName ? catalogue.namespaceOf(nearest) : undefined;
  return element.fail('unknown-mediator', `Unknown mediator <${element.node.nodeName}>${namespaceNote(element)}`, {
    hint: elsewhere ? `<${nearest}> is in the namespace ${elsewhere}` : hintFor(element.localName, nearest, catalogue),
  });
}

function hintFor(name: string, nearest: string | undefined, { operations }: MediatorCatalogue): string {
  // No mediator has a dot in its name; operations of connectors do (mediators 8.2).
  if (name.includes('.')) return operations.hint(name);
  return nearest ? `did you mean <${nearest}>?` : 'docs/mediators.md lists the mediators of this version';
}

function namespaceNote(element: ConfigElement): string {
  const { namespace } = element;
  return namespace === SYNAPSE_NAMESPACE || namespace === '' ? '' : ` in namespace ${namespace}`;
}
