import type { Logger } from '../message/logger.js';
import type { SharedState, SharedTokens } from '../outbound-oauth/shared-tokens.js';
import type { KeptToken } from '../outbound-oauth/token-settings.js';
import type { Redis } from './redis.js';
import type { Secrets } from './secrets.js';

/** Milliseconds in which Redis answers, or cannot be had. */
const patience = 1_000;
/** Milliseconds for which a refresh token outlives its access token, and a purge is remembered. */
const month = 30 * 24 * 3_600_000;
const hour = 3_600_000;

const publishScript = `
  local generation = tonumber(redis.call('HGET', KEYS[1], 'generation') or '0')
  if generation ~= tonumber(ARGV[1]) then return 0 end
  redis.call('HSET', KEYS[1], 'generation', generation, 'id', ARGV[2], 'token', ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
  return 1`;

const purgeScript = `
  if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then return 0 end
  redis.call('HDEL', KEYS[1], 'id', 'token')
  redis.call('HINCRBY', KEYS[1], 'generation', 1)
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return 1`;

const lockScript = `
  local holder = redis.call('GET', KEYS[1])
  if holder and holder ~= ARGV[1] then return 0 end
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return 1`;

const unlockScript = `
  if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
  return 0`;

/**
 * Access tokens that nodes share in Redis, encrypted with the key that all of them have (`MEDIANT_SECRET_KEY`). Keys are
 * digests with that key too: nothing of a configuration can be guessed from them.
 */
export class RedisTokens implements SharedTokens {
  #warned = false;

  constructor(
    private readonly redis: Redis,
    private readonly secrets: Secrets,
    private readonly logger: Logger,
  ) {}

  async read(key: string): Promise<SharedState> {
    const [generation, sealed] = await inTime(this.redis.client.hmGet(this.#name(key), ['generation', 'token']));
    return { generation: Number(generation ?? 0), token: sealed ? this.#opened(sealed) : undefined };
  }

  async lock(key: string, holder: string, lease: number): Promise<boolean> {
    return (await this.#run(lockScript, `${this.#name(key)}:lock`, [holder, String(lease)])) === 1;
  }

  async unlock(key: string, holder: string): Promise<void> {
    await this.#run(unlockScript, `${this.#name(key)}:lock`, [holder]);
  }

  async publish(key: string, generation: number, token: KeptToken): Promise<boolean> {
    const life = Math.ceil(token.refreshToken === undefined ? token.expiresAt - Date.now() : month);
    const sealed = this.secrets.encrypt(JSON.stringify(token));
    const args = [String(generation), token.id, sealed, String(Math.max(1, life))];
    return (await this.#run(publishScript, this.#name(key), args)) === 1;
  }

  async purge(key: string, id: string): Promise<void> {
    await this.#run(purgeScript, this.#name(key), [id, String(hour)]);
  }

  /** In braces, so that a cluster keeps token and lock on one node. */
  #name(key: string): string {
    return `mediant:token:{${this.secrets.digest(key)}}`;
  }

  #run(script: string, key: string, args: string[]): Promise<unknown> {
    return inTime(this.redis.client.eval(script, { keys: [key], arguments: args }));
  }

  /** A token that another key has sealed is none of ours. */
  #opened(sealed: string): KeptToken | undefined {
    try {
      return JSON.parse(this.secrets.decrypt(sealed)) as KeptToken;
    } catch {
      if (!this.#warned) {
        const text = `A token in ${this.redis.name} was written with another secret key: give all nodes the same MEDIANT_SECRET_KEY`;
        this.logger.log('WARN', 'OutboundOAuth', text);
      }
      this.#warned = true;
      return undefined;
    }
  }
}

/** Rejects when Redis does not answer: whoever waits for a token must not wait for it. */
async function inTime<Value>(answer: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Redis did not answer within ${patience} ms`)), patience);
  });
  answer.catch(() => undefined);
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
