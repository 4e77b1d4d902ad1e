import { patternOf, type Resource } from './resource.js';

/** What of a request counts for the choice of a resource. */
export interface ResourceRequest {
  readonly method: string;
  /** Path behind the API's context (and version), query included. */
  readonly subPath: string;
  readonly protocol: string;
  /** The whole Content-Type header of a request that has a body, empty without one; undefined without a body. */
  readonly contentType: string | undefined;
  readonly userAgent: string | undefined;
}

export type Selection =
  | { readonly resource: Resource; readonly variables: ReadonlyMap<string, string> }
  /** 404 no resource, 405 method not allowed, 400 rejected for another reason. */
  | { readonly status: 400 | 404 | 405 };

/** Chooses the resource for a request (artifacts 1.4). @throws URIError for a malformed percent escape. */
export function selectResource(resources: readonly Resource[], request: ResourceRequest): Selection {
  const candidates = optionsFirst(resources).filter((resource) => canProcess(resource, request));
  const found = dispatch(candidates, request.subPath);
  if (found) return found;
  if (candidates.length > 0) return { status: 404 };
  const other = dispatch(resources, request.subPath);
  if (!other) return { status: 404 };
  return { status: acceptsMethod(other.resource, request.method) ? 400 : 405 };
}

/** The resource of a path whatever its method, protocol and other conditions. */
export function resourceAt(resources: readonly Resource[], path: string): Resource | undefined {
  return dispatch(resources, path)?.resource;
}

const onlyOptions = ({ methods }: Resource): boolean => methods.length === 1 && methods[0] === 'OPTIONS';

function optionsFirst(resources: readonly Resource[]): readonly Resource[] {
  if (!resources.some(onlyOptions)) return resources;
  return [...resources.filter(onlyOptions), ...resources.filter((resource) => !onlyOptions(resource))];
}

function acceptsMethod(resource: Resource, method: string): boolean {
  if (method === 'HEAD' && resource.headAsGet && resource.methods.includes('GET')) return true;
  return method === 'OPTIONS' || resource.methods.length === 0 || resource.methods.includes(method);
}

function canProcess(resource: Resource, request: ResourceRequest): boolean {
  if (resource.protocol !== undefined && resource.protocol !== request.protocol) return false;
  if (!acceptsMethod(resource, request.method)) return false;
  if (resource.contentType && request.contentType !== undefined && resource.contentType !== request.contentType) {
    return false;
  }
  return !resource.userAgent || (request.userAgent !== undefined && resource.userAgent.test(request.userAgent));
}

const none: ReadonlyMap<string, string> = new Map();

function dispatch(
  resources: readonly Resource[],
  path: string,
): Extract<Selection, { resource: Resource }> | undefined {
  const mapped = byMapping(resources, path);
  if (mapped) return { resource: mapped, variables: none };
  for (const resource of resources) {
    const variables = resource.template?.match(path);
    if (variables) return { resource, variables };
  }
  const fallback = resources.find((resource) => patternOf(resource) === undefined);
  return fallback && { resource: fallback, variables: none };
}

function byMapping(resources: readonly Resource[], path: string): Resource | undefined {
  let prefix: { resource: Resource; score: number } | undefined;
  let extension: Resource | undefined;
  for (const resource of resources) {
    const mapping = resource.mapping;
    if (!mapping?.matches(path)) continue;
    if (mapping.kind === 'exact') return resource;
    if (mapping.kind === 'extension') extension ??= resource;
    else if (!prefix || mapping.score > prefix.score) prefix = { resource, score: mapping.score };
  }
  return prefix?.resource ?? extension;
}
