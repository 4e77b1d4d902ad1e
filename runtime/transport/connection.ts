import type { Socket } from 'node:net';
import { type Conditions, Exchange } from './exchange.js';
import type { Target } from './target.js';
import { type ProtocolState, TransportError, type TransportRequest, type TransportResponse } from './transport.js';

/** What becomes of a connection after an exchange. */
export interface ConnectionOwner {
  /** It may serve another exchange; `seconds` is the backend's own limit for waiting. */
  idle(connection: Connection, seconds: number | undefined): void;
  gone(connection: Connection): void;
}

/** One open connection to a backend; it runs one exchange at a time. */
export class Connection {
  #exchange: Exchange | undefined;

  constructor(
    readonly socket: Socket,
    private readonly owner: ConnectionOwner,
  ) {
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => (this.#exchange ? this.#exchange.data(chunk) : socket.destroy()));
    socket.on('end', () => (this.#exchange ? this.#exchange.peerEnded() : socket.destroy()));
    socket.on('error', (error) => this.#exchange?.fail(broken(error, this.#exchange.state)));
    socket.on('timeout', () => (this.#exchange ? this.#exchange.timedOut() : socket.destroy()));
    socket.on('close', () => {
      this.#exchange?.peerEnded();
      owner.gone(this);
    });
  }

  get usable(): boolean {
    return !this.socket.destroyed && this.socket.writable && !this.socket.readableEnded;
  }

  run(request: TransportRequest, target: Target, conditions: Conditions): Promise<TransportResponse> {
    this.socket.ref();
    this.socket.setTimeout(conditions.socketTimeout);
    return new Promise((resolve, reject) => {
      const over = (reusable: boolean, seconds: number | undefined) => this.#finished(reusable, seconds);
      const exchange = new Exchange(this.socket, request, conditions.arrived ?? request.body, {
        resolve,
        reject,
        over,
      });
      this.#exchange = exchange;
      exchange.start(target, conditions);
    });
  }

  #finished(reusable: boolean, seconds: number | undefined): void {
    this.#exchange = undefined;
    if (reusable && this.usable) this.owner.idle(this, seconds);
    else this.socket.destroy();
  }
}

function broken(error: Error, state: ProtocolState): TransportError {
  const code = (error as NodeJS.ErrnoException).code;
  const closed = code === 'ECONNRESET' || code === 'EPIPE';
  const message = closed ? 'The backend closed the connection' : `The connection failed (${code ?? error.name})`;
  return new TransportError(closed ? 'closed' : 'io', message, state, error);
}
