import type { ServerResponse } from 'node:http';
import { applyCors } from '../../deploy/api/cors.js';
import { addCorsHeaders } from '../../deploy/api/cors-policy.js';
import type { Deployed } from '../../deploy/deployed.js';
import { dispatchAnswer } from '../../deploy/dispatch.js';
import { isTrueExplicitly } from '../../java/boolean.js';
import { errorCode, Fault } from '../../message/fault.js';
import type { Exchange, Message } from '../../message/message.js';
import { type ClientAnswer, type ClientRequest, clientAnswer } from './client-answer.js';
import { writeAnswer } from './write-answer.js';

/** The exchange of one HTTP request with its client (message-model 2.5, 6.3). */
export class ClientExchange implements Exchange {
  #answered = false;
  readonly #waiting: (() => void)[] = [];
  readonly #ending: (() => Promise<void>)[] = [];
  #error: unknown;
  #failed = false;
  /** Pieces of work that are under way. */
  #working = 0;
  /** Called when nothing is under way any more. */
  #whenDone: (() => void) | undefined;
  calledOut = false;

  constructor(
    private readonly deployed: Deployed,
    private readonly request: ClientRequest,
    private readonly response: ServerResponse,
  ) {}

  get answered(): boolean {
    return this.#answered;
  }

  get abandoned(): boolean {
    return !this.#answered && this.response.destroyed;
  }

  respond(message: Message): void | Promise<void> {
    if (this.#refuseSecond(message)) return;
    applyCors(message);
    addCorsHeaders(message);
    const answer = clientAnswer(message, this.request);
    if (answer instanceof Promise) return answer.then((made) => this.#send(message, made));
    this.#send(message, answer);
  }

  inject(message: Message): unknown {
    return dispatchAnswer(this.deployed, message);
  }

  track(work: Promise<unknown>): void {
    this.#working++;
    const ended = (): void => {
      if (--this.#working === 0) this.#whenDone?.();
    };
    work.then(ended, (error) => {
      this.unhandled(error);
      ended();
    });
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
    while (this.#working > 0) await this.#done();
    for (const callback of this.#ending.splice(0)) await callback();
    if (this.#answered) return;
    if (!this.#failed) return this.#answerEmpty(acknowledgement(message));
    const timedOut = this.#error instanceof Fault && this.#error.code === errorCode.timeout;
    this.#answerEmpty(timedOut ? 504 : 500);
  }

  #done(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenDone = resolve;
    });
  }

  /** An answer that cannot be written closes the connection: the client must not wait for it. */
  #send(message: Message, answer: ClientAnswer): void {
    if (this.#refuseSecond(message)) return;
    this.#setAnswered();
    const closeAfter = (error: unknown): void => {
      this.response.destroy();
      this.unhandled(error);
    };
    try {
      const written = this.#write(answer);
      if (written) this.track(written.catch(closeAfter));
    } catch (error) {
      closeAfter(error);
    }
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

  #write(answer: ClientAnswer): void | Promise<void> {
    this.#flushLog();
    return writeAnswer(this.response, answer);
  }
}

/** Status of the acknowledgement: `NIO-ACK-Requested` makes it that of the flow (message-model 2.3). */
function acknowledgement(message: Message): number {
  if (!isTrueExplicitly(message.axis2Property('NIO-ACK-Requested'))) return 202;
  const status = Number(String(message.axis2Property('HTTP_SC') ?? 202));
  return status >= 200 && status <= 999 ? status : 202;
}
