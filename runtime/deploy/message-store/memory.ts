import { cloneWith } from '../../message/clone.js';
import type { Message } from '../../message/message.js';
import type { StoreArtifact, Taken } from './message-store.js';

interface Entry {
  readonly message: Message;
  taken: boolean;
}

/** Messages in memory, lost when the process ends (artifacts 2.7). */
export class MemoryMessageStore implements StoreArtifact {
  readonly type = 'in-memory-message-store';
  #entries = new Set<Entry>();

  constructor(
    readonly name: string,
    readonly parameters: ReadonlyMap<string, string>,
    readonly failover: string | undefined,
  ) {}

  async put(message: Message): Promise<void> {
    this.#entries.add({ message, taken: false });
  }

  async take(): Promise<Taken | undefined> {
    const entries = this.#entries;
    for (const entry of entries) {
      if (entry.taken) continue;
      entry.taken = true;
      return {
        id: entry.message.id,
        copy: (exchange) => copyOf(entry.message, exchange),
        acknowledge: async () => void entries.delete(entry),
        release: async () => {
          entry.taken = false;
        },
      };
    }
    return undefined;
  }

  async size(): Promise<number> {
    return this.#entries.size;
  }

  /** The messages are not in the file that was changed. */
  succeed(predecessor: StoreArtifact): void {
    if (predecessor instanceof MemoryMessageStore) this.#entries = predecessor.#entries;
  }

  async close(): Promise<void> {}
}

function copyOf(message: Message, exchange: Message['exchange']): Message {
  const copy = cloneWith(message, message.payload.clone(), exchange);
  copy.id = message.id;
  copy.operation = new Map();
  return copy;
}
