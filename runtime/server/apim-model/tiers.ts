/** A throttling policy; `requestCount` undefined means no limit (api-management 1.12). */
export interface Tier {
  readonly name: string;
  readonly level: 'subscription' | 'application' | 'api';
  readonly description: string;
  readonly requestCount: number | undefined;
  /** Of the counting window; always a minute in the tiers that ship. */
  readonly unitTimeMs: number;
}

function tier(level: Tier['level'], name: string, requestCount?: number, description?: string): Tier {
  const text = requestCount === undefined ? 'Allows unlimited requests' : `Allows ${requestCount} requests per minute`;
  return { name, level, description: description ?? text, requestCount, unitTimeMs: 60_000 };
}

/** The tiers that every installation has. */
export const tiers: readonly Tier[] = [
  tier('subscription', 'Bronze', 1000),
  tier(
    'subscription',
    'DefaultSubscriptionless',
    10_000,
    'Allows 10000 requests per minute when subscription validation is disabled',
  ),
  tier('subscription', 'Gold', 5000),
  tier('subscription', 'Silver', 2000),
  tier('subscription', 'Unauthenticated', 500, 'Allows 500 request(s) per minute'),
  tier('subscription', 'Unlimited'),
  tier('application', '10PerMin', 10),
  tier('application', '20PerMin', 20),
  tier('application', '50PerMin', 50),
  tier('application', 'Unlimited'),
  tier('api', '10KPerMin', 10_000),
  tier('api', '20KPerMin', 20_000),
  tier('api', '50KPerMin', 50_000),
  tier('api', 'Unlimited'),
];

export function findTier(level: Tier['level'], name: string): Tier | undefined {
  return tiers.find((candidate) => candidate.level === level && candidate.name === name);
}

/** ThrottlingPolicy DTO of publisher and devportal (api-management 1.12). */
export function tierDto(found: Tier): object {
  return {
    name: found.name,
    displayName: found.name,
    description: found.description,
    policyLevel: found.level,
    attributes: {},
    requestCount: found.requestCount ?? 2_147_483_647,
    dataUnit: null,
    unitTime: found.requestCount === undefined ? 0 : found.unitTimeMs,
    timeUnit: found.requestCount === undefined ? 'ms' : 'min',
    rateLimitCount: 0,
    rateLimitTimeUnit: null,
    quotaPolicyType: 'REQUESTCOUNT',
    tierPlan: 'FREE',
    stopOnQuotaReach: true,
    monetizationProperties: {},
  };
}
