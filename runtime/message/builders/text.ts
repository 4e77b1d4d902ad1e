import { charsetOf, decodeText } from '../charset.js';
import type { Message } from '../message.js';
import type { BuilderInput } from './builder.js';

/** text/plain: the text wrapper, decoded in the charset of the type, by default UTF-8 (message-model 5.6). */
export function buildText(message: Message, { bytes, contentType }: BuilderInput): void {
  message.payload.reset('1.1');
  message.payload.setText(decodeText(bytes, charsetOf(contentType) ?? 'UTF-8'), true);
}
