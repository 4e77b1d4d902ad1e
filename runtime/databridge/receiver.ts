import type { Socket } from 'node:net';
import type { SocketTarget } from '../transport/transport.js';
import { connectCall, defineStreamCall, disconnectCall, publishCall } from './bridge-calls.js';
import { type DataEvent, type StreamDefinition, streamId } from './data-event.js';
import type { BridgeAddress, ReceiverUrls } from './receiver-urls.js';
import { BridgeRefusal, ThriftConnection } from './thrift-connection.js';
import { loadThrift } from './thrift-package.js';

/** What receivers are reached by and told with. */
export interface BridgeSurroundings {
  open(target: SocketTarget): Promise<Socket>;
  log(level: 'INFO' | 'WARN', text: string): void;
}

/** User and password, looked up when they are needed. @throws Error when a secret has no value */
export type Credentials = () => { readonly user: string; readonly password: string };

/** Milliseconds for connecting, and for an answer. */
const timeout = 30_000;
/** Milliseconds until a receiver that failed is tried again: doubled with each failure. */
const firstPause = 1000;
const longestPause = 30_000;

/** A receiver of events with the session at its authenticator. One call of {@link publish} runs at a time. */
export class Receiver {
  readonly #urls: ReceiverUrls;
  readonly #credentials: Credentials;
  readonly #around: BridgeSurroundings;
  #session: string | undefined;
  #connection: ThriftConnection | undefined;
  /** Streams that this session has defined, or tried to. */
  readonly #defined = new Set<StreamDefinition>();
  #pause = 0;
  #retryAt = 0;
  busy = false;

  constructor(urls: ReceiverUrls, credentials: Credentials, around: BridgeSurroundings) {
    this.#urls = urls;
    this.#credentials = credentials;
    this.#around = around;
  }

  get url(): string {
    return this.#urls.receiver.url;
  }

  /** Milliseconds until it is tried again; 0 when it can be now. */
  get wait(): number {
    return Math.max(0, this.#retryAt - Date.now());
  }

  /** Lets the next event try it, however lately it failed. */
  retryNow(): void {
    this.#retryAt = 0;
  }

  /**
   * Hands events over; with a session that has expired, once more with a new one.
   * @throws BridgeRefusal when the receiver does not take these events, Error when it cannot be reached: then it is not
   *   asked again before {@link wait} is over
   */
  async publish(events: readonly DataEvent[]): Promise<void> {
    this.busy = true;
    try {
      await this.#withSession(async (session) => {
        const connection = await this.#connect();
        await this.#define(events, session, connection);
        await connection.call(publishCall(session, events), timeout);
      });
      if (this.#pause > 0) this.#around.log('INFO', `The receiver ${this.url} takes events again`);
      this.#pause = 0;
    } catch (error) {
      if (!isRefusedEvent(error)) this.#failed(error as Error);
      throw error;
    } finally {
      this.busy = false;
    }
  }

  /** Ends the session and the connection. */
  async close(): Promise<void> {
    this.#connection?.close();
    this.#connection = undefined;
    const session = this.#session;
    this.#session = undefined;
    if (session === undefined) return;
    await this.#atAuthenticator((connection) => connection.call(disconnectCall(session), timeout)).catch(() => {});
  }

  async #withSession(use: (session: string) => Promise<void>): Promise<void> {
    const kept = this.#session;
    try {
      await use(kept ?? (await this.#login()));
    } catch (error) {
      if (!(error instanceof BridgeRefusal && error.kind === 'session-expired')) throw error;
      this.#session = undefined;
      // A session that has just begun has not expired.
      if (kept === undefined) throw error;
      await use(await this.#login());
    }
  }

  async #login(): Promise<string> {
    const { user, password } = this.#credentials();
    const session = await this.#atAuthenticator((connection) => connection.call(connectCall(user, password), timeout));
    if (session === undefined) throw new Error(`${this.#urls.authenticator.url} gave no session`);
    this.#session = session;
    this.#defined.clear();
    return session;
  }

  async #atAuthenticator<Result>(use: (connection: ThriftConnection) => Promise<Result>): Promise<Result> {
    const connection = await this.#open(this.#urls.authenticator);
    try {
      return await use(connection);
    } finally {
      connection.close();
    }
  }

  async #connect(): Promise<ThriftConnection> {
    if (!this.#connection?.isOpen) this.#connection = await this.#open(this.#urls.receiver);
    return this.#connection;
  }

  async #open({ host, port, secure }: BridgeAddress): Promise<ThriftConnection> {
    const thrift = await loadThrift();
    return new ThriftConnection(thrift, await this.#around.open({ host, port, secure, timeoutMs: timeout }));
  }

  /** A receiver loses events of streams that it does not know. One that knows them otherwise says so. */
  async #define(events: readonly DataEvent[], session: string, connection: ThriftConnection): Promise<void> {
    for (const stream of new Set(events.map((event) => event.stream))) {
      if (this.#defined.has(stream)) continue;
      this.#defined.add(stream);
      try {
        await connection.call(defineStreamCall(session, stream), timeout);
      } catch (error) {
        if (!(error instanceof BridgeRefusal) || error.kind === 'session-expired') throw error;
        const text = `The receiver ${this.url} refuses the definition of the stream ${streamId(stream)}: ${error.message}`;
        this.#around.log('WARN', `${text}. Its events are published all the same`);
      }
    }
  }

  #failed(error: Error): void {
    this.#connection?.close();
    this.#connection = undefined;
    this.#pause = this.#pause === 0 ? firstPause : Math.min(longestPause, this.#pause * 2);
    this.#retryAt = Date.now() + this.#pause;
    const next = `it is tried again in ${this.#pause / 1000} s`;
    this.#around.log('WARN', `The receiver ${this.url} cannot be reached: ${failureText(error)}; ${next}`);
  }
}

/** Whether it is the events that a receiver does not take, so that another one would not take them either. */
export const isRefusedEvent = (error: unknown): boolean =>
  error instanceof BridgeRefusal && (error.kind === 'undefined-stream' || error.kind === 'application');

/** Why a receiver failed, in words. */
export const failureText = (error: Error): string =>
  error instanceof BridgeRefusal && error.kind === 'authentication'
    ? `it refuses the user name or the password (${error.message})`
    : error.message;
