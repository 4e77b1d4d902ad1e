import type { Environment, Message } from '../../message/message.js';
import type { StoreArtifact } from '../message-store/message-store.js';

/** What runs by itself needs of the server around it. */
export interface Host {
  readonly environment: Environment;
  store(name: string): StoreArtifact | undefined;
  /** Injects a message that came in by itself: the receiving sequence, else `main` (message-model 1.5). Never rejects. */
  inject(message: Message): Promise<void>;
  /** Runs a message through a proxy; undefined when there is no such proxy. Never rejects. */
  proxy(name: string): ((message: Message) => Promise<void>) | undefined;
}

/**
 * What of it a process runs. Of several gateway processes each looks after the stores that it has put messages into, as
 * those in memory are its own; tasks are the server's, or they would run once in each.
 */
export type BackgroundShare = 'all' | 'tasks' | 'message processors';
