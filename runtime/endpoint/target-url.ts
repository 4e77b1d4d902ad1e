import { javaText } from '../java/text.js';
import type { Message } from '../message/message.js';

const placeholder = /\$\{([^{}]+)\}/g;

/** Puts default-scope properties in place of `${name}`; names that are not set stay as they are (artifacts 3.5). */
export function substituteProperties(url: string, message: Message): string {
  if (!url.includes('${')) return url;
  return url.replace(placeholder, (written, name: string) => {
    const value = message.properties.get(name);
    return value === undefined ? written : javaText(value);
  });
}

/**
 * Appends REST_URL_POSTFIX to an address (artifacts 3.5): a slash is put in between when neither side has one, and one
 * of two is dropped. The query of the address is not looked at.
 */
export function joinPostfix(address: string, postfix: string): string {
  if (postfix === '' || address.startsWith('jms')) return address;
  const slash = address.endsWith('/');
  if (postfix.startsWith('?')) return (slash ? address.slice(0, -1) : address) + postfix;
  if (postfix.startsWith('/')) return address + (slash ? postfix.slice(1) : postfix);
  return slash ? address + postfix : `${address}/${postfix}`;
}

/** The default endpoint's way: only the missing slash is put in, a double one stays. */
export function joinPostfixPlainly(address: string, postfix: string): string {
  if (postfix === '' || address.startsWith('jms')) return address;
  const joined = address.endsWith('/') || postfix.startsWith('/') || postfix.startsWith('?');
  return joined ? address + postfix : `${address}/${postfix}`;
}
