import type {
  AccessToken,
  App,
  AuthorizationCode,
  Credential,
  Developer,
  Organization,
  Product,
} from '../../runtime/apigee/organization.js';

/** An organisation in plain maps, with the tutorial's developer, app, key and product; tests change them. */
export class OrganizationDouble implements Organization {
  readonly name = 'acme';
  readonly developers = new Map<string, Developer>();
  readonly apps = new Map<string, App>();
  readonly credentials = new Map<string, Credential>();
  readonly products = new Map<string, Product>();
  readonly issued = new Map<string, AccessToken>();
  readonly codes = new Map<string, AuthorizationCode>();
  readonly values = new Map<string, readonly string[]>();
  readonly cached = new Map<string, { value: unknown; expiresAt: number }>();
  readonly counts = new Map<string, { sum: number; expiresAt: number }>();
  readonly cacheResources = new Set<string>();
  readonly encryptedMaps = new Set<string>();
  now: () => number = Date.now;

  constructor() {
    this.developers.set('nikolai@example.com', {
      id: 'dev-1',
      email: 'nikolai@example.com',
      firstName: 'Nikolai',
      lastName: 'Tesla',
      userName: 'nikolai',
      status: 'active',
      attributes: {},
    });
    this.apps.set('app-1', {
      id: 'app-1',
      name: 'Weather App',
      developerEmail: 'nikolai@example.com',
      callbackUrl: 'https://app.example.com/callback',
      status: 'approved',
      attributes: { color: 'blue' },
      consumerKeys: ['key-1'],
    });
    this.credentials.set('key-1', {
      consumerKey: 'key-1',
      consumerSecret: 'secret-1',
      status: 'approved',
      expiresAt: -1,
      appId: 'app-1',
      products: [{ name: 'PremiumWeatherAPI', status: 'approved' }],
      attributes: {},
    });
    this.products.set('PremiumWeatherAPI', {
      name: 'PremiumWeatherAPI',
      displayName: 'Premium Weather API',
      description: '',
      approvalType: 'auto',
      apiResources: [],
      proxies: [],
      environments: [],
      scopes: ['READ', 'WRITE'],
      quota: '10',
      quotaInterval: '2',
      quotaTimeUnit: 'hour',
      attributes: {},
    });
  }

  credential = (key: string) => this.credentials.get(key);
  developer = (id: string) => this.developers.get(id) ?? [...this.developers.values()].find((one) => one.id === id);
  app = (id: string, email?: string) =>
    this.apps.get(id) ?? [...this.apps.values()].find((app) => app.name === id && app.developerEmail === email);
  product = (name: string) => this.products.get(name);
  targetServer = () => undefined;

  readonly tokens: Organization['tokens'] = {
    save: async (token) => void this.issued.set(token.accessToken, token),
    byAccessToken: async (text) => this.issued.get(text),
    byRefreshToken: async (text) => [...this.issued.values()].findLast(({ refreshToken }) => refreshToken === text),
    setStatus: async (token, status, part) => {
      const known = this.issued.get(token.accessToken) ?? token;
      this.issued.set(token.accessToken, {
        ...known,
        ...(part === 'refresh' ? {} : { status }),
        ...(part === 'access' ? {} : { refreshTokenStatus: status }),
      });
    },
    saveCode: async (code) => void this.codes.set(code.code, code),
    takeCode: async (text) => {
      const code = this.codes.get(text);
      this.codes.delete(text);
      return code;
    },
  };

  readonly keyValueMaps: Organization['keyValueMaps'] = {
    get: async (at, map, key) => this.values.get(JSON.stringify([at, map, key])),
    put: async (at, map, key, values) => void this.values.set(JSON.stringify([at, map, key]), values),
    delete: async (at, map, key) => void this.values.delete(JSON.stringify([at, map, key])),
    isEncrypted: (_at, map) => this.encryptedMaps.has(map),
  };

  readonly caches: Organization['caches'] = {
    has: (_environment, cache) => this.cacheResources.has(cache),
    get: async (_environment, cache, key) => {
      const entry = this.cached.get(`${cache} ${key}`);
      return entry && entry.expiresAt > this.now() ? entry.value : undefined;
    },
    put: async (_environment, cache, key, value, seconds = 300) => {
      this.cached.set(`${cache} ${key}`, { value, expiresAt: this.now() + seconds * 1000 });
    },
    delete: async (_environment, cache, key, children) => {
      for (const known of this.cached.keys()) {
        if (known === `${cache} ${key}` || (children && known.startsWith(`${cache} ${key}`))) this.cached.delete(known);
      }
    },
  };

  readonly counters: Organization['counters'] = {
    add: async (key, weight, expiresAt) => {
      const known = this.counts.get(key);
      const sum = known && known.expiresAt > this.now() ? known.sum + weight : weight;
      this.counts.set(key, { sum, expiresAt: known && known.expiresAt > this.now() ? known.expiresAt : expiresAt });
      return sum;
    },
  };
}
