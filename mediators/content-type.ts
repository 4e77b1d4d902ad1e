import { RECEIVED_TYPE } from '../runtime/message/content-type.js';
import type { Message } from '../runtime/message/message.js';

/** Gives the message a media type: axis2 `messageType` and `ContentType`, and the header (message-model 1.2). */
export function setContentType(message: Message, type: unknown): void {
  message.axis2.set('messageType', type);
  message.axis2.set('ContentType', type);
  message.headers.set('Content-Type', type);
  message.axis2.delete(RECEIVED_TYPE);
}
