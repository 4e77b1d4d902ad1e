import type { ConfigElement } from '../../configuration/element.js';
import { attributeText, type ConfiguredValue, childText, configuredValue } from '../configured.js';
import { PolicyFault } from '../fault.js';
import type { FlowContext } from '../flow-context.js';
import { textOf } from '../value.js';

const algorithms = ['HS', 'RS', 'PS', 'ES'].flatMap((family) => ['256', '384', '512'].map((size) => family + size));

/** `<Algorithm>`, or `<Type>`-less policies with a list: each must be one that signs. */
export function algorithmsOf(element: ConfigElement): string[] {
  const child = element.element('Algorithm');
  const names = childText(element, 'Algorithm')?.split(/\s*,\s*/) ?? [];
  if (names.length === 0) {
    return (child ?? element).fail('missing-element', `<${element.localName}> needs an <Algorithm>`, {
      hint: `one of ${algorithms.join(', ')}`,
    });
  }
  for (const name of names) {
    if (algorithms.includes(name)) continue;
    return (child ?? element).fail('bad-value', `${element.localName} knows no algorithm ${name}`, {
      hint: `one of ${algorithms.join(', ')}`,
    });
  }
  return names;
}

/** A key by the variable that holds it. */
export interface KeyReference {
  readonly variable: string;
  readonly id: ConfiguredValue | undefined;
}

/** @param names of the elements that may hold it */
export function keyReference(element: ConfigElement, names: readonly string[]): KeyReference | undefined {
  for (const name of names) {
    const key = element.element(name);
    const value = key?.element('Value') ?? key?.element('Certificate');
    const variable = attributeText(value, 'ref');
    if (key && variable !== undefined) return { variable, id: configuredValue(key.element('Id')) };
    if (key && value) {
      return value.fail('missing-attribute', `<${name}> names no variable`, {
        hint: 'keys stand in variables: <Value ref="private.key"/>',
      });
    }
  }
  return undefined;
}

/** A key's text. @throws PolicyFault when the variable is not set */
export function keyText(flow: FlowContext, variable: string, policy: string): string {
  const text = textOf(flow.get(variable));
  if (text) return text;
  throw new PolicyFault({
    code: 'steps.jwt.KeyNotFound',
    text: `${policy}: the variable ${variable} holds no key`,
    status: 401,
  });
}

/** Claims that the policy names: strings, numbers, booleans, maps, and arrays where it says so. */
export function claimsOf(
  element: ConfigElement | undefined,
  report: (claim: ConfigElement) => never,
): { name: string; value: ConfiguredValue | undefined; type: string; isArray: boolean }[] {
  return (element?.elements() ?? []).map((claim) => ({
    name: attributeText(claim, 'name') ?? report(claim),
    value: configuredValue(claim),
    type: attributeText(claim, 'type')?.toLowerCase() ?? 'string',
    isArray: attributeText(claim, 'array')?.toLowerCase() === 'true',
  }));
}

/** The claim's value of its type; undefined when the variable is not set. */
export function claimValue({ value, type, isArray }: ReturnType<typeof claimsOf>[number], flow: FlowContext): unknown {
  const text = value?.of(flow);
  if (text === undefined) return undefined;
  return isArray ? text.split(',').map((part) => typed(part.trim(), type)) : typed(text, type);
}

function typed(text: string, type: string): unknown {
  switch (type) {
    case 'number':
      return Number(text);
    case 'boolean':
      return text.trim().toLowerCase() === 'true';
    case 'map':
      return JSON.parse(text) as unknown;
    default:
      return text;
  }
}

/** Milliseconds of `60m`, `1h`, `3600s`, `2d`, `500ms`; a bare number is seconds. */
export function durationMs(text: string): number | undefined {
  const match = /^\s*(\d+)\s*(ms|s|m|h|d|w)?\s*$/.exec(text);
  if (!match) return undefined;
  const unit = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }[match[2] ?? 's'] ?? 1_000;
  return Number(match[1]) * unit;
}
