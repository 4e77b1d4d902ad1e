import type { GetMessage } from 'amqplib';
import type { Environment, Message } from '../../message/message.js';
import { restoredMessage, storedId, storedMessage } from '../../message/stored-message.js';
import type { StoreArtifact, Taken } from './message-store.js';
import { type Broker, type BrokerSettings, openBroker } from './rabbitmq-connection.js';

/**
 * Messages in a queue of RabbitMQ (artifacts 2.7), persistent and confirmed by the broker. What is taken and not
 * acknowledged goes back into the queue when the connection ends.
 */
export class RabbitMqMessageStore implements StoreArtifact {
  readonly type = 'rabbitmq-message-store';
  #opening: Promise<Broker> | undefined;
  #broker: Broker | undefined;

  /** @param settings made when the store connects, as they may hold secrets of the vault */
  constructor(
    readonly name: string,
    readonly parameters: ReadonlyMap<string, string>,
    readonly failover: string | undefined,
    private readonly settings: (environment: Environment) => BrokerSettings,
  ) {}

  async put(message: Message): Promise<void> {
    const text = storedMessage(message);
    const broker = await this.#open(message.environment);
    await broker.publish(message.id, Buffer.from(text, 'utf8'));
  }

  async take(environment: Environment): Promise<Taken | undefined> {
    const broker = await this.#open(environment);
    for (let got = await broker.get(); got; got = await broker.get()) {
      const text = got.content.toString('utf8');
      try {
        return taken(storedId(text), text, got, broker);
      } catch (error) {
        // It stays unacknowledged: the messages behind it must not wait for somebody to remove it.
        const what = `A message in its queue cannot be read: ${(error as Error).message}; it is left there`;
        environment.logger.log('ERROR', 'RabbitMQStore', `Message store ${this.name}: ${what}`);
      }
    }
    return undefined;
  }

  async size(environment: Environment): Promise<number> {
    const broker = await this.#open(environment);
    return (await broker.count()) + broker.outstanding.count;
  }

  succeed(): void {}

  async close(): Promise<void> {
    const opening = this.#opening;
    this.#opening = this.#broker = undefined;
    const broker = await opening?.catch(() => undefined);
    if (broker?.isOpen) await broker.outstanding.none();
    await broker?.close();
  }

  #open(environment: Environment): Promise<Broker> {
    if (this.#broker && !this.#broker.isOpen) {
      void this.#broker.close();
      this.#opening = this.#broker = undefined;
    }
    this.#opening ??= this.#connect(environment);
    return this.#opening;
  }

  async #connect(environment: Environment): Promise<Broker> {
    try {
      this.#broker = await openBroker(this.settings(environment));
      return this.#broker;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }
}

function taken(id: string, text: string, got: GetMessage, { consumer, outstanding }: Broker): Taken {
  const done = outstanding.add();
  return {
    id,
    copy: (exchange, environment) => restoredMessage(text, { exchange, environment }),
    async acknowledge() {
      // Throws on a connection that is lost: the broker will hand the message out again.
      consumer.ack(got);
      done();
    },
    async release() {
      done();
      try {
        consumer.nack(got, false, true);
      } catch {
        // Lost with the connection: it is back in the queue already.
      }
    },
  };
}
