import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type SecureContextOptions } from 'node:tls';
import { Connection, type ConnectionOwner } from './connection.js';
import { OutboundDenied, OutboundRules } from './outbound-rules.js';
import { parseTarget, serverName, type Target } from './target.js';
import {
  protocolState,
  type Transport,
  TransportError,
  type TransportRequest,
  type TransportResponse,
} from './transport.js';
import { takeArrived } from './whole-body.js';

export interface HttpTransportOptions {
  /** Which hosts may be called; all when absent. */
  rules?: OutboundRules;
  /** Milliseconds for connecting, TLS included. Default 60000. */
  connectTimeout?: number;
  /** Milliseconds without traffic during an exchange. Default 180000 (message-model 6.3). */
  socketTimeout?: number;
  /** Milliseconds that an unused connection is kept. Default 15000; a shorter wish of the backend counts. */
  idleTimeout?: number;
  /** Unused connections kept for one target. Default 256. */
  maximumIdle?: number;
  /** Trusted certificates and client certificate for `https:` targets. */
  tls?: SecureContextOptions & { rejectUnauthorized?: boolean };
}

/** Methods that may be sent twice without harm (RFC 9110 9.2.2). */
const repeatable = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE']);

/**
 * HTTP/1.1 over `node:net` and `node:tls` with kept connections. A request that met a kept connection which the
 * backend had just closed, so that its bytes were reset, is sent once more on a new one if it is harmless to send it
 * twice. One that the backend took and answered by closing is not: it may have been acted upon.
 */
export class HttpTransport implements Transport, ConnectionOwner {
  readonly #rules: OutboundRules;
  readonly #options: Required<Omit<HttpTransportOptions, 'rules'>>;
  /** Unused connections by target, the last used at the end. */
  readonly #idle = new Map<string, Connection[]>();
  readonly #keys = new WeakMap<Connection, string>();
  readonly #sessions = new Map<string, Buffer>();
  #closed = false;

  constructor(options: HttpTransportOptions = {}) {
    const { rules, ...rest } = options;
    this.#rules = rules ?? new OutboundRules();
    this.#options = {
      connectTimeout: 60_000,
      socketTimeout: 180_000,
      idleTimeout: 15_000,
      maximumIdle: 256,
      tls: {},
      ...rest,
    };
  }

  exchange(request: TransportRequest): Promise<TransportResponse> {
    let target: Target;
    try {
      target = parseTarget(request.url);
    } catch (error) {
      return Promise.reject(error);
    }
    const kept = this.#take(target.key);
    if (!kept) return this.#runOnNew(request, target, undefined);
    const arrived = takeArrived(request.body, request.contentLength);
    const answer = this.#run(kept, request, target, arrived, request.deadline ?? 0);
    if (!repeatable.has(request.method)) return answer;
    return answer.catch((error) => {
      if (!closedWhileIdle(error)) throw error;
      return this.#runOnNew(request, target, arrived);
    });
  }

  close(): void {
    this.#closed = true;
    for (const connections of this.#idle.values()) for (const { socket } of [...connections]) socket.destroy();
    this.#idle.clear();
  }

  idle(connection: Connection, seconds: number | undefined): void {
    const key = this.#keys.get(connection) as string;
    const wait = Math.min(this.#options.idleTimeout, seconds === undefined ? Number.MAX_VALUE : (seconds - 1) * 1000);
    const list = this.#idle.get(key) ?? [];
    if (this.#closed || wait <= 0 || list.length >= this.#options.maximumIdle) {
      connection.socket.destroy();
      return;
    }
    list.push(connection);
    this.#idle.set(key, list);
    connection.socket.setTimeout(wait);
    connection.socket.unref();
  }

  gone(connection: Connection): void {
    const key = this.#keys.get(connection);
    const list = key === undefined ? undefined : this.#idle.get(key);
    if (key === undefined || !list) return;
    const index = list.indexOf(connection);
    if (index >= 0) list.splice(index, 1);
    if (list.length === 0) this.#idle.delete(key);
  }

  #take(key: string): Connection | undefined {
    const list = this.#idle.get(key);
    for (let found = list?.pop(); found; found = list?.pop()) if (found.usable) return found;
    return undefined;
  }

  /** @param before what an earlier attempt took of the body, which is all of it */
  async #runOnNew(request: TransportRequest, target: Target, before: Buffer | undefined): Promise<TransportResponse> {
    const { deadline = 0 } = request;
    const begun = deadline > 0 ? Date.now() : 0;
    const connection = await this.#connect(target, deadline);
    const left = deadline > 0 ? Math.max(1, deadline - (Date.now() - begun)) : 0;
    // Not before there is a connection for it: without one another backend may be tried.
    const arrived = before ?? takeArrived(request.body, request.contentLength);
    return this.#run(connection, request, target, arrived, left);
  }

  #run(
    connection: Connection,
    request: TransportRequest,
    target: Target,
    arrived: Buffer | undefined,
    deadline: number,
  ): Promise<TransportResponse> {
    const socketTimeout = request.socketTimeout ?? this.#options.socketTimeout;
    return connection.run(request, target, { arrived, socketTimeout, deadline });
  }

  #connect(target: Target, deadline: number): Promise<Connection> {
    const { connectTimeout } = this.#options;
    const limit = deadline > 0 ? Math.min(deadline, connectTimeout) : connectTimeout;
    return new Promise((resolve, reject) => {
      const refuse = (error: Error) => {
        clearTimeout(timer);
        reject(connectError(error));
      };
      const timer = setTimeout(() => {
        const kind = limit < connectTimeout ? 'deadline' : 'connect-timeout';
        reject(new TransportError(kind, `No connection within ${limit} ms`));
        socket?.destroy();
      }, limit);
      let socket: Socket | undefined;
      try {
        this.#rules.checkHost(target.host, target.port);
        socket = this.#open(target);
      } catch (error) {
        refuse(error as Error);
        return;
      }
      const opened = socket;
      opened.once('error', refuse);
      opened.once(target.secure ? 'secureConnect' : 'connect', () => {
        clearTimeout(timer);
        opened.off('error', refuse);
        const connection = new Connection(opened, this);
        this.#keys.set(connection, target.key);
        resolve(connection);
      });
    });
  }

  #open(target: Target): Socket {
    const { host, port, key } = target;
    const where = { host, port, lookup: this.#rules.lookupFor(port) };
    if (!target.secure) return connectTcp(where);
    const name = serverName(host);
    const session = this.#sessions.get(key);
    const socket = connectTls({
      ...where,
      ...this.#options.tls,
      ...(name === undefined ? {} : { servername: name }),
      ...(session === undefined ? {} : { session }),
    });
    socket.on('session', (ticket) => this.#sessions.set(key, ticket));
    return socket;
  }
}

function closedWhileIdle(error: unknown): boolean {
  const reset = error instanceof TransportError && error.kind === 'closed' && error.cause !== undefined;
  return reset && error.repeatable;
}

/** Why no connection came about: the system's own code, or the rule that forbids it. */
function connectError(error: Error): TransportError {
  const { code, errors } = error as NodeJS.ErrnoException & { errors?: Error[] };
  const denied = error instanceof OutboundDenied ? error : errors?.find((one) => one instanceof OutboundDenied);
  return new TransportError('connect', denied?.message ?? code ?? error.message, protocolState.requestReady, error);
}
