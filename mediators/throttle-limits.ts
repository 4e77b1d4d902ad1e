import { Fault } from '../runtime/message/fault.js';
import type { CallerRule, ThrottlePolicy } from './throttle-policy.js';

/** Who sends a request, as the transport and the proxies before it say. */
export interface Caller {
  readonly domain: string | undefined;
  readonly address: string | undefined;
}

/** Counts what one throttle lets through (mediators 9.1). Counters belong to the keys of the policy, not to callers. */
export class ThrottleLimits {
  readonly #windows = new Map<string, Window>();
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
    const { addresses, domains } = this.policy;
    const domain = domainKey(domains, caller.domain);
    const key = domain ?? addressKey(addresses, caller.address);
    const rule = domain === undefined ? key !== undefined && addresses.get(key) : domains.get(domain);
    if (!rule || key === undefined || rule.kind === 'allow') return true;
    if (rule.kind === 'deny') return false;
    const name = `${domain === undefined ? 'ip' : 'domain'} ${key}`;
    const window = this.#windows.get(name) ?? new Window(rule);
    this.#windows.set(name, window);
    return window.accepts(now);
  }
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

/** The unit of time that is running for one key. */
class Window {
  #start: number | undefined;
  #count = 0;
  /** When requests pass again after too many. */
  #next: number | undefined;

  constructor(private readonly rule: Extract<CallerRule, { kind: 'control' }>) {}

  accepts(now: number): boolean {
    const { maximum, unit, prohibit } = this.rule;
    if (maximum === 0) return false;
    if (this.#start === undefined) return this.#restart(now);
    if (now < this.#start + unit) {
      if (this.#count < maximum) {
        this.#count++;
        return true;
      }
      this.#next ??= prohibit === 0 ? this.#start + unit : now + prohibit;
      return now >= this.#next && this.#restart(now);
    }
    if (this.#count < maximum || this.#next === undefined || now >= this.#next) return this.#restart(now);
    return false;
  }

  #restart(now: number): true {
    this.#start = now;
    this.#count = 1;
    this.#next = undefined;
    return true;
  }
}
