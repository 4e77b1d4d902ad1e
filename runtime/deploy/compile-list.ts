import { mediators } from '../../mediators/index.js';
import { type PlacedStep, stepList } from '../../mediators/list.js';
import { commonAttributes, type MediatorDefinition } from '../../mediators/mediator.js';
import type { CompileContext, StepList } from '../configuration/context.js';
import { type ConfigElement, SYNAPSE_NAMESPACE } from '../configuration/element.js';
import { nearest as nearestName } from '../configuration/nearest.js';
import { ConfigurationError } from '../configuration/problem.js';

const comment: Omit<PlacedStep, 'line'> = { mediator: 'comment', contentAware: false, mediate: () => true };

/** The mediators that a deployment knows: the built-in ones and those added with `defineMediator`. */
export class MediatorCatalogue {
  readonly #byName = new Map<string, MediatorDefinition>();
  readonly #ports = new Map<string, MediatorDefinition>();

  constructor(extensions: readonly MediatorDefinition[] = []) {
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
  for (const child of parent.elementsAndComments()) {
    if (child === 'comment') steps.push({ ...comment, line: parent.line });
    else if (!isDescription(child)) {
      const step = compileStep(child, context, catalogue);
      if (step) steps.push(step);
    }
  }
  return stepList(steps, context.artifact);
}

function isDescription(element: ConfigElement): boolean {
  return element.localName === 'description' && (element.namespace === SYNAPSE_NAMESPACE || element.namespace === '');
}

function compileStep(
  element: ConfigElement,
  context: CompileContext,
  catalogue: MediatorCatalogue,
): PlacedStep | undefined {
  try {
    const definition = catalogue.find(element) ?? refuseUnknown(element, catalogue);
    warnAboutAttributes(element, definition, context);
    const step = definition.compile(element, context);
    return { ...step, mediator: element.localName, line: element.line };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    context.report(error.problem);
    return undefined;
  }
}

function refuseUnknown(element: ConfigElement, catalogue: MediatorCatalogue): never {
  const nearest = catalogue.nearest(element.localName);
  const elsewhere = nearest === element.localName ? catalogue.namespaceOf(nearest) : undefined;
  return element.fail('unknown-mediator', `Unknown mediator <${element.node.nodeName}>${namespaceNote(element)}`, {
    hint: elsewhere ? `<${nearest}> is in the namespace ${elsewhere}` : hintFor(element.localName, nearest),
  });
}

function hintFor(name: string, nearest: string | undefined): string {
  // Nothing that runs has a dot in its name; operations of connectors do (mediators 8.2).
  const [connector, operation] = name.split('.');
  if (operation !== undefined) {
    return `it reads as an operation of the connector "${connector}", and connectors do not run in this version: call the service with <call>, or write the operation as a <template> for <call-template>`;
  }
  return nearest ? `did you mean <${nearest}>?` : 'docs/mediators.md lists the mediators of this version';
}

function namespaceNote(element: ConfigElement): string {
  const { namespace } = element;
  return namespace === SYNAPSE_NAMESPACE || namespace === '' ? '' : ` in namespace ${namespace}`;
}

function warnAboutAttributes(element: ConfigElement, definition: MediatorDefinition, context: CompileContext): void {
  const known = [...Object.keys(definition.attributes), ...commonAttributes];
  for (const { name } of element.attributes()) {
    if (known.includes(name) || name.includes(':')) continue;
    const nearest = nearestName(name, known);
    context.report(
      element.problem(
        'unknown-attribute',
        `<${element.localName}> does not know the attribute "${name}"; it is ignored`,
        {
          attribute: name,
          severity: 'warning',
          ...(nearest ? { hint: `did you mean "${nearest}"?` } : {}),
        },
      ),
    );
  }
}
