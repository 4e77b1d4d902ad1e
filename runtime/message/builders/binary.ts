import type { Message } from '../message.js';
import type { BuilderInput } from './builder.js';

/** application/octet-stream and application/binary: the binary wrapper in a SOAP 1.1 envelope (message-model 5.5). */
export function buildBinary(message: Message, { bytes }: BuilderInput): void {
  message.payload.reset('1.1');
  message.payload.setBinary(bytes);
}
