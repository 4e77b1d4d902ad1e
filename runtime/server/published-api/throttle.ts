import cluster from 'node:cluster';
import type { RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible';
import type { Message } from '../../message/message.js';
import { type Access, type DeployedApi, type DeployedOperation, findTier, type Tier } from '../apim-model/index.js';
import { answerError } from './error-answer.js';

/** A quota that a request counts against: whose it is, and the code of its refusal (api-management 1.19). */
interface Quota {
  readonly tier: Tier;
  readonly key: string;
  readonly code: string;
}

/**
 * Counts requests against the quotas of the API, the operation, the subscription and the application, in this order
 * (api-management 1.14 step 5). Windows begin with their first request.
 */
export class Throttle {
  readonly #limiters = new Map<string, RateLimiterAbstract>();

  /** Lets the request pass or answers 429 with the time of the next access. */
  async pass(
    message: Message,
    api: DeployedApi,
    operation: DeployedOperation,
    access: Access | undefined,
  ): Promise<boolean> {
    for (const quota of quotasOf(api, operation, access)) {
      try {
        await (await this.#limiter(quota.tier)).consume(quota.key);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        return refuse(message, quota.code, error.msBeforeNext);
      }
    }
    return true;
  }

  /** The library is loaded with the first quota: most APIs have none. */
  async #limiter(tier: Tier): Promise<RateLimiterAbstract> {
    const name = `${tier.level}:${tier.name}`;
    const known = this.#limiters.get(name);
    if (known) return known;
    const { RateLimiterCluster, RateLimiterMemory } = await import('rate-limiter-flexible');
    let limiter = this.#limiters.get(name);
    if (!limiter) {
      const options = { points: tier.requestCount ?? 0, duration: tier.unitTimeMs / 1000, keyPrefix: name };
      // Of several gateway processes the server counts for all.
      limiter = cluster.isWorker ? new RateLimiterCluster(options) : new RateLimiterMemory(options);
      this.#limiters.set(name, limiter);
    }
    return limiter;
  }
}

/** What the library throws when a quota is used up. */
function isRefusal(error: unknown): error is RateLimiterRes {
  return typeof error === 'object' && error !== null && 'msBeforeNext' in error;
}

function quotasOf(api: DeployedApi, operation: DeployedOperation, access: Access | undefined): Quota[] {
  const quotas: Quota[] = [];
  const add = (level: Tier['level'], name: string | undefined, key: string, code: string): void => {
    const tier = name === undefined ? undefined : findTier(level, name);
    if (tier?.requestCount !== undefined) quotas.push({ tier, key, code });
  };
  add('api', api.apiThrottlingPolicy, api.id, '900800');
  add('api', operation.throttlingPolicy, `${api.id} ${operation.verb} ${operation.target}`, '900802');
  if (!access) return quotas;
  add('subscription', access.subscription?.tier, access.subscription?.id ?? '', '900804');
  add('application', access.application.tier, access.application.id, '900803');
  return quotas;
}

function refuse(message: Message, code: string, msBeforeNext: number): Promise<false> {
  const next = new Date(Date.now() + msBeforeNext);
  const nextAccessTime = accessTime(next);
  const description = `You have exceeded your quota .You can access API after ${nextAccessTime}`;
  const body = { code, message: 'Message throttled out', description, nextAccessTime };
  return answerError(message, 429, body, { 'Retry-After': next.toUTCString() });
}

/** `2026-Feb-10 16:20:00+0000 UTC` (api-management 1.19). */
function accessTime(date: Date): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(date.toUTCString()) as RegExpExecArray;
  return `${year}-${month}-${day} ${time}+0000 UTC`;
}
