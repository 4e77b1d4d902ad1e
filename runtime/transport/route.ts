import type { SecureContextOptions } from 'node:tls';

/** Certificates of a route: what is trusted instead of the usual authorities, and who we are (PEM). */
export type TlsOptions = Pick<SecureContextOptions, 'ca' | 'cert' | 'key' | 'passphrase'> & {
  rejectUnauthorized?: boolean;
};

/** An HTTP proxy and the hosts that are reached through it (artifacts 3.7). */
export interface HttpProxy {
  readonly protocol: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  /** `Proxy-Authorization`, if the proxy wants one. */
  readonly authorization?: string | undefined;
  /** Whether this host is reached through the proxy. */
  appliesTo(host: string): boolean;
}

/**
 * Another way out than the direct one: through a proxy, with certificates of its own. Connections are kept for each
 * route apart, so make one for each configuration and keep it.
 */
export class Route {
  static #made = 0;
  readonly id: number;
  readonly proxy: HttpProxy | undefined;
  readonly tls: TlsOptions | undefined;

  constructor(options: { proxy?: HttpProxy | undefined; tls?: TlsOptions | undefined }) {
    this.id = ++Route.#made;
    this.proxy = options.proxy;
    this.tls = options.tls;
  }

  proxyFor(host: string): HttpProxy | undefined {
    return this.proxy?.appliesTo(host) ? this.proxy : undefined;
  }
}

/**
 * Host patterns with `*`, separated by `|`, compared ignoring case (artifacts 3.7).
 * @returns undefined when the text holds no pattern
 */
export function hostPatterns(text: string): ((host: string) => boolean) | undefined {
  const patterns = text
    .split('|')
    .map((one) => one.trim())
    .filter(Boolean)
    .map((one) => new RegExp(`^${one.replace(/[\\^$.+?()[\]{}]/g, '\\$&').replaceAll('*', '.*')}$`, 'i'));
  return patterns.length === 0 ? undefined : (host) => patterns.some((pattern) => pattern.test(host));
}
