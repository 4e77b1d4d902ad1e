import { requiredText, showsContent } from '../configured.js';
import { PolicyFault } from '../fault.js';
import { ApigeeMessage } from '../message.js';
import { definePolicy } from '../policy.js';
import { ScriptObject } from '../script/script-object.js';
import { compileExpiry } from './cache-expiry.js';
import { cacheKeyElements, compileCacheKey } from './cache-key.js';

/**
 * ```xml
 * <PopulateCache name="Keep-Token">
 *   <CacheResource>token-cache</CacheResource>
 *   <Source>token</Source>
 *   <CacheKey><KeyFragment ref="client_id"/></CacheKey>
 *   <ExpirySettings><TimeoutInSec ref="token.seconds">600</TimeoutInSec></ExpirySettings>
 * </PopulateCache>
 * ```
 *
 * Keeps the value of a variable in a cache; of a message its content. A variable without a value is a fault
 * (api-management 2.6).
 */
export const populateCache = definePolicy({
  element: 'PopulateCache',
  summary: 'Keeps a value in a cache.',
  children: [...cacheKeyElements, 'Source', 'ExpirySettings', 'SkipCachePopulation'],
  compile: (element, { name }) => {
    const key = compileCacheKey(element, 'populatecache');
    const source = requiredText(element, 'Source');
    const expiry = compileExpiry(element.element('ExpirySettings'), key.isResource);
    return {
      contentAware: showsContent(source) || key.contentAware,
      run: async (flow) => {
        key.check(flow);
        const value = flow.get(source);
        if (value === undefined || value === null) {
          throw new PolicyFault({
            code: 'policies.populatecache.EntryCannotBeCached',
            text: `Policy ${name}: the variable ${source} has no value`,
          });
        }
        const { organization, environment } = flow.runtime;
        await organization.caches.put(environment, key.cache, key.of(flow), lasting(value), expiry(flow));
      },
    };
  },
});

/** The value without what belongs to this transaction. */
function lasting(value: unknown): unknown {
  if (value instanceof ApigeeMessage) return value.content;
  return value instanceof ScriptObject ? value.plain() : value;
}
