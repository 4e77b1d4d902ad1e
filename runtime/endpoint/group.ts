import type { Message } from '../message/message.js';
import type { ChildEndpoint, SendMode } from './endpoint.js';

/** An endpoint made of others: it is always ready, and as a child of another one any failure of it may be retried. */
export abstract class GroupEndpoint implements ChildEndpoint {
  constructor(readonly name: string | undefined) {}

  ready(): boolean {
    return true;
  }

  retryable(): boolean {
    return true;
  }

  send(message: Message): Promise<void> {
    return this.sendBy(message, 'send');
  }

  sendBlocking(message: Message): Promise<void> {
    return this.sendBy(message, 'sendBlocking');
  }

  /** Both ways of sending; the children are sent to in the same way. */
  protected abstract sendBy(message: Message, mode: SendMode): Promise<void>;
}
