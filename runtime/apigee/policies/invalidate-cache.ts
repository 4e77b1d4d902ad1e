import { childBoolean } from '../configured.js';
import { definePolicy } from '../policy.js';
import { cacheKeyElements, compileCacheKey } from './cache-key.js';

/**
 * ```xml
 * <InvalidateCache name="Forget-Token">
 *   <CacheResource>token-cache</CacheResource>
 *   <Scope>Proxy</Scope>
 *   <CacheContext><APIProxyName>orders</APIProxyName><ProxyName>default</ProxyName></CacheContext>
 *   <CacheKey><KeyFragment ref="client_id"/></CacheKey>
 *   <PurgeChildEntries>true</PurgeChildEntries>
 * </InvalidateCache>
 * ```
 *
 * Forgets an entry of a cache; with PurgeChildEntries every one whose key begins with this one's (api-management 2.6).
 */
export const invalidateCache = definePolicy({
  element: 'InvalidateCache',
  summary: 'Forgets values of a cache.',
  children: [...cacheKeyElements, 'PurgeChildEntries'],
  compile: (element) => {
    const key = compileCacheKey(element, 'invalidatecache');
    const children = childBoolean(element, 'PurgeChildEntries', false);
    return {
      contentAware: key.contentAware,
      run: async (flow) => {
        key.check(flow);
        const { organization, environment } = flow.runtime;
        await organization.caches.delete(environment, key.cache, key.of(flow), children);
      },
    };
  },
});
