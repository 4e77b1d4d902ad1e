import type { Socket } from 'node:net';
import { Readable } from 'node:stream';

/** The body of an answer while it arrives; reading slowly slows the backend down. */
export class AnswerBody extends Readable {
  /** Everything has arrived. */
  complete = false;

  constructor(
    private readonly socket: Socket,
    private readonly abandoned: () => void,
  ) {
    super();
    // Whoever reads learns of an error by `errored`; until somebody does, it must not end the process.
    this.on('error', () => undefined);
  }

  override _read(): void {
    // After the end the connection may serve others.
    if (!this.complete && this.socket.isPaused()) this.socket.resume();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (!this.readableEnded) this.abandoned();
    callback(error);
  }
}
