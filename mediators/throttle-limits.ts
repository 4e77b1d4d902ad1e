import { Fault } from '../runtime/message/fault.js';
import type { CallerRule, ThrottlePolicy } from './throttle-policy.js';
import { ThrottleWindow } from './throttle-window.js';

/** Who sends a request, as the transport and the proxies before it say. */
export interface Caller {
  readonly domain: string | undefined;
  readonly address: string | undefined;
}

/** The rule for a caller, and the name of its counter: counters belong to the keys of the policy, not to callers. */
export interface MatchedRule {
  readonly counter: string;
  readonly rule: CallerRule;
}

/** Counts in this process what one throttle lets through (mediators 9.1). */
export class ThrottleLimits {
  readonly #windows = new Map<string, ThrottleWindow>();
  #free: number;

  constructor(readonly policy: ThrottlePolicy) {
    this.#free = policy.concurrency ?? Number.POSITIVE_INFINITY;
  }

  /** Takes one of the places for requests at once; false when there is none. */
  take(): boolean {
    if (this.#free <= 0) return false;
    this.#free--;
    return true;
  }

  giveBack(): void {
    this.#free++;
  }

  /** Whether a request of that caller may pass now (ms since an arbitrary start). @throws Fault for a key like `1.2.3.*` */
  accepts(caller: Caller, now: number): boolean {
    const matched = matchRule(this.policy, caller);
    if (matched?.rule.kind !== 'control') return matched?.rule.kind !== 'deny';
    const window = this.#windows.get(matched.counter) ?? new ThrottleWindow(matched.rule);
    this.#windows.set(matched.counter, window);
    return window.accepts(now);
  }
}

/** Undefined: the policy says nothing about the caller. @throws Fault for a key like `1.2.3.*` */
export function matchRule({ addresses, domains }: ThrottlePolicy, caller: Caller): MatchedRule | undefined {
  const domain = domainKey(domains, caller.domain);
  const key = domain ?? addressKey(addresses, caller.address);
  const rule = key === undefined ? undefined : (domain === undefined ? addresses : domains).get(key);
  return rule && { counter: `${domain === undefined ? 'ip' : 'domain'} ${key}`, rule };
}

/** The exact name, else `*.` and what is behind one dot after the other, else `other`. */
function domainKey(rules: ReadonlyMap<string, CallerRule>, domain: string | undefined): string | undefined {
  if (rules.size === 0) return undefined;
  if (domain !== undefined) {
    if (rules.has(domain)) return domain;
    for (let dot = domain.indexOf('.'); dot >= 0; dot = domain.indexOf('.', dot + 1)) {
      const key = `*${domain.slice(dot)}`;
      if (rules.has(key)) return key;
    }
  }
  return rules.has('other') ? 'other' : undefined;
}

/** The exact address, else a range of last numbers `1.2.3.4-1.2.3.9`, else `other`. */
function addressKey(rules: ReadonlyMap<string, CallerRule>, address: string | undefined): string | undefined {
  if (address !== undefined) {
    if (rules.has(address)) return address;
    for (const key of rules.keys()) if (key !== 'other' && inRange(key, address)) return key;
  }
  return rules.has('other') ? 'other' : undefined;
}

function inRange(key: string, address: string): boolean {
  if (key.includes('*')) throw new Fault(`Invalid string '*' in the throttle policy's address ${key}`);
  const [low = '', high] = key.split('-');
  if (high === undefined) return false;
  const at = address.lastIndexOf('.');
  if (at < 0 || low.trim().slice(0, low.trim().lastIndexOf('.')) !== address.slice(0, at)) return false;
  const last = Number(address.slice(at + 1));
  return last >= lastNumber(low) && last <= lastNumber(high);
}

const lastNumber = (address: string): number => Number(address.trim().slice(address.trim().lastIndexOf('.') + 1));
