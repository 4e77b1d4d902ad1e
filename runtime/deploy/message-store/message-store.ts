import type { Environment, Exchange, Message, MessageStore } from '../../message/message.js';

/** What a store is called in management (artifacts 6.3). */
export type MessageStoreType = 'in-memory-message-store' | 'jdbc-message-store' | 'rabbitmq-message-store';

/** A message that somebody has taken from a store. It stays there until it is acknowledged. */
export interface Taken {
  readonly id: string;
  /** A new copy of the message, in an exchange of its own. */
  copy(exchange: Exchange, environment: Environment): Message;
  /** Removes it from the store. @throws Error when the store cannot be reached */
  acknowledge(): Promise<void>;
  /** Gives it back, for the next one who takes. */
  release(): Promise<void>;
}

/** A deployed `<messageStore>` (artifacts 2.7): first in, first out. */
export interface StoreArtifact extends MessageStore {
  readonly type: MessageStoreType;
  /** As configured, secrets among them. */
  readonly parameters: ReadonlyMap<string, string>;
  /** The oldest message that nobody has taken; undefined when there is none. @throws Error when it cannot be reached */
  take(environment: Environment): Promise<Taken | undefined>;
  /** How many messages it holds. @throws Error when it cannot be reached */
  size(environment: Environment): Promise<number>;
  /** Takes over from the version that was deployed before, in the same process. */
  succeed(predecessor: StoreArtifact): void;
  /** Frees connections when what was taken has been acknowledged or released; they open again when needed. */
  close(): Promise<void>;
}
