import { requiredText } from '../configured.js';
import { definePolicy } from '../policy.js';
import { cacheKeyElements, compileCacheKey } from './cache-key.js';

/**
 * ```xml
 * <LookupCache name="Find-Token">
 *   <CacheResource>token-cache</CacheResource>
 *   <Scope>Exclusive</Scope>
 *   <CacheKey><Prefix>tokens</Prefix><KeyFragment ref="client_id"/><KeyFragment>access</KeyFragment></CacheKey>
 *   <AssignTo>token</AssignTo>
 * </LookupCache>
 * ```
 *
 * Looks for an entry that PopulateCache has made: `lookupcache.{policy}.cachehit` says whether it is there, AssignTo is
 * set then and left alone otherwise (api-management 2.6).
 */
export const lookupCache = definePolicy({
  element: 'LookupCache',
  summary: 'Reads a value from a cache.',
  children: [...cacheKeyElements, 'AssignTo', 'CacheLookupTimeoutInSeconds'],
  compile: (element, { name }) => {
    const key = compileCacheKey(element, 'lookupcache');
    const assignTo = requiredText(element, 'AssignTo');
    const variable = (part: string): string => `lookupcache.${name}.${part}`;
    return {
      contentAware: key.contentAware,
      run: async (flow) => {
        key.check(flow);
        const { organization, environment } = flow.runtime;
        const text = key.of(flow);
        const found = await organization.caches.get(environment, key.cache, text);
        flow.set(variable('cachehit'), found !== undefined);
        flow.set(variable('cachekey'), text);
        flow.set(variable('cachename'), key.cache);
        flow.set(variable('assignto'), assignTo);
        flow.set(variable('invalidentry'), false);
        if (found !== undefined) flow.set(assignTo, found);
      },
    };
  },
});
