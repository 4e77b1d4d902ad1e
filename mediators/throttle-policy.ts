import type { Element } from '@xmldom/xmldom';
import type { WindowRule } from '../runtime/message/shared-state.js';
import { childElements, directText } from '../runtime/xml/walk.js';

/** What a policy says about the callers that one key stands for (mediators 9.1). */
export type CallerRule =
  | { readonly kind: 'allow' }
  | { readonly kind: 'deny' }
  /** A `maximum` that is Infinity lets any number pass. */
  | ({ readonly kind: 'control' } & WindowRule);

/** A throttle policy: a limit of requests at once, and rules by the key of their callers. */
export interface ThrottlePolicy {
  readonly concurrency: number | undefined;
  readonly addresses: ReadonlyMap<string, CallerRule>;
  readonly domains: ReadonlyMap<string, CallerRule>;
}

type ResolveValue = (text: string) => string;

/** A policy that cannot be used; the message says why. */
export class PolicyError extends Error {}

const assertions = new Set([
  'MediatorThrottleAssertion',
  'ThrottleAssertion',
  'ServiceThrottleAssertion',
  'ModuleThrottleAssertion',
]);

/**
 * Reads a WS-Policy with a throttle assertion, in the present form (`Allow`, `Deny`, `Control`) or the older one
 * (`IsAllow`, with `All` and `ExactlyOne` around). The nesting of the policy operators does not count.
 * @param resolve gives the value of a text such as `$SYSTEM:NAME`, and any other text as it is
 * @throws PolicyError, or what `resolve` throws
 */
export function parsePolicy(root: Element, resolve: ResolveValue = (text) => text): ThrottlePolicy {
  const assertion = descendants(root).find(({ localName }) => assertions.has(localName ?? ''));
  if (!assertion) throw new PolicyError('The policy has no MediatorThrottleAssertion');
  const addresses = new Map<string, CallerRule>();
  const domains = new Map<string, CallerRule>();
  const callers = descendants(assertion).filter((element) => child(element, 'ID') !== undefined);
  for (const caller of callers) {
    const id = child(caller, 'ID') as Element;
    const type = callerType(id);
    const rule = ruleOf(caller, resolve);
    // Roles need an authentication that a mediation sequence does not have: such a rule applies to nobody.
    if (type === 'IP') addresses.set(directText(id).trim(), rule);
    else if (type === 'DOMAIN') domains.set(directText(id).trim(), rule);
  }
  return { concurrency: concurrencyOf(assertion, resolve), addresses, domains };
}

function callerType(id: Element): string {
  for (let index = 0; index < id.attributes.length; index++) {
    const attribute = id.attributes.item(index);
    const type = attribute?.localName === 'type' ? attribute.value.trim().toUpperCase() : undefined;
    if (type === 'IP' || type === 'DOMAIN' || type === 'ROLE') return type;
    if (type !== undefined) throw new PolicyError(`An ID has the type ${type}, which is none of IP, DOMAIN and ROLE`);
  }
  throw new PolicyError('An ID has no type: IP, DOMAIN or ROLE');
}

function ruleOf(caller: Element, resolve: ResolveValue): CallerRule {
  const inside = descendants(caller);
  const named = (name: string) => inside.find(({ localName }) => localName === name);
  const count = named('MaximumCount');
  if (!count) {
    const allow = named('IsAllow');
    if (named('Deny') || (allow && directText(allow).trim().toLowerCase() !== 'true')) return { kind: 'deny' };
    if (named('Allow') || allow) return { kind: 'allow' };
    throw new PolicyError('A rule has neither Allow, Deny nor Control with a MaximumCount');
  }
  const unit = numberIn(named('UnitTime'), resolve);
  if (!unit) throw new PolicyError('A Control needs a UnitTime in milliseconds that is not zero');
  const text = resolve(directText(count).trim()).trim();
  const maximum = /^[+-]?\d+$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY;
  return { kind: 'control', maximum, unit, prohibit: numberIn(named('ProhibitTimePeriod'), resolve) ?? 0 };
}

function concurrencyOf(assertion: Element, resolve: ResolveValue): number | undefined {
  const element = descendants(assertion).find(({ localName }) => localName === 'MaximumConcurrentAccess');
  const limit = numberIn(element, resolve);
  if (limit !== undefined && limit <= 0) throw new PolicyError('MaximumConcurrentAccess has to be greater than 0');
  return limit;
}

function numberIn(element: Element | undefined, resolve: ResolveValue): number | undefined {
  if (!element) return undefined;
  const text = resolve(directText(element).trim()).trim();
  if (text === '') return undefined;
  if (!/^\d+$/.test(text)) throw new PolicyError(`${element.localName} is no whole number: ${text}`);
  return Number(text);
}

function child(element: Element, name: string): Element | undefined {
  return childElements(element).find(({ localName }) => localName === name);
}

function descendants(element: Element): Element[] {
  return childElements(element).flatMap((one) => [one, ...descendants(one)]);
}
