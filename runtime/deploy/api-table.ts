import type { Api } from './api/compile-api.js';

/** What of a request counts for the choice of an API. */
export interface ApiRequest {
  /** Path and query as on the request line; scheme and authority of an absolute form removed. */
  readonly path: string;
  /** Host header as received. */
  readonly host: string | undefined;
  readonly transport: 'http' | 'https';
}

/**
 * The deployed APIs, found by their context without walking all of them (artifacts 1.2): the path's leading segments
 * are looked up, the longest first; of equal contexts the one deployed first counts.
 */
export class ApiTable {
  readonly #byContext = new Map<string, Api[]>();
  readonly #byName = new Map<string, Api>();

  get size(): number {
    return this.#byName.size;
  }

  get(name: string): Api | undefined {
    return this.#byName.get(name);
  }

  [Symbol.iterator](): IterableIterator<Api> {
    return this.#byName.values();
  }

  /** The API that already has this name or this context and version. */
  conflict(api: Api): Api | undefined {
    const same = this.#byContext.get(api.context)?.find((other) => other.version === api.version);
    return this.#byName.get(api.name) ?? same;
  }

  add(api: Api): void {
    this.#byName.set(api.name, api);
    const list = this.#byContext.get(api.context);
    if (list) list.push(api);
    else this.#byContext.set(api.context, [api]);
  }

  delete(name: string): boolean {
    const api = this.#byName.get(name);
    if (!api) return false;
    this.#byName.delete(name);
    const rest = (this.#byContext.get(api.context) ?? []).filter((other) => other !== api);
    if (rest.length > 0) this.#byContext.set(api.context, rest);
    else this.#byContext.delete(api.context);
    return true;
  }

  /**
   * The API that takes the request: any matching versioned one beats every unversioned one, else the longest context
   * wins (artifacts 1.2).
   */
  find(request: ApiRequest): Api | undefined {
    let unversioned: Api | undefined;
    for (const end of contextEnds(request.path)) {
      for (const api of this.#byContext.get(request.path.slice(0, end)) ?? []) {
        if (!accepts(api, request)) continue;
        if (api.versionType !== '') return api;
        unversioned ??= api;
      }
    }
    return unversioned;
  }
}

/** Ends of the leading parts of a path that may be a context: before each `/`, before `?`, and the whole. */
function contextEnds(path: string): number[] {
  const ends = [path.length];
  for (let index = path.length - 1; index >= 0; index--) {
    const char = path[index];
    if (char === '/' || char === '?') ends.push(index);
  }
  return ends;
}

function accepts(api: Api, request: ApiRequest): boolean {
  if (api.transports !== undefined && api.transports !== request.transport) return false;
  if (api.versionType === 'url' && !hasVersion(request.path.slice(api.context.length), api.version)) return false;
  return acceptsHost(api, request);
}

function hasVersion(rest: string, version: string): boolean {
  return rest.startsWith('/') && (/^[^/?]*/.exec(rest.slice(1)) as RegExpExecArray)[0] === version;
}

function acceptsHost(api: Api, request: ApiRequest): boolean {
  if (api.hostname === undefined && api.port === undefined) return true;
  if (request.host === undefined) return false;
  const colon = request.host.lastIndexOf(':');
  const name = colon < 0 ? request.host : request.host.slice(0, colon);
  const port = colon < 0 ? (request.transport === 'http' ? 80 : 443) : Number(request.host.slice(colon + 1));
  return (api.hostname === undefined || api.hostname === name) && (api.port === undefined || api.port === port);
}
