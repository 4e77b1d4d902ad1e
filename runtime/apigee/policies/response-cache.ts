import type { ConfigElement } from '../../configuration/element.js';
import { childBoolean, textIn } from '../configured.js';
import { Fields } from '../fields.js';
import type { FlowContext } from '../flow-context.js';
import { ApigeeMessage } from '../message.js';
import { type Condition, definePolicy, type PolicyContext } from '../policy.js';
import { isMet } from '../step.js';
import { compileExpiry } from './cache-expiry.js';
import { cacheKeyElements, compileCacheKey } from './cache-key.js';
import { freshness } from './response-freshness.js';

/**
 * ```xml
 * <ResponseCache name="Cache-Forecast">
 *   <CacheKey><KeyFragment ref="request.queryparam.w"/></CacheKey>
 *   <ExpirySettings><TimeoutInSec>600</TimeoutInSec></ExpirySettings>
 *   <SkipCacheLookup>request.header.bypass-cache = "true"</SkipCacheLookup>
 *   <SkipCachePopulation>request.verb != "GET"</SkipCachePopulation>
 *   <UseAcceptHeader>true</UseAcceptHeader>
 *   <UseResponseCacheHeaders>true</UseResponseCacheHeaders>
 *   <ExcludeErrorResponse>true</ExcludeErrorResponse>
 * </ResponseCache>
 * ```
 *
 * One policy with two steps: in the request flow it looks for an answer, which leaves the target out and goes on with the
 * response flow; in the response flow it keeps the answer (api-management 2.6). `Set-Cookie` is never kept: it is for one
 * client.
 */
export const responseCache = definePolicy({
  element: 'ResponseCache',
  summary: 'Answers from a cache instead of calling the target.',
  children: [
    ...cacheKeyElements,
    'ExpirySettings',
    'SkipCacheLookup',
    'SkipCachePopulation',
    'UseAcceptHeader',
    'UseResponseCacheHeaders',
    'ExcludeErrorResponse',
    'CacheLookupTimeoutInSeconds',
  ],
  compile: (element, context) => {
    const cache = compileResponseCache(element, context);
    return {
      contentAware: cache.contentAware,
      run: (flow) => (flow.phase.endsWith('request') ? lookUp(flow, cache) : populate(flow, cache)),
    };
  },
});

interface ResponseCache {
  readonly name: string;
  readonly cache: string;
  readonly contentAware: boolean;
  readonly skipLookup: Condition | undefined;
  readonly skipPopulation: Condition | undefined;
  readonly excludesErrors: boolean;
  readonly usesHeaders: boolean;
  check(flow: FlowContext): void;
  keyOf(flow: FlowContext): string;
  /** Seconds. */
  lifetime(flow: FlowContext): number | undefined;
}

function compileResponseCache(element: ConfigElement, context: PolicyContext): ResponseCache {
  const key = compileCacheKey(element, 'responsecache');
  const usesAccept = childBoolean(element, 'UseAcceptHeader', false);
  return {
    name: context.name,
    cache: key.cache,
    contentAware: key.contentAware,
    skipLookup: conditionIn(element, 'SkipCacheLookup', context),
    skipPopulation: conditionIn(element, 'SkipCachePopulation', context),
    excludesErrors: childBoolean(element, 'ExcludeErrorResponse', false),
    usesHeaders: childBoolean(element, 'UseResponseCacheHeaders', false),
    check: (flow) => key.check(flow),
    keyOf: (flow) => {
      const accept = usesAccept ? `__${flow.request.headers.all('Accept').join(',')}` : '';
      return key.of(flow) + accept;
    },
    lifetime: compileExpiry(element.element('ExpirySettings'), key.isResource),
  };
}

function conditionIn(element: ConfigElement, name: string, context: PolicyContext): Condition | undefined {
  const child = element.element(name);
  return child && textIn(child) !== undefined ? context.condition(child) : undefined;
}

/** What the request step found, for the response step of the same message. */
interface Lookup {
  readonly key: string;
  readonly isHit: boolean;
}

const sessionKey = (name: string): string => `responsecache ${name}`;

/** An answer as a cache keeps it. */
interface KeptResponse {
  readonly status: number;
  readonly reason: string | undefined;
  readonly headers: readonly string[];
  /** Base64. */
  readonly body: string;
}

async function lookUp(flow: FlowContext, cache: ResponseCache): Promise<void> {
  cache.check(flow);
  const { organization, environment } = flow.runtime;
  const key = cache.keyOf(flow);
  const skips = cache.skipLookup !== undefined && (await isMet(flow, cache.skipLookup));
  const kept = skips ? undefined : await organization.caches.get(environment, cache.cache, key);
  const isHit = isKeptResponse(kept);
  flow.session.set(sessionKey(cache.name), { key, isHit } satisfies Lookup);
  const variable = (part: string): string => `responsecache.${cache.name}.${part}`;
  flow.set(variable('cachehit'), isHit);
  flow.set(variable('cachekey'), key);
  flow.set(variable('cachename'), cache.cache);
  flow.set(variable('invalidentry'), false);
  if (isHit) flow.endRequest(restored(kept));
}

async function populate(flow: FlowContext, cache: ResponseCache): Promise<void> {
  const { response } = flow;
  const lookup = flow.session.get(sessionKey(cache.name)) as Lookup | undefined;
  if (!response || lookup?.isHit) return;
  if (cache.skipPopulation !== undefined && (await isMet(flow, cache.skipPopulation))) return;
  if (cache.excludesErrors && (response.status < 200 || response.status > 205)) return;
  const fresh = cache.usesHeaders ? freshness(response.headers, flow.runtime.now()) : 'unsaid';
  if (fresh === 'not to be kept') return;
  cache.check(flow);
  await flow.build();
  const { organization, environment } = flow.runtime;
  const seconds = fresh === 'unsaid' ? cache.lifetime(flow) : fresh;
  await organization.caches.put(environment, cache.cache, lookup?.key ?? cache.keyOf(flow), kept(response), seconds);
}

function kept(response: ApigeeMessage): KeptResponse {
  const headers = response.headers.clone();
  headers.delete('Set-Cookie');
  const body = Buffer.from(response.bytes ?? '').toString('base64');
  return { status: response.status, reason: response.reason, headers: headers.pairs(), body };
}

function isKeptResponse(value: unknown): value is KeptResponse {
  return typeof value === 'object' && value !== null && 'status' in value && 'body' in value && 'headers' in value;
}

function restored({ status, reason, headers, body }: KeptResponse): ApigeeMessage {
  return ApigeeMessage.response({
    status,
    headers: Fields.headers(headers),
    body: Buffer.from(body, 'base64'),
    ...(reason === undefined ? {} : { reason }),
  });
}
