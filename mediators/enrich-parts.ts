import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import type { Expression } from '../runtime/expression/expression.js';
import { booleanAttribute, choiceAttribute, requiredAttribute } from './attribute.js';
import { compileInline, type EnrichInline } from './enrich-inline.js';

/** The `<source>` of an enrich. `copies`: what it reads stays where it is (`clone`). */
export type EnrichSource = { readonly copies: boolean } & (
  | { readonly type: 'custom'; readonly path: Expression }
  | { readonly type: 'envelope' }
  | { readonly type: 'body' }
  | { readonly type: 'property'; readonly property: string }
  | { readonly type: 'inline'; readonly inline: EnrichInline }
);

export type EnrichAction = 'replace' | 'child' | 'sibling' | 'remove';

/** The `<target>` of an enrich. */
export type EnrichTarget = { readonly action: EnrichAction } & (
  | { readonly type: 'custom'; readonly path: Expression }
  | { readonly type: 'envelope' }
  | { readonly type: 'body' }
  | { readonly type: 'property'; readonly property: string }
  | { readonly type: 'key'; readonly path: Expression }
);

const sourceTypes = ['custom', 'envelope', 'body', 'property', 'inline'] as const;
const targetTypes = ['custom', 'envelope', 'body', 'property', 'key'] as const;
const actions = ['replace', 'child', 'sibling', 'remove'] as const;

/** @throws ConfigurationError for an unknown type or a source that names nothing */
export function compileSource(element: ConfigElement, context: CompileContext): EnrichSource {
  const type = choiceAttribute(element, 'type', sourceTypes, 'custom');
  const copies = element.attribute('clone') === undefined || booleanAttribute(element, 'clone');
  switch (type) {
    case 'custom':
      return { type, copies, path: compilePath(element, context) };
    case 'property':
      return { type, copies, property: requiredAttribute(element, 'property') };
    case 'inline':
      return { type, copies, inline: compileInline(element) };
    default:
      return { type, copies };
  }
}

/** @throws ConfigurationError for an unknown type or action, or a target that names nothing */
export function compileTarget(element: ConfigElement, context: CompileContext): EnrichTarget {
  const type = choiceAttribute(element, 'type', targetTypes, 'custom');
  const action = choiceAttribute(element, 'action', actions, 'replace');
  switch (type) {
    case 'custom':
    case 'key':
      return { type, action, path: compilePath(element, context) };
    case 'property':
      return { type, action, property: requiredAttribute(element, 'property') };
    default:
      return { type, action };
  }
}

/** The reference deploys `${…}` here, too, and faults for every message. */
function compilePath(element: ConfigElement, context: CompileContext): Expression {
  requiredAttribute(element, 'xpath');
  const path = context.expression(element, 'xpath');
  if (path.language === 'synapse') {
    context.report(
      element.problem('invalid-expression', 'enrich cannot use ${…}; every message will fault', {
        attribute: 'xpath',
        severity: 'warning',
        hint: 'write an XPath or json-eval($.path)',
      }),
    );
  }
  return path;
}

/** Refuses what the reference refuses (mediators 6.2 "Deploy errors"). */
export function checkCombination(element: ConfigElement, source: EnrichSource, target: EnrichTarget): void {
  const refuse = (reason: string, hint: string): never => element.fail('invalid-combination', reason, { hint });
  const pair = `${source.type} to ${target.type}`;
  if (refusedPairs.includes(pair)) refuse(`<enrich> cannot go from ${pair}`, 'choose another source or target type');
  if (target.type === 'envelope' && target.action !== 'replace') {
    refuse('the envelope can only be replaced', 'leave "action" out');
  }
  if (target.action === 'remove' && source.type !== 'custom') {
    refuse('action="remove" takes the paths from a custom source', 'write <source xpath="json-eval($.path)"/>');
  }
  if (target.action === 'remove' && (target.type === 'custom' || target.type === 'envelope')) {
    refuse('action="remove" works on the body or a property', 'use <target type="body" action="remove"/>');
  }
  if (target.type === 'key' && target.action !== 'replace') {
    refuse('a key can only be renamed', 'leave "action" out');
  }
  if (target.type === 'custom' && target.action === 'replace' && /^json-eval\(\$\.?\)$/.test(target.path.source)) {
    refuse('the root of the body cannot be replaced by its path', 'use <target type="body"/>');
  }
}

const refusedPairs: readonly string[] = [
  'envelope to custom',
  'envelope to envelope',
  'envelope to body',
  'body to envelope',
  'body to body',
  'custom to envelope',
  'body to key',
];
