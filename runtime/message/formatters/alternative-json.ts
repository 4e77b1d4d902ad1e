import { withCharset } from '../content-type.js';
import { type Convention, elementToJson } from '../conversion/alternative-json.js';
import type { Message } from '../message.js';
import type { Formatter, Written } from './formatter.js';

/** application/json/badgerfish (message-model 5.2). */
export const formatBadgerfish: Formatter = (message) => format(message, 'badgerfish', 'application/json/badgerfish');

/** text/javascript: the "mapped" convention (message-model 5.2). */
export const formatMapped: Formatter = (message) => format(message, 'mapped', 'text/javascript');

function format(message: Message, convention: Convention, type: string): Written {
  const root = message.payload.firstElement();
  return { content: root && elementToJson(root, convention), contentType: withCharset(message, type) };
}
