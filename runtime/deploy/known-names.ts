import { commonAttributes, type MediatorDefinition } from '../../mediators/mediator.js';
import type { CompileContext } from '../configuration/context.js';
import { type ConfigElement, SYNAPSE_NAMESPACE } from '../configuration/element.js';
import { nearest } from '../configuration/nearest.js';

/**
 * Warns about the names in a mediator that it does not know, which the reference engine ignores: attributes of its own and
 * of the elements inside, and child elements.
 */
export function warnAboutNames(element: ConfigElement, definition: MediatorDefinition, context: CompileContext): void {
  warnAboutAttributes(element, Object.keys(definition.attributes), context);
  if (Array.isArray(definition.children)) warnAboutChildren(element, definition.children, context);
  if (definition.inner) warnInside(element, '', definition.inner, context);
}

/** Warns about attributes that an element does not know. */
export function warnAboutAttributes(
  element: ConfigElement,
  attributes: readonly string[],
  context: CompileContext,
): void {
  const known = [...attributes, ...commonAttributes];
  for (const { name } of element.attributes()) {
    if (known.includes(name) || name.includes(':')) continue;
    const message = `<${element.localName}> does not know the attribute "${name}"; it is ignored`;
    warn(element, { name, known, code: 'unknown-attribute', message, attribute: name }, context);
  }
}

/** Warns about parameters that a connector's operation does not declare; they stay behind as properties (mediators 8.1). */
export function warnAboutParameters(
  element: ConfigElement,
  declared: readonly string[],
  context: CompileContext,
): void {
  const known = [...declared, 'responseVariable', 'overwriteBody'];
  for (const child of element.elements()) {
    const name = child.localName;
    if (known.includes(name) || isDescription(child)) continue;
    const message = `<${element.localName}> does not declare the parameter "${name}"`;
    warn(child, { name, known, code: 'unknown-parameter', message }, context);
  }
}

/** `<description>`, which every mediator and list may have. */
export function isDescription(element: ConfigElement): boolean {
  return element.localName === 'description' && isSynapse(element);
}

/** A lost or empty namespace is read as the Synapse one. */
export function isSynapse({ namespace }: ConfigElement): boolean {
  return namespace === SYNAPSE_NAMESPACE || namespace === '';
}

/** Warns about child elements that an element does not know. */
export function warnAboutChildren(element: ConfigElement, known: readonly string[], context: CompileContext): void {
  for (const child of element.elements()) {
    const name = child.localName;
    if (known.includes(name) || isDescription(child)) continue;
    const message = `<${element.localName}> does not know the element <${child.node.nodeName}>; it is ignored`;
    warn(child, { name, known, code: 'unknown-element', message }, context);
  }
}

function warnInside(
  element: ConfigElement,
  path: string,
  inner: Readonly<Record<string, readonly string[]>>,
  context: CompileContext,
): void {
  for (const child of element.elements()) {
    const known = isSynapse(child) ? inner[`${path}${child.localName}`] : undefined;
    if (!known) continue;
    warnAboutAttributes(child, known, context);
    warnInside(child, `${child.localName}/`, inner, context);
  }
}

interface UnknownName {
  readonly name: string;
  readonly known: readonly string[];
  readonly code: string;
  readonly message: string;
  readonly attribute?: string;
}

function warn(
  element: ConfigElement,
  { name, known, code, message, attribute }: UnknownName,
  context: CompileContext,
): void {
  const meant = nearest(name, known);
  context.report(
    element.problem(code, message, {
      ...(attribute === undefined ? {} : { attribute }),
      severity: 'warning',
      ...(meant ? { hint: `did you mean "${meant}"?` } : {}),
    }),
  );
}
