import { type LookupAddress, lookup as resolve } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { networkInterfaces } from 'node:os';

/** Reached after the rules said no; `message` names the host and the rule's list, for the operator. */
export class OutboundDenied extends Error {
  constructor(host: string, reason: string) {
    super(`${host} may not be called: ${reason}`);
    this.name = 'OutboundDenied';
  }
}

interface Patterns {
  names: ((host: string) => boolean)[];
  addresses: BlockList;
  /** `*` stands in the list. */
  all: boolean;
  empty: boolean;
}

/** A listener of this process that flows must never reach. */
export interface OwnListener {
  /** Bind address; `0.0.0.0` and `::` stand for every address of this machine. */
  address: string;
  port: number;
}

/**
 * Which hosts flows may call (product 1, `--outbound-allow`, `--outbound-deny`). Names are compared before and
 * addresses after resolution, on the very address that is then connected to, so a name that resolves to a forbidden
 * address is refused. Deny wins over allow; own listeners are always denied.
 */
export class OutboundRules {
  readonly #allow: Patterns;
  readonly #deny: Patterns;
  #own: OwnListener[] = [];

  /**
   * @param lists host names, patterns such as `*.example.com`, addresses and CIDR blocks, or `*` for everything. An empty
   *   `allow` allows all.
   * @throws TypeError naming the entry that is none of these.
   */
  constructor(lists: { allow?: readonly string[]; deny?: readonly string[] } = {}) {
    this.#allow = patterns(lists.allow ?? []);
    this.#deny = patterns(lists.deny ?? []);
  }

  /** The admin, management and internal listeners, once they listen. */
  denyListeners(listeners: readonly OwnListener[]): void {
    this.#own = [...listeners];
  }

  /** @throws OutboundDenied when the host's name, or the host when it is an address, may not be called. */
  checkHost(host: string, port: number): void {
    if (this.#deny.all) throw new OutboundDenied(host, 'everything is on the deny list');
    if (isIP(host)) {
      this.checkAddress(host, host, port);
      return;
    }
    if (this.#deny.names.some((matches) => matches(host))) throw new OutboundDenied(host, 'it is on the deny list');
  }

  /** Whether a host may be called by its name alone, whatever its address is. */
  allowsName(host: string): boolean {
    return this.#allow.empty || this.#allow.all || this.#allow.names.some((matches) => matches(host));
  }

  /** @throws OutboundDenied when the address that `host` resolved to may not be called. */
  checkAddress(host: string, address: string, port: number): void {
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (this.#deny.addresses.check(address, family)) throw new OutboundDenied(host, 'its address is on the deny list');
    if (!this.allowsName(host) && !this.#allow.addresses.check(address, family))
      throw new OutboundDenied(host, 'it is not on the allow list');
    if (this.#own.some((own) => own.port === port && sameMachine(own.address, address))) {
      throw new OutboundDenied(host, `port ${port} is a listener of this server that flows may not call`);
    }
  }

  /** A `lookup` for `net.connect` that yields only addresses which may be called. */
  lookupFor(port: number): LookupFunction {
    return (host, options, callback) => {
      resolve(host, { ...options, all: true }, (error, found: LookupAddress[]) => {
        if (error) {
          callback(error, '', 4);
          return;
        }
        let denied: unknown;
        const allowed = found.filter(({ address }) => {
          try {
            this.checkAddress(host, address, port);
            return true;
          } catch (reason) {
            denied = reason;
            return false;
          }
        });
        const [first] = allowed;
        if (!first) callback(denied as NodeJS.ErrnoException, '', 4);
        else if (options.all) callback(null, allowed);
        else callback(null, first.address, first.family);
      });
    };
  }
}

function patterns(entries: readonly string[]): Patterns {
  const found: Patterns = { names: [], addresses: new BlockList(), all: false, empty: entries.length === 0 };
  for (const entry of entries.map((text) => text.trim().toLowerCase()).filter(Boolean)) {
    if (entry === '*') {
      found.all = true;
      continue;
    }
    const [base = '', bits] = entry.split('/');
    const version = isIP(base);
    if (version) {
      const family = version === 6 ? 'ipv6' : 'ipv4';
      const length = bits === undefined ? (version === 6 ? 128 : 32) : Number(bits);
      if (!Number.isInteger(length) || length < 0 || length > (version === 6 ? 128 : 32)) {
        throw new TypeError(`"${entry}" is no CIDR block: the prefix length must be 0 to ${version === 6 ? 128 : 32}`);
      }
      found.addresses.addSubnet(base, length, family);
    } else if (/^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?$/.test(entry)) {
      found.names.push(nameMatcher(entry));
    } else {
      throw new TypeError(`"${entry}" is no host name, host pattern (*.example.com), address or CIDR block`);
    }
  }
  return found;
}

function nameMatcher(pattern: string): (host: string) => boolean {
  const wanted = pattern.replace(/\.$/, '');
  const suffix = wanted.startsWith('*.') ? wanted.slice(1) : undefined;
  return (host) => {
    const name = host.toLowerCase().replace(/\.$/, '');
    return suffix === undefined ? name === wanted : name.endsWith(suffix);
  };
}

/** Whether connecting to `address` reaches something bound to `bound` on this machine. */
function sameMachine(bound: string, address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (plain === bound) return true;
  const anyAddress = plain === '0.0.0.0' || plain === '::';
  const loopback = plain.startsWith('127.') || plain === '::1';
  if (anyAddress) return true;
  if (bound !== '0.0.0.0' && bound !== '::') return false;
  const local = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return loopback || local.some((entry) => entry.address === plain);
}
