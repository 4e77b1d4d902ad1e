import type { RedisClientType } from '@redis/client';
import type { Logger } from '../message/logger.js';
import { reason, StoreError } from './error.js';

/** The one connection of this process to Redis, for all that nodes share. */
export interface Redis {
  readonly client: RedisClientType;
  /** Host and port: the URL may hold a password. */
  readonly name: string;
  close(): Promise<void>;
}

const longestPause = 2_000;

/**
 * Connects to Redis. Afterwards it connects again by itself; while it is away, commands fail at once instead of waiting.
 *
 * @param url `redis://…` or `rediss://…`
 * @throws StoreError when it cannot be reached
 */
export async function openRedis(url: string, logger: Logger): Promise<Redis> {
  // Most installations are one node: the library is loaded where it is needed.
  const { createClient } = await import('@redis/client');
  const { host } = new URL(url);
  const name = `redis ${host}`;
  let connected = false;
  const client: RedisClientType = createClient({
    url,
    disableOfflineQueue: true,
    socket: {
      connectTimeout: 5_000,
      reconnectStrategy: (retries, cause) => (connected ? Math.min(longestPause, 50 * 2 ** retries) : cause),
    },
  });
  let away = false;
  client.on('error', (error: Error) => {
    if (connected && !away) logger.log('WARN', 'Redis', `${name} cannot be reached: ${reason(error)}`);
    away = true;
  });
  client.on('ready', () => {
    if (connected && away) logger.log('INFO', 'Redis', `${name} can be reached again`);
    away = false;
    connected = true;
  });
  try {
    await client.connect();
  } catch (error) {
    client.destroy();
    throw new StoreError(name, `cannot be reached: ${reason(error)}`, error);
  }
  return {
    client,
    name,
    close: async () => {
      if (client.isReady) await client.close();
      else client.destroy();
    },
  };
}
