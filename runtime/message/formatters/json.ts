import { charsetOf } from '../charset.js';
import { encodingOf, withCharset } from '../content-type.js';
import type { Message } from '../message.js';
import type { Written } from './formatter.js';

/**
 * application/json (message-model 4.3): the stored text while it is still the body, else the first element converted.
 * A charset in `ContentType` counts before `CHARACTER_SET_ENCODING`. Nothing to write is an empty body.
 */
export function formatJson(message: Message): Written {
  const { payload } = message;
  const type = message.axis2Text('ContentType');
  const charset = charsetOf(type) ?? encodingOf(message);
  const contentType = withCharset(message, type || message.axis2Text('messageType') || 'application/json');
  const written = payload.writtenJson;
  if (written) return { content: written.encode(charset), contentType };
  const preserveSpaces = String(message.axis2Property('PRESERVE_SPACES')).toLowerCase() === 'true';
  return { content: payload.asJsonText(preserveSpaces) ?? message.axis2Text('JSON_STRING'), contentType, charset };
}
