import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { applyCors } from '../../deploy/api/cors.js';
import { addCorsHeaders } from '../../deploy/api/cors-policy.js';
import type { Deployed } from '../../deploy/deployed.js';
import { dispatchAnswer } from '../../deploy/dispatch.js';
import { isTrueExplicitly } from '../../java/boolean.js';
import { errorCode, Fault } from '../../message/fault.js';
import type { Exchange, Message } from '../../message/message.js';
import { type ClientAnswer, type ClientRequest, clientAnswer } from './client-answer.js';
import { endAsHttp10 } from './http10.js';

/** The exchange of one HTTP request with its client (message-model 2.5, 6.3). */
export class ClientExchange implements Exchange {
  #answered = false;
  readonly #waiting: (() => void)[] = [];
  readonly #ending: (() => Promise<void>)[] = [];
  #error: unknown;
  #failed = false;
  readonly #work = new Set<Promise<unknown>>();

  constructor(
    private readonly deployed: Deployed,
    private readonly request: ClientRequest,
    private readonly response: ServerResponse,
  ) {}

  get answered(): boolean {
    return this.#answered;
  }

  async respond(message: Message): Promise<void> {
    if (this.#refuseSecond(message)) return;
    applyCors(message);
    addCorsHeaders(message);
    const answer = await clientAnswer(message, this.request);
    if (this.#refuseSecond(message)) return;
    this.#setAnswered();
    this.track(this.#writeOrClose(answer));
  }

  inject(message: Message): Promise<void> {
    return dispatchAnswer(this.deployed, message);
  }

  track(work: Promise<unknown>): void {
    const guarded = work.catch((error: unknown) => this.unhandled(error)).finally(() => this.#work.delete(guarded));
    this.#work.add(guarded);
  }

  unhandled(error: unknown): void {
    this.#failed = true;
    this.#error = error;
  }

  whenAnswered(callback: () => void): void {
    if (this.#answered) callback();
    else this.#waiting.push(callback);
  }

  whenEnded(callback: () => Promise<void>): void {
    this.#ending.push(callback);
  }

  acknowledgeIfForced(message: Message): void {
    if (this.#answered || !isTrueExplicitly(message.axis2Property('FORCE_SC_ACCEPTED'))) return;
    this.#answerEmpty(202);
  }

  /** Waits for everything that the request started, then answers if nothing has (artifacts 1.9; never a hang). */
  async finish(message: Message): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
    for (const callback of this.#ending.splice(0)) await callback();
    if (this.#answered) return;
    if (!this.#failed) return this.#answerEmpty(acknowledgement(message));
    const timedOut = this.#error instanceof Fault && this.#error.code === errorCode.timeout;
    this.#answerEmpty(timedOut ? 504 : 500);
  }

  #setAnswered(): void {
    this.#answered = true;
    for (const callback of this.#waiting.splice(0)) callback();
  }

  #refuseSecond(message: Message): boolean {
    if (!this.#answered) return false;
    const text = 'Trying to send a response to an already responded client request';
    message.environment.logger.log('WARN', 'Axis2Sender', text);
    return true;
  }

  /** Whoever has the answer finds the lines of the request in the log. */
  #flushLog(): void {
    this.deployed.logger.flush?.();
  }

  #answerEmpty(status: number): void {
    this.#setAnswered();
    this.#flushLog();
    if (this.response.destroyed) return;
    this.response.writeHead(status, { 'Content-Length': '0' });
    this.response.end();
  }

  /** An answer that cannot be written closes the connection: the client must not wait for it. */
  async #writeOrClose(answer: ClientAnswer): Promise<void> {
    try {
      await this.#write(answer);
    } catch (error) {
      this.response.destroy();
      throw error;
    }
  }

  async #write(answer: ClientAnswer): Promise<void> {
    const { response } = this;
    this.#flushLog();
    if (response.destroyed) return discard(answer);
    if (answer.close) response.shouldKeepAlive = false;
    writeHead(response, answer);
    if (answer.http10 && !(answer.body instanceof Readable)) return endAsHttp10(response, answer.body);
    if (!(answer.body instanceof Readable)) {
      response.end(answer.body);
      return;
    }
    await relay(answer.body, response);
  }
}

/** Status of the acknowledgement: `NIO-ACK-Requested` makes it that of the flow (message-model 2.3). */
function acknowledgement(message: Message): number {
  if (!isTrueExplicitly(message.axis2Property('NIO-ACK-Requested'))) return 202;
  const status = Number(String(message.axis2Property('HTTP_SC') ?? 202));
  return status >= 200 && status <= 999 ? status : 202;
}

/**
 * Streams a body to the client with back-pressure. One that breaks off before anything was sent becomes a 502; later the
 * connection is closed, so that the answer does not look complete (message-model 6.8).
 */
function relay(body: Readable, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const broken = (): void => {
      if (response.headersSent) response.destroy();
      else {
        for (const name of response.getHeaderNames()) response.removeHeader(name);
        response.writeHead(502, 'Bad Gateway', { 'Content-Length': '0' }).end();
      }
      resolve();
    };
    if (body.errored) return broken();
    body.once('error', broken);
    response.once('close', () => {
      body.destroy();
      resolve();
    });
    body.pipe(response);
  });
}

function discard(answer: ClientAnswer): void {
  if (answer.body instanceof Readable) answer.body.destroy();
}

function writeHead(response: ServerResponse, answer: ClientAnswer): void {
  const grouped = new Map<string, { name: string; values: string[] }>();
  for (const [name, value] of answer.headers) {
    const known = grouped.get(name.toLowerCase());
    if (known) known.values.push(value);
    else grouped.set(name.toLowerCase(), { name, values: [value] });
  }
  for (const { name, values } of grouped.values()) {
    if (isSendable(name, values)) response.setHeader(name, values.length === 1 ? (values[0] as string) : values);
  }
  if (!response.hasHeader('Server')) response.setHeader('Server', 'Mediant');
  if (answer.body instanceof Uint8Array) response.setHeader('Content-Length', answer.body.byteLength);
  if (response.hasHeader('Trailer')) announceTrailer(response, answer);
  response.statusCode = answer.status;
  if (answer.reason !== undefined) response.statusMessage = answer.reason.replace(/[^\t\x20-\x7e\x80-\xff]/g, ' ');
  if (answer.reason === '' && !answer.http10) keepEmptyReason(response, answer);
}

/** A `Trailer` header passes (message-model 2.4), but node:http refuses it unless the body is chunked. */
function announceTrailer(response: ServerResponse, { status, http10 }: ClientAnswer): void {
  const { method, httpVersion } = response.req;
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304 || http10 || httpVersion === '1.0') {
    response.removeHeader('Trailer');
    return;
  }
  response.removeHeader('Content-Length');
  response.setHeader('Transfer-Encoding', 'chunked');
}

/** node:http writes the standard phrase in place of an empty one, unless it is told to write the head. */
function keepEmptyReason(response: ServerResponse, { status, body }: ClientAnswer): void {
  if (body instanceof Readable) body.once('data', () => response.writeHead(status, ''));
  else response.writeHead(status, '');
}

/** Names and values that HTTP forbids are left out rather than failing the whole answer. */
function isSendable(name: string, values: readonly string[]): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && values.every((value) => !/[^\t\x20-\x7e\x80-\xff]/.test(value));
}
