import type { ConfigElement } from '../../configuration/element.js';
import { attributeText, childText, showsContent, textIn } from '../configured.js';
import { PolicyFault } from '../fault.js';
import type { FlowContext } from '../flow-context.js';
import { sharedCache } from '../organization.js';
import { textOf } from '../value.js';

/** Elements that name a cache and a key in it. */
export const cacheKeyElements = ['CacheResource', 'Scope', 'CacheKey', 'CacheContext'] as const;

/** Which entry of which cache a policy means. */
export interface CacheKey {
  /** Name of the cache resource; `_default` when the policy names none. */
  readonly cache: string;
  /** Whether the policy names a cache resource, whose own lifetime of entries counts. */
  readonly isResource: boolean;
  /** Whether a fragment of the key is content of a message. */
  readonly contentAware: boolean;
  /** The key for this message: prefix and fragments joined by `__` (api-management 2.6). */
  of(flow: FlowContext): string;
  /** @throws PolicyFault `CacheNotFound` when the environment has no such cache resource */
  check(flow: FlowContext): void;
}

/** @param prefix first part of the policy's fault codes, e.g. `lookupcache` */
export function compileCacheKey(element: ConfigElement, prefix: string): CacheKey {
  const resource = childText(element, 'CacheResource');
  const keyElement = element.element('CacheKey');
  const fixedPrefix = keyElement && childText(keyElement, 'Prefix');
  const scope = compileScope(element);
  const elements = keyElement?.elements().filter(({ localName }) => localName === 'KeyFragment') ?? [];
  const fragments = elements.map(compileFragment);
  return {
    cache: resource ?? sharedCache,
    isResource: resource !== undefined,
    contentAware: elements.some((fragment) => showsContent(attributeText(fragment, 'ref') ?? '')),
    of: (flow) => [fixedPrefix ?? scope(flow), ...fragments.map((read) => read(flow))].join('__'),
    check: ({ runtime: { organization, environment } }) => {
      if (resource === undefined || organization.caches.has(environment, resource)) return;
      throw new PolicyFault({
        code: `policies.${prefix}.CacheNotFound`,
        text: `The environment ${environment} has no cache ${resource}`,
      });
    },
  };
}

function compileFragment(element: ConfigElement): (flow: FlowContext) => string {
  const ref = attributeText(element, 'ref');
  const text = textIn(element) ?? '';
  return ref === undefined ? () => text : (flow) => textOf(flow.get(ref)) ?? text;
}

const scopes = ['Exclusive', 'Application', 'Proxy', 'Target', 'Global'] as const;

/** What keys begin with, so that proxies, revisions or endpoints do not see each other's entries. */
function compileScope(element: ConfigElement): (flow: FlowContext) => string {
  const text = childText(element, 'Scope') ?? 'Exclusive';
  const scope = scopes.find((one) => one.toLowerCase() === text.toLowerCase());
  if (!scope) element.fail('bad-value', `Scope must be one of ${scopes.join(', ')}`);
  const context = element.element('CacheContext');
  const [proxyName, endpointName, targetName] = ['APIProxyName', 'ProxyName', 'TargetName'].map(
    (name) => context && childText(context, name),
  );
  return (flow) => {
    const { proxy, runtime } = flow;
    const global = [runtime.organization.name, runtime.environment];
    const revision = [...global, proxyName ?? proxy.name, proxy.revision];
    const endpoint = endpointName ?? proxy.endpoint;
    const target = targetName ?? textOf(flow.get('target.name')) ?? '';
    switch (scope) {
      case 'Global':
        return global.join('__');
      case 'Application':
        return revision.join('__');
      case 'Target':
        return [...revision, target].join('__');
      case 'Proxy':
        return [...revision, endpoint].join('__');
      case 'Exclusive':
        return [...revision, flow.phase.startsWith('target') ? target : endpoint].join('__');
    }
  };
}
