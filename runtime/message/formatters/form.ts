import { childElements, directText } from '../../xml/walk.js';
import { encodeText } from '../charset.js';
import { encodingOf } from '../content-type.js';
import { withoutMarks } from '../conversion/names.js';
import type { Message } from '../message.js';
import type { Written } from './formatter.js';

/**
 * application/x-www-form-urlencoded: `name=value` for each child of the first element, from its own text (message-model
 * 5.7).
 */
export function formatForm(message: Message): Written {
  const suppressed = message.axis2Property('setCharacterEncoding') === 'false';
  const action = message.addressing.soapAction;
  const charset = suppressed ? '' : `; charset=${encodingOf(message)}`;
  const contentType = `application/x-www-form-urlencoded${charset}${action ? `;action="${action}";` : ''}`;
  return { content: formPairs(message), contentType };
}

/**
 * The URL of a GET request whose body is a form: the first element's name becomes a path segment and the pairs join the
 * query (message-model 5.7).
 * @param url absolute or relative, may have a query
 */
export function urlWithForm(url: string, message: Message): string {
  const name = message.payload.firstElementName()?.localName;
  if (name === undefined) return url;
  const [path = '', query = ''] = url.split(/\?(.*)/s);
  const pairs = [query, formPairs(message)].filter((part) => part !== '').join('&');
  return `${path}${path.endsWith('/') ? '' : '/'}${name}${pairs === '' ? '' : `?${pairs}`}`;
}

function formPairs(message: Message): string {
  const root = message.payload.firstElement();
  if (!root) return '';
  const charset = encodingOf(message);
  return childElements(root)
    .map((child) => withoutMarks(`${child.localName ?? child.nodeName}=${encodeValue(directText(child), charset)}`))
    .join('&');
}

/** Form encoding with `%20` for a blank: letters, digits and `*-._` stay. */
function encodeValue(text: string, charset: string): string {
  return text.replace(/[^A-Za-z0-9*\-._]+/g, (part) => {
    const bytes = encodeText(part, charset);
    return Array.from(bytes, (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
  });
}
