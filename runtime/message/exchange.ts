import type { Outcome } from './environment.js';
import type { Message } from './message.js';

/**
 * One client request and its one answer. Implemented by the gateway, by `run`, and by the unit-test runner.
 * Clones of a message share their exchange.
 */
export interface Exchange {
  /** Whether an answer was given (or acknowledged): a second one is dropped with a warning. */
  readonly answered: boolean;
  /** Sends the message back to the client as it stands (message-model 2.5). */
  respond(message: Message): void | Promise<void>;
  /** Re-injects a message: the receiving sequence, else the artifact's out-sequence, else `main` (message-model 1.5). */
  inject(message: Message): Promise<void>;
  /** Work that goes on although the flow that started it has ended (send, clone): the exchange ends after it. */
  track(work: Promise<unknown>): void;
  /** An error that no fault handler took: the exchange is answered with an error when its work is done. */
  unhandled(error: unknown): void;
  /** Calls back once, when the client has its answer or nothing can answer it any more; absent where nobody waits. */
  whenAnswered?(callback: () => void): void;
  /** The request thread of the reference ends here: FORCE_SC_ACCEPTED answers 202 now (message-model 2.3). */
  acknowledgeIfForced(message: Message): void;
}

/** What `run`, traces and unit tests observe. Absent on ordinary traffic, so that it costs nothing there. */
export interface Recorder {
  /** Called before each mediator; the returned function is called after it. */
  step(message: Message, mediator: string, line: number, artifact: string): (note?: string) => void;
  call(call: RecordedCall): void;
  log(level: string, text: string): void;
}

export interface RecordedCall {
  method: string;
  url: string;
  requestHeaders: Record<string, string>;
  requestBody: string;
  status?: number;
  responseHeaders?: Record<string, string>;
  responseBody?: string;
  /** Milliseconds. */
  ms: number;
  error?: string;
}

export type { Outcome };
