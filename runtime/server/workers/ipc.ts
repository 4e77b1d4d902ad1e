/** One end of the channel between two processes: `process`, or a `cluster.Worker`. */
export interface IpcPort {
  send(message: unknown, sent: (error: Error | null) => void): unknown;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'disconnect', listener: () => void): unknown;
}

type Handlers = Readonly<Record<string, (value: never) => Promise<unknown>>>;

interface IpcMessage {
  readonly channel: 'mediant';
  readonly id: number;
  /** Name of the operation that is asked for; absent in an answer. */
  readonly operation?: string;
  readonly value?: unknown;
  readonly error?: string;
}

/** The other process has ended, or does not listen any more. */
export class PeerGone extends Error {
  override readonly name = 'PeerGone';
}

/** Calls between a server and one of its gateway processes, in both directions. Values are what can be cloned. */
export class IpcPeer {
  readonly #pending = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  #last = 0;
  #gone = false;

  constructor(
    private readonly port: IpcPort,
    private readonly handlers: Handlers,
  ) {
    port.on('message', (message) => {
      if (isOurs(message)) void this.#take(message);
    });
    port.on('disconnect', () => {
      this.#gone = true;
      for (const { reject } of this.#pending.values()) reject(new PeerGone());
      this.#pending.clear();
    });
  }

  /** @throws PeerGone when the other process ends first, else an Error with the message of what it threw */
  request(operation: string, value?: unknown): Promise<unknown> {
    if (this.#gone) return Promise.reject(new PeerGone());
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      // A value that cannot be sent rejects.
      this.#send({ channel: 'mediant', id, operation, value });
      this.#pending.set(id, { resolve, reject });
    });
  }

  async #take({ id, operation, value, error }: IpcMessage): Promise<void> {
    if (operation === undefined) {
      const waiting = this.#pending.get(id);
      this.#pending.delete(id);
      if (error === undefined) waiting?.resolve(value);
      else waiting?.reject(new Error(error));
      return;
    }
    try {
      const result = await this.handlers[operation]?.(value as never);
      this.#send({ channel: 'mediant', id, value: result });
    } catch (thrown) {
      this.#send({ channel: 'mediant', id, error: thrown instanceof Error ? thrown.message : String(thrown) });
    }
  }

  #send(message: IpcMessage): void {
    // What cannot be sent any more is answered by the 'disconnect' that follows.
    this.port.send(message, () => {});
  }
}

function isOurs(message: unknown): message is IpcMessage {
  return typeof message === 'object' && message !== null && (message as Partial<IpcMessage>).channel === 'mediant';
}
