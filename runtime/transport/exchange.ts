import type { Socket } from 'node:net';
import { AnswerBody } from './answer-body.js';
import { writeBody, writeWhole } from './body-writer.js';
import { type BodyFraming, requestHead } from './request-head.js';
import type { ResponseHead } from './response-head.js';
import { type ResponseEvents, ResponseParser } from './response-parser.js';
import type { Target } from './target.js';
import {
  type ProtocolState,
  protocolState,
  TransportError,
  type TransportRequest,
  type TransportResponse,
} from './transport.js';
import { atTurnEnd } from './turn-end.js';

/** How an exchange is run. */
export interface Conditions {
  /** All of the body of a client's request, when it is there already; it is framed as the stream would be. */
  readonly arrived: Buffer | undefined;
  /** Milliseconds without traffic; 0 for any time. */
  readonly socketTimeout: number;
  /** Milliseconds until the head of the answer must be there; 0 for any time. */
  readonly deadline: number;
}

/** What is told of an exchange. */
export interface ExchangeOutcome {
  resolve(response: TransportResponse): void;
  reject(error: Error): void;
  /** Nothing more is to be sent or read for it; `seconds` is the backend's own limit for waiting. */
  over(reusable: boolean, seconds: number | undefined): void;
}

/** A request under way on a connection, and its answer. */
export class Exchange implements ResponseEvents {
  state: ProtocolState = protocolState.requestReady;
  readonly #parser: ResponseParser;
  #head: ResponseHead | undefined;
  /** Body parts that came before the answer was handed out. */
  #parts: Buffer[] = [];
  #stream: AnswerBody | undefined;
  #sent = false;
  #over = false;
  #stopSending: (() => void) | undefined;
  #deadline: NodeJS.Timeout | undefined;

  constructor(
    private readonly socket: Socket,
    private readonly request: TransportRequest,
    private readonly sentBody: TransportRequest['body'],
    private readonly outcome: ExchangeOutcome,
  ) {
    this.#parser = new ResponseParser(request.method === 'HEAD', this);
  }

  start(target: Target, { arrived, deadline }: Conditions): void {
    if (deadline > 0) {
      this.#deadline = setTimeout(
        () => this.fail(new TransportError('deadline', 'No answer within the time-out', this.state)),
        deadline,
      );
    }
    const body = this.sentBody;
    const framing = arrived ? framingOfArrived(this.request, arrived) : bodyFraming(this.request);
    let head: string;
    try {
      head = requestHead(this.request, target, framing);
    } catch (error) {
      this.fail(error as Error);
      return;
    }
    if (body === undefined || body instanceof Uint8Array) {
      atTurnEnd(() => {
        if (!this.#over) writeWhole(this.socket, head, body, framing);
      });
      this.#sent = true;
      this.state = protocolState.requestDone;
      return;
    }
    this.state = protocolState.requestBody;
    this.socket.cork();
    this.socket.write(head, 'latin1');
    this.#stopSending = writeBody(body, this.socket, framing.kind === 'length' ? framing.length : undefined, {
      sent: () => {
        this.#sent = true;
        this.state = protocolState.requestDone;
      },
      failed: (error) => this.fail(new TransportError('source', 'The request body broke off', this.state, error)),
    });
    // After what the source has ready, so that head and first part leave together.
    process.nextTick(() => this.socket.uncork());
  }

  data(chunk: Buffer): void {
    let failure: Error | undefined;
    try {
      this.#parser.feed(chunk);
    } catch (error) {
      failure = error as Error;
    }
    if (failure && (this.#head === undefined || !this.#parser.done || !this.#bodyless)) this.fail(failure);
    else this.#advance(failure === undefined);
  }

  peerEnded(): void {
    if (this.#over) return;
    try {
      this.#parser.finish();
      this.#advance(false);
    } catch (error) {
      const early = (error as TransportError).state === protocolState.requestDone && !this.#sent;
      this.fail(early ? new TransportError('closed', (error as Error).message, this.state) : (error as Error));
    }
  }

  timedOut(): void {
    const state = this.#head ? protocolState.responseBody : this.state;
    this.fail(new TransportError('timeout', 'No traffic within the socket time-out', state));
  }

  /** Ends the exchange by an error: the promise before the head was handed out, the body stream afterwards. */
  fail(error: Error): void {
    if (this.#over) return;
    if (this.#head && !this.#stream) this.#handOut();
    this.#finish(false);
    if (this.#stream) this.#stream.destroy(error);
    else {
      if (error instanceof TransportError) error.repeatable = this.#mayRepeat;
      this.outcome.reject(error);
    }
  }

  head(head: ResponseHead): void {
    this.#head = head;
    clearTimeout(this.#deadline);
  }

  body(chunk: Buffer): void {
    if (!this.#stream) this.#parts.push(chunk);
    else if (!this.#stream.push(chunk)) this.socket.pause();
  }

  end(): void {
    // Acted upon in #advance, once it is known whether more bytes follow that do not belong here.
  }

  get #bodyless(): boolean {
    const status = this.#head?.status;
    return this.request.method === 'HEAD' || status === 204 || status === 304;
  }

  /** Not a byte of an answer, and nothing was sent that could not be sent again. */
  get #mayRepeat(): boolean {
    return this.#parser.untouched && (this.sentBody === undefined || this.sentBody instanceof Uint8Array);
  }

  #advance(clean: boolean): void {
    if (!this.#head) return;
    if (!this.#parser.done) {
      if (!this.#stream) this.#handOut();
      return;
    }
    const { keepAlive, keepAliveSeconds } = this.#head;
    const kept = keepAlive && clean && this.#sent && this.request.keepAlive !== false && !this.request.http10;
    this.#finish(kept, keepAliveSeconds);
    if (this.#stream) this.#stream.push(null);
    else this.outcome.resolve(this.#response(this.#bodyless ? undefined : joined(this.#parts)));
  }

  #handOut(): void {
    const stream = new AnswerBody(this.socket, () => !this.#over && this.fail(new Error('The answer was given up')));
    this.#stream = stream;
    for (const part of this.#parts) stream.push(part);
    this.#parts = [];
    this.outcome.resolve(this.#response(stream));
  }

  #response(body: TransportResponse['body']): TransportResponse {
    const { status, reason, headers } = this.#head as ResponseHead;
    return { status, reason, headers, body };
  }

  #finish(reusable: boolean, keepAliveSeconds?: number): void {
    this.#over = true;
    if (this.#stream) this.#stream.complete = true;
    clearTimeout(this.#deadline);
    this.#stopSending?.();
    if (this.socket.isPaused()) this.socket.resume();
    this.outcome.over(reusable, keepAliveSeconds);
  }
}

function framingOfArrived({ contentLength }: TransportRequest, { length }: Buffer): BodyFraming {
  return contentLength === undefined ? { kind: 'chunked' } : { kind: 'length', length };
}

function bodyFraming(request: TransportRequest): BodyFraming {
  const { body } = request;
  if (body === undefined) return { kind: 'none' };
  if (body instanceof Uint8Array && (!request.chunked || request.http10))
    return { kind: 'length', length: body.length };
  if (request.contentLength !== undefined) return { kind: 'length', length: request.contentLength };
  return { kind: 'chunked' };
}

function joined(parts: readonly Buffer[]): Buffer {
  return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
}
