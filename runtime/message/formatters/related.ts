import type { Message } from '../message.js';
import type { Written } from './formatter.js';
import { formatSoap } from './soap.js';
import { formatXml } from './xml.js';

/**
 * multipart/related: attachments were taken into the message when it was read, so that it goes out as one document, as
 * SOAP when it came as SOAP, with the type of that (message-model 5.2).
 */
export function formatRelated(message: Message): Written {
  return message.payload.hasDocument ? formatSoap(message) : formatXml(message);
}
