/**
 * What the policies of an Apigee bundle ask of the organisation around them (api-management 2.9). The server implements
 * it over its store, tests over plain objects. Reads of entities are answered from memory; what is shared between nodes
 * (tokens, key value maps, cached values, counters) is asynchronous.
 */
export interface Organization {
  readonly name: string;
  /** The credential of a consumer key, whatever its status; undefined when there is none. */
  credential(consumerKey: string): Credential | undefined;
  /** A developer by e-mail address or id. */
  developer(id: string): Developer | undefined;
  /** An app by its id, or by its name and its developer's e-mail address. */
  app(id: string, developerEmail?: string): App | undefined;
  product(name: string): Product | undefined;
  readonly tokens: TokenStore;
  readonly keyValueMaps: KeyValueMaps;
  readonly caches: Caches;
  readonly counters: Counters;
  /** A target server of an environment, for `<LoadBalancer><Server name="…"/>`. */
  targetServer(environment: string, name: string): TargetServer | undefined;
}

export type Status = 'approved' | 'pending' | 'revoked';
export type Attributes = Readonly<Record<string, string>>;

export interface Developer {
  readonly id: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly userName: string;
  readonly status: 'active' | 'inactive';
  readonly attributes: Attributes;
}

export interface App {
  /** The UUID that token responses call `application_name`. */
  readonly id: string;
  readonly name: string;
  readonly developerEmail: string;
  readonly callbackUrl: string;
  readonly status: Status;
  readonly attributes: Attributes;
  /** Consumer keys, oldest first. */
  readonly consumerKeys: readonly string[];
}

export interface Credential {
  readonly consumerKey: string;
  readonly consumerSecret: string;
  readonly status: Status;
  /** Milliseconds since the epoch; -1: never. */
  readonly expiresAt: number;
  readonly appId: string;
  readonly products: readonly { readonly name: string; readonly status: Status }[];
  readonly attributes: Attributes;
}

export interface Product {
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly approvalType: 'auto' | 'manual';
  /** Path patterns such as `/**`; empty: every path. */
  readonly apiResources: readonly string[];
  /** Names of proxies; empty: all. */
  readonly proxies: readonly string[];
  /** Names of environments; empty: all. */
  readonly environments: readonly string[];
  readonly scopes: readonly string[];
  /** Texts, as the management calls take them; empty when not set. */
  readonly quota: string;
  readonly quotaInterval: string;
  readonly quotaTimeUnit: string;
  readonly attributes: Attributes;
}

/** An access token with what was granted; times in milliseconds since the epoch, -1: never. */
export interface AccessToken {
  readonly accessToken: string;
  readonly clientId: string;
  readonly appId: string;
  readonly scope: string;
  readonly status: Status;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly grantType: string;
  /** Empty when the grant gives none; likewise the times then. */
  readonly refreshToken: string;
  readonly refreshTokenIssuedAt: number;
  readonly refreshTokenExpiresAt: number;
  readonly refreshTokenStatus: Status;
  readonly refreshCount: number;
  readonly appEndUser: string;
  readonly attributes: Attributes;
}

export interface AuthorizationCode {
  readonly code: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scope: string;
  readonly expiresAt: number;
  readonly appEndUser: string;
  readonly attributes: Attributes;
}

/** Tokens are stored by a digest of their text: what is read back carries the text that it was asked by. */
export interface TokenStore {
  save(token: AccessToken): Promise<void>;
  byAccessToken(accessToken: string): Promise<AccessToken | undefined>;
  /** The newest token of that refresh token: one that is used again belongs to several. */
  byRefreshToken(refreshToken: string): Promise<AccessToken | undefined>;
  /** Sets the status of the access token, of its refresh token, or of both. */
  setStatus(token: AccessToken, status: Status, part: 'access' | 'refresh' | 'both'): Promise<void>;
  saveCode(code: AuthorizationCode): Promise<void>;
  /** Gives the code and forgets it: each is good once. */
  takeCode(code: string): Promise<AuthorizationCode | undefined>;
}

/** Where a key value map belongs; `environment`, `proxy` and `policy` are given as far as the scope needs them. */
export interface MapScope {
  readonly scope: 'organization' | 'environment' | 'apiproxy' | 'policy';
  readonly environment: string;
  readonly proxy: string;
  readonly policy: string;
}

export interface KeyValueMaps {
  /** Values of a key; undefined when the map or the key does not exist. */
  get(at: MapScope, map: string, key: string): Promise<readonly string[] | undefined>;
  put(at: MapScope, map: string, key: string, values: readonly string[]): Promise<void>;
  delete(at: MapScope, map: string, key: string): Promise<void>;
  /** Whether values of the map are encrypted: they may be read into `private.` variables only. */
  isEncrypted(at: MapScope, map: string): boolean;
}

/** The cache of an environment that serves policies without `<CacheResource>`. */
export const sharedCache = '_default';

export interface Caches {
  /** Whether the environment has a cache resource of this name; it always has the {@link sharedCache}. */
  has(environment: string, cache: string): boolean;
  get(environment: string, cache: string, key: string): Promise<unknown>;
  /** @param seconds undefined: as long as the cache resource says. */
  put(environment: string, cache: string, key: string, value: unknown, seconds: number | undefined): Promise<void>;
  /** Deletes a key, or with `children` every key that begins with it. */
  delete(environment: string, cache: string, key: string, children: boolean): Promise<void>;
}

/** Counters of Quota and SpikeArrest policies. */
export interface Counters {
  /**
   * Adds to the counter of a window and gives the sum; a window that is over begins anew at zero.
   * @param expiresAt milliseconds since the epoch at which the window ends
   */
  add(key: string, weight: number, expiresAt: number): Promise<number>;
  /**
   * Whether a message may pass now; the next one of the key may when the spacing (ms) is over. A promise where other
   * processes count, too.
   */
  pass(key: string, spacing: number): boolean | Promise<boolean>;
}

export interface TargetServer {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly isEnabled: boolean;
  readonly ssl: boolean;
}
