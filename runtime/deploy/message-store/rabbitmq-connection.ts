import { setTimeout as pause } from 'node:timers/promises';
import type { Channel, ChannelModel, ConfirmChannel, GetMessage, Options, SocketOptions } from 'amqplib';
import { Outstanding } from './outstanding.js';

/** Where the broker is and what is used of it. */
export interface BrokerSettings {
  readonly server: Options.Connect;
  readonly socket: SocketOptions;
  readonly queue: string;
  /** Exchange that messages go to; undefined: straight to the queue. */
  readonly exchange: string | undefined;
  readonly routeKey: string;
  /** How often connecting is tried again, and how long it waits before, ms. */
  readonly retries: number;
  readonly retryInterval: number;
}

/** A connection to the broker with its queue; when it breaks, another one is made. */
export interface Broker {
  /** Publishes a persistent message. Resolves when the broker has it in a queue. @throws Error when not */
  publish(id: string, content: Buffer): Promise<void>;
  get(): Promise<GetMessage | undefined>;
  /** Messages that wait in the queue. */
  count(): Promise<number>;
  readonly consumer: Channel;
  readonly outstanding: Outstanding;
  readonly isOpen: boolean;
  close(): Promise<void>;
}

/** @throws Error when the broker cannot be reached, or has no such queue and lets none be made */
export async function openBroker(settings: BrokerSettings): Promise<Broker> {
  const connection = await connect(settings);
  let isOpen = true;
  // Without a listener an error would end the process; whoever uses the connection next is told.
  connection.on('error', () => {});
  connection.on('close', () => {
    isOpen = false;
  });
  try {
    await declare(connection, settings);
    const [producer, consumer] = [await connection.createConfirmChannel(), await connection.createChannel()];
    for (const channel of [producer, consumer]) {
      channel.on('error', () => {});
      channel.on('close', () => {
        isOpen = false;
      });
    }
    const { queue } = settings;
    return {
      consumer,
      outstanding: new Outstanding(),
      get isOpen() {
        return isOpen;
      },
      publish: publisher(producer, settings),
      get: async () => (await consumer.get(queue, { noAck: false })) || undefined,
      count: async () => (await consumer.checkQueue(queue)).messageCount,
      async close() {
        // The end of a channel comes behind what was sent on it; that of the connection may overtake it.
        for (const channel of [producer, consumer]) await channel.close().catch(() => {});
        await connection.close().catch(() => {});
      },
    };
  } catch (error) {
    await connection.close().catch(() => {});
    throw error;
  }
}

async function connect({ server, socket, retries, retryInterval }: BrokerSettings): Promise<ChannelModel> {
  const amqp = await import('amqplib');
  for (let left = retries; ; left--) {
    try {
      return await amqp.connect(server, socket);
    } catch (error) {
      if (left <= 0) throw error;
      await pause(retryInterval, undefined, { ref: false });
    }
  }
}

/** What exists is used as it is; asking for it with other options than it has would be an error. */
async function declare(connection: ChannelModel, { queue, exchange, routeKey }: BrokerSettings): Promise<void> {
  const exists = async (check: (channel: Channel) => Promise<unknown>): Promise<boolean> => {
    const channel = await connection.createChannel();
    // The broker closes a channel that asks for what does not exist.
    channel.on('error', () => {});
    try {
      await check(channel);
    } catch (error) {
      if ((error as { code?: number }).code === 404) return false;
      throw error;
    }
    await channel.close();
    return true;
  };
  const hasQueue = await exists((channel) => channel.checkQueue(queue));
  const hasExchange = exchange === undefined || (await exists((channel) => channel.checkExchange(exchange)));
  const channel = await connection.createChannel();
  channel.on('error', () => {});
  if (!hasQueue) await channel.assertQueue(queue, { durable: true });
  if (exchange !== undefined) {
    if (!hasExchange) await channel.assertExchange(exchange, 'direct', { durable: true });
    await channel.bindQueue(queue, exchange, routeKey);
  }
  await channel.close();
}

function publisher(channel: ConfirmChannel, settings: BrokerSettings): Broker['publish'] {
  const { exchange = '', queue, routeKey } = settings;
  const returned = new Set<string>();
  // A message that no queue takes comes back before it is confirmed.
  channel.on('return', ({ properties }) => returned.add(String(properties.messageId)));
  const options = { persistent: true, mandatory: true, contentType: 'application/json' };
  return (id, content) =>
    new Promise((resolve, reject) => {
      channel.publish(exchange, exchange === '' ? queue : routeKey, content, { ...options, messageId: id }, (error) => {
        if (error) reject(new Error('RabbitMQ did not take the message', { cause: error }));
        else if (returned.delete(id)) reject(new Error(`No queue takes messages of the exchange ${exchange}`));
        else resolve();
      });
    });
}
