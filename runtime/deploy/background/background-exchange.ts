import type { Message } from '../../message/message.js';
import { SettlingExchange } from '../../message/settling-exchange.js';
import type { Host } from './host.js';

/** The exchange of a message that no client has sent: nobody waits for an answer. */
export class BackgroundExchange extends SettlingExchange {
  readonly answered = false;

  /** @param origin what the message comes from, for the log: `message processor Orders` */
  constructor(
    private readonly host: Host,
    private readonly origin: string,
  ) {
    super();
  }

  respond(message: Message): void {
    const { logger } = message.environment;
    logger.log('DEBUG', 'Axis2Sender', `Nobody waits for the answer to a message of the ${this.origin}`);
  }

  inject(message: Message): Promise<void> {
    return this.host.inject(message);
  }

  /** Whoever raised it has logged it. */
  unhandled(_error: unknown): void {}
}
