import type { Deployed } from '../../deploy/deployed.js';
import { dispatchAnswer } from '../../deploy/dispatch.js';
import type { Message } from '../../message/message.js';
import { SettlingExchange } from '../../message/settling-exchange.js';
import { type ClientAnswer, type ClientRequest, clientAnswer } from '../gateway/client-answer.js';

/** Keeps the answer that a client would receive instead of sending it. */
export class DryRunExchange extends SettlingExchange {
  answer: ClientAnswer | undefined;
  /** The error that no fault handler took. */
  error: unknown;

  constructor(
    private readonly deployed: Deployed,
    private readonly request: ClientRequest,
  ) {
    super();
  }

  get answered(): boolean {
    return this.answer !== undefined;
  }

  async respond(message: Message): Promise<void> {
    if (this.answered) return;
    const answer = await clientAnswer(message, this.request);
    this.answer ??= answer;
  }

  inject(message: Message): unknown {
    return dispatchAnswer(this.deployed, message);
  }

  unhandled(error: unknown): void {
    this.error ??= error;
  }
}
