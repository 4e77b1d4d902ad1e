import type { Message } from '../message.js';
import type { Written } from './formatter.js';
import { formatSoap } from './soap.js';

/** application/octet-stream: the bytes of the binary wrapper; other bodies as a SOAP envelope (message-model 5.5). */
export function formatOctetStream(message: Message): Written {
  const content = message.payload.binary ?? formatSoap(message).content;
  return { content, contentType: message.axis2Text('ContentType') || 'application/octet-stream' };
}

/** application/binary: the bytes of the binary wrapper, nothing for other bodies (message-model 5.5). */
export function formatBinary(message: Message): Written {
  return { content: message.payload.binary, contentType: message.axis2Text('ContentType') || 'application/binary' };
}
