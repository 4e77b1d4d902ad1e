import type { Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { Connection, type ConnectionOwner } from './connection.js';
import { type ConnectLimit, connectError, openSocket } from './open-socket.js';
import { OutboundRules } from './outbound-rules.js';
import { connectPlain } from './plain-socket.js';
import { checkBehindProxy, openTunnel } from './proxy.js';
import type { HttpProxy, TlsOptions } from './route.js';
import { parseTarget, serverName, type Target } from './target.js';
import {
  type SocketTarget,
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
  /** TLS sessions kept to be resumed, one for each target. Default 1000. */
  maximumSessions?: number;
  /** Trusted certificates and client certificate for `https:` targets. */
  tls?: TlsOptions;
}

/** Methods that may be sent twice without harm (RFC 9110 9.2.2). */
const repeatable = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE']);

/**
 * HTTP/1.1 over `node:net` and `node:tls` with kept connections. A request that met a kept connection which the
 * backend had just closed, so that its bytes were reset, is sent once more on a new one if it is harmless to send it
 * twice. One behind which the connection just ended is not, as with the reference engine (artifacts 3.4): the backend
 * may have taken it.
 */
export class HttpTransport implements Transport, ConnectionOwner {
  readonly #rules: OutboundRules;
  readonly #options: Required<Omit<HttpTransportOptions, 'rules'>>;
  /** Unused connections by target, the last used at the end. */
  readonly #idle = new Map<string, Connection[]>();
  readonly #keys = new WeakMap<Connection, string>();
  /** TLS sessions by target, the newest at the end. */
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
      maximumSessions: 1000,
      tls: {},
      ...rest,
    };
  }

  exchange(given: TransportRequest): Promise<TransportResponse> {
    let way: Way;
    try {
      way = wayOf(given, parseTarget(given.url));
    } catch (error) {
      return Promise.reject(error);
    }
    const { target, key, proxy } = way;
    const request = proxy && !target.secure ? forProxy(given, proxy) : given;
    const kept = this.#take(key);
    if (!kept) return this.#runOnNew(request, way, undefined);
    const arrived = takeArrived(request.body, request.contentLength);
    const answer = this.#run(kept, request, target, arrived, request.deadline ?? 0);
    if (!repeatable.has(request.method)) return answer;
    return answer.catch((error) => {
      if (!closedWhileIdle(error)) throw error;
      return this.#runOnNew(request, way, arrived);
    });
  }

  open({ timeoutMs, ...target }: SocketTarget): Promise<Socket> {
    const limit: ConnectLimit = { ms: timeoutMs, kind: 'connect-timeout' };
    return openSocket(() => this.#begin(target, this.#options.tls), target.secure, limit);
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
  async #runOnNew(
    request: TransportRequest,
    { target, key, proxy }: Way,
    before: Buffer | undefined,
  ): Promise<TransportResponse> {
    const { deadline = 0 } = request;
    const begun = deadline > 0 ? Date.now() : 0;
    const tls = request.route?.tls ?? this.#options.tls;
    const limit = this.#connectLimit(request);
    const connection = proxy
      ? await this.#connectByProxy(proxy, target, key, tls, limit)
      : await this.#connect(target, key, tls, limit);
    const left = deadline > 0 ? Math.max(1, deadline - (Date.now() - begun)) : 0;
    // Not before there is a connection for it: without one another backend may be tried.
    const arrived = before ?? takeArrived(request.body, request.contentLength);
    return this.#run(connection, request, target, arrived, left);
  }

  #connectLimit({ deadline = 0, connectTimeout = this.#options.connectTimeout }: TransportRequest): ConnectLimit {
    return deadline > 0 && deadline < connectTimeout
      ? { ms: deadline, kind: 'deadline' }
      : { ms: connectTimeout, kind: 'connect-timeout' };
  }

  #connect(target: Target, key: string, tls: TlsOptions, limit: ConnectLimit): Promise<Connection> {
    return this.#opened(() => this.#begin(target, tls, key), target.secure, key, limit);
  }

  /** Begins to connect, where the rules allow it. @param key of the TLS session that may go on; absent: a new one */
  #begin({ host, port, secure }: Pick<Target, 'host' | 'port' | 'secure'>, tls: TlsOptions, key?: string): Socket {
    this.#rules.checkHost(host, port);
    const where = { host, port, lookup: this.#rules.lookupFor(port) };
    return secure ? this.#secure(host, { ...where, ...tls }, key) : connectPlain(where);
  }

  async #connectByProxy(
    proxy: HttpProxy,
    target: Target,
    key: string,
    tls: TlsOptions,
    limit: ConnectLimit,
  ): Promise<Connection> {
    const signal = AbortSignal.timeout(limit.ms);
    let tunnel: Socket;
    try {
      await checkBehindProxy(this.#rules, target);
      if (!target.secure) {
        const { host, port, protocol } = proxy;
        const entrance = { ...target, host, port, secure: protocol === 'https' };
        return await this.#connect(entrance, key, this.#options.tls, limit);
      }
      tunnel = await openTunnel(proxy, target, { rules: this.#rules, signal });
    } catch (error) {
      if (signal.aborted) throw new TransportError(limit.kind, `No connection within ${limit.ms} ms`);
      throw error instanceof TransportError ? error : connectError(error as Error);
    }
    return this.#opened(() => this.#secure(target.host, { socket: tunnel, ...tls }, key), true, key, limit);
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

  /** Resolves when the connection is ready for a request. */
  async #opened(open: () => Socket, secure: boolean, key: string, limit: ConnectLimit): Promise<Connection> {
    const connection = new Connection(await openSocket(open, secure, limit), this);
    this.#keys.set(connection, key);
    return connection;
  }

  #secure(host: string, options: ConnectionOptions, key?: string): Socket {
    const name = serverName(host);
    const session = key === undefined ? undefined : this.#sessions.get(key);
    const socket = connectTls({
      ...options,
      ...(name === undefined ? {} : { servername: name }),
      ...(session === undefined ? {} : { session }),
    });
    if (key !== undefined) socket.on('session', (ticket) => this.#keepSession(key, ticket));
    return socket;
  }

  #keepSession(key: string, ticket: Buffer): void {
    this.#sessions.delete(key);
    this.#sessions.set(key, ticket);
    const [oldest = key] = this.#sessions.keys();
    if (this.#sessions.size > this.#options.maximumSessions) this.#sessions.delete(oldest);
  }
}

/** Where a request goes, and by which connections. */
interface Way {
  readonly target: Target;
  /** Connections with the same key can take the request. */
  readonly key: string;
  readonly proxy: HttpProxy | undefined;
}

function wayOf({ route, pool }: TransportRequest, target: Target): Way {
  if (!route && pool === undefined) return { target, key: target.key, proxy: undefined };
  const key = `${route?.id ?? ''}${target.key}${pool === undefined ? '' : ` ${pool}`}`;
  return { target, key, proxy: route?.proxyFor(target.host) };
}

/** A request for an `http:` target as its proxy wants it (RFC 9112 3.2.2). */
function forProxy(request: TransportRequest, { authorization }: HttpProxy): TransportRequest {
  const extra = authorization === undefined ? [] : ['Proxy-Authorization', authorization];
  return { ...request, absoluteUri: true, headers: [...request.headers, ...extra] };
}

function closedWhileIdle(error: unknown): boolean {
  const reset = error instanceof TransportError && error.kind === 'closed' && error.cause !== undefined;
  return reset && error.repeatable;
}
