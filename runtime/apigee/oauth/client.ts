import { createHash, timingSafeEqual } from 'node:crypto';
import type { App, Credential, Developer, Organization, Product } from '../organization.js';

/** A consumer key with all that hangs on it, every part approved and active. */
export interface Client {
  readonly credential: Credential;
  readonly app: App;
  readonly developer: Developer | undefined;
  /** Products that are approved for the key. */
  readonly products: readonly Product[];
}

/**
 * The client of a consumer key (api-management 2.6): key and app approved, the key not expired, the developer active.
 * @returns undefined when any of it is not so
 */
export function activeClient(organization: Organization, key: string | undefined, now: number): Client | undefined {
  const credential = key === undefined ? undefined : organization.credential(key);
  if (credential?.status !== 'approved') return undefined;
  if (credential.expiresAt !== -1 && credential.expiresAt <= now) return undefined;
  const app = organization.app(credential.appId);
  if (app?.status !== 'approved') return undefined;
  const developer = organization.developer(app.developerEmail);
  if (developer && developer.status !== 'active') return undefined;
  const products = credential.products.flatMap(({ name, status }) => {
    const product = status === 'approved' ? organization.product(name) : undefined;
    return product ? [product] : [];
  });
  return { credential, app, developer, products };
}

/** Compares in a time that tells nothing of the secret. */
export function isSecret(client: Client, secret: string | undefined): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(client.credential.consumerSecret), digest(secret ?? ''));
}

/** Scopes of a token: what was asked for, as far as the products have it; all of theirs when nothing was. */
export function grantedScope(client: Client, asked: string | undefined): string {
  const offered = [...new Set(client.products.flatMap(({ scopes }) => scopes))].filter((scope) => scope !== '');
  if (asked === undefined) return offered.join(' ');
  return asked
    .split(/\s+/)
    .filter((scope) => offered.includes(scope))
    .join(' ');
}

/** How a proxy is reached, as products limit it. */
export interface ProductCall {
  readonly proxy: string;
  readonly environment: string;
  /** `proxy.pathsuffix`. */
  readonly path: string;
}

/** The first product that allows the call; else why there is none: no product has the proxy, or none the path. */
export function matchProduct(
  products: readonly Product[],
  { proxy, environment, path }: ProductCall,
): Product | 'no-product' | 'no-resource' {
  const forProxy = products.filter(
    ({ proxies, environments }) =>
      (proxies.length === 0 || proxies.includes(proxy)) &&
      (environments.length === 0 || environments.includes(environment)),
  );
  if (forProxy.length === 0) return 'no-product';
  return forProxy.find(({ apiResources }) => allowsPath(apiResources, path)) ?? 'no-resource';
}

function allowsPath(resources: readonly string[], path: string): boolean {
  const set = resources.filter((resource) => resource !== '');
  return set.length === 0 || set.some((resource) => resource === '/' || resourcePattern(resource).test(path || '/'));
}

const patterns = new Map<string, RegExp>();

/** `/**` is everything below, `/*` one level, `{x}` one element. */
function resourcePattern(resource: string): RegExp {
  const known = patterns.get(resource);
  if (known) return known;
  const source = resource
    .split(/(\/\*\*$|\*\*|\*|\{[^}]*\})/)
    .map((part) => {
      if (part === '/**') return '(?:/.*)?';
      if (part === '**') return '.*';
      if (part === '*' || part.startsWith('{')) return '[^/]+';
      return part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
    })
    .join('');
  const pattern = new RegExp(`^${source}/?$`);
  if (patterns.size > 10_000) patterns.clear();
  patterns.set(resource, pattern);
  return pattern;
}
