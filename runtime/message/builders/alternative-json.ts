import { charsetOf, decodeText } from '../charset.js';
import { type Convention, jsonToElement } from '../conversion/alternative-json.js';
import type { Message } from '../message.js';
import type { Builder, BuilderInput } from './builder.js';

/** application/json/badgerfish (message-model 5.2). */
export const buildBadgerfish: Builder = (message, input) => build(message, input, 'badgerfish');

/** text/javascript: the "mapped" convention (message-model 5.2). */
export const buildMapped: Builder = (message, input) => build(message, input, 'mapped');

function build(message: Message, { bytes, contentType }: BuilderInput, convention: Convention): void {
  const text = decodeText(bytes, charsetOf(contentType) ?? 'UTF-8');
  message.payload.reset('1.1');
  if (text.trim() !== '') message.payload.setElement(jsonToElement(text, convention));
}
