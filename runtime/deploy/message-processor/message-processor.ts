import type { Runner } from '../background/runners.js';

/** What a processor is called in management (artifacts 6.3). */
export type MessageProcessorType =
  | 'Scheduled-message-forwarding-processor'
  | 'Sampling-processor'
  | 'Failover-scheduled-message-forwarding-processor';

/** A deployed `<messageProcessor>` (artifacts 2.8). */
export interface MessageProcessor extends Runner {
  readonly type: MessageProcessorType;
  /** Name of the store that it takes messages from. */
  readonly messageStore: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** False: it takes no messages until it is activated. */
  readonly active: boolean;
  activate(): void;
  /** Takes no more messages. Resolves when none is being processed. */
  deactivate(): Promise<void>;
}
