import type {
  AccessToken,
  App,
  AuthorizationCode,
  Caches,
  Counters,
  Credential,
  Developer,
  KeyValueMaps,
  MapScope,
  Organization,
  Product,
  TargetServer,
  TokenStore,
} from '../../runtime/apigee/organization.js';

/** An organisation over plain objects: tests put in what they need, and look at what is left. */
export class MemoryOrganization implements Organization {
  readonly name = 'acme';
  readonly credentials = new Map<string, Credential>();
  readonly developers: Developer[] = [];
  readonly apps: App[] = [];
  readonly products = new Map<string, Product>();
  readonly targetServers = new Map<string, TargetServer>();
  readonly tokens = new MemoryTokens();
  readonly keyValueMaps = new MemoryMaps();
  readonly caches: MemoryCaches;
  readonly counters: Counters;

  constructor(now: () => number = Date.now) {
    this.caches = new MemoryCaches(now);
    this.counters = memoryCounters(now);
  }

  credential(consumerKey: string): Credential | undefined {
    return this.credentials.get(consumerKey);
  }

  developer(id: string): Developer | undefined {
    return this.developers.find((one) => one.id === id || one.email === id);
  }

  app(id: string, developerEmail?: string): App | undefined {
    return this.apps.find(
      (one) => one.id === id || (one.name === id && (!developerEmail || one.developerEmail === developerEmail)),
    );
  }

  product(name: string): Product | undefined {
    return this.products.get(name);
  }

  /** Keys are `environment/name`. */
  targetServer(environment: string, name: string): TargetServer | undefined {
    return this.targetServers.get(`${environment}/${name}`);
  }
}

class MemoryTokens implements TokenStore {
  readonly all: AccessToken[] = [];
  readonly codes = new Map<string, AuthorizationCode>();

  async save(token: AccessToken): Promise<void> {
    this.all.push(token);
  }

  async byAccessToken(accessToken: string): Promise<AccessToken | undefined> {
    return this.all.find((token) => token.accessToken === accessToken);
  }

  async byRefreshToken(refreshToken: string): Promise<AccessToken | undefined> {
    return this.all.findLast((token) => token.refreshToken === refreshToken);
  }

  async setStatus(
    token: AccessToken,
    status: AccessToken['status'],
    part: 'access' | 'refresh' | 'both',
  ): Promise<void> {
    const index = this.all.findIndex(({ accessToken }) => accessToken === token.accessToken);
    const known = this.all[index];
    if (!known) return;
    this.all[index] = {
      ...known,
      ...(part === 'refresh' ? {} : { status }),
      ...(part === 'access' ? {} : { refreshTokenStatus: status }),
    };
  }

  async saveCode(code: AuthorizationCode): Promise<void> {
    this.codes.set(code.code, code);
  }

  async takeCode(code: string): Promise<AuthorizationCode | undefined> {
    const found = this.codes.get(code);
    this.codes.delete(code);
    return found;
  }
}

class MemoryMaps implements KeyValueMaps {
  readonly values = new Map<string, readonly string[]>();
  readonly encrypted = new Set<string>();

  async get(at: MapScope, map: string, key: string): Promise<readonly string[] | undefined> {
    return this.values.get(mapKey(at, map, key));
  }

  async put(at: MapScope, map: string, key: string, values: readonly string[]): Promise<void> {
    this.values.set(mapKey(at, map, key), values);
  }

  async delete(at: MapScope, map: string, key: string): Promise<void> {
    this.values.delete(mapKey(at, map, key));
  }

  isEncrypted(_at: MapScope, map: string): boolean {
    return this.encrypted.has(map);
  }
}

function mapKey(at: MapScope, map: string, key: string): string {
  return [at.scope, at.environment, at.proxy, at.policy, map, key].join('/');
}

export class MemoryCaches implements Caches {
  /** Names of cache resources, in every environment. */
  readonly names = new Set<string>();
  readonly entries = new Map<string, { readonly value: unknown; readonly expiresAt: number }>();

  constructor(private readonly now: () => number) {}

  has(_environment: string, cache: string): boolean {
    return this.names.has(cache);
  }

  async get(environment: string, cache: string, key: string): Promise<unknown> {
    const entry = this.entries.get(`${environment}/${cache}/${key}`);
    return entry && entry.expiresAt > this.now() ? entry.value : undefined;
  }

  async put(environment: string, cache: string, key: string, value: unknown, seconds?: number): Promise<void> {
    const expiresAt = seconds === undefined ? Number.POSITIVE_INFINITY : this.now() + seconds * 1000;
    this.entries.set(`${environment}/${cache}/${key}`, { value: structuredClone(value), expiresAt });
  }

  async delete(environment: string, cache: string, key: string, children: boolean): Promise<void> {
    const whole = `${environment}/${cache}/${key}`;
    for (const known of [...this.entries.keys()]) {
      if (known === whole || (children && known.startsWith(whole))) this.entries.delete(known);
    }
  }
}

function memoryCounters(now: () => number): Counters {
  const windows = new Map<string, { sum: number; expiresAt: number }>();
  const next = new Map<string, number>();
  return {
    pass(key, spacing) {
      if (now() < (next.get(key) ?? 0)) return false;
      next.set(key, now() + spacing);
      return true;
    },
    async add(key, weight, expiresAt) {
      const known = windows.get(key);
      const window = known && known.expiresAt > now() ? known : { sum: 0, expiresAt };
      window.sum += weight;
      windows.set(key, window);
      return window.sum;
    },
  };
}
