import type { ConfigElement } from '../configuration/element.js';
import type { Message } from '../message/message.js';
import { rememberCredentialHeader } from '../message/sent-credentials.js';
import type { Authentication } from './leaf-parts.js';
import { type Reading, required } from './oauth-values.js';

/**
 * Reads `<apiKey>`: a key that goes along with every request, in a header or in the query (api-management 1.16).
 * @throws ConfigurationError for a name that no header can have, and when something is missing
 */
export function apiKeyAuthentication(element: ConfigElement, reading: Reading): Authentication {
  const name = element.element('name')?.text.trim() ?? '';
  const place = element.element('in')?.text.trim().toLowerCase() || 'header';
  if (name === '') return reading.refuse(element, '<apiKey> needs a <name> that is not empty');
  const value = required(element, 'value', reading);
  if (place === 'query') return inQuery(name, value);
  if (place !== 'header') return reading.refuse(element, `<in> is header or query, not ${place}`);
  if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name)) return reading.refuse(element, `no header can have the name ${name}`);
  return inHeader(name, value);
}

type Value = ReturnType<typeof required>;

function inHeader(name: string, value: Value): Authentication {
  return {
    header: name,
    renewable: undefined,
    async apply(message) {
      const key = await value.evaluate(message);
      hide(message, key);
      message.headers.set(name, key);
      message.excessHeaders?.delete(name.toLowerCase());
      rememberCredentialHeader(message, name);
    },
  };
}

function inQuery(name: string, value: Value): Authentication {
  const keys = new WeakMap<Message, string>();
  return {
    header: undefined,
    renewable: undefined,
    async apply(message) {
      const key = await value.evaluate(message);
      hide(message, key);
      keys.set(message, key);
    },
    exchange(message, request, send) {
      const key = keys.get(message);
      return send(key === undefined ? request : { ...request, url: withParameter(request.url, name, key) });
    },
  };
}

/** Records show neither the key nor what it looks like in a URL. */
function hide({ recorder }: Message, key: string): void {
  if (key === '') return;
  recorder?.secret?.(key);
  recorder?.secret?.(encodeURIComponent(key));
}

/** The URL with this parameter, once: what the caller sent by its name does not go on. */
function withParameter(url: string, name: string, value: string): string {
  const [address = '', query = ''] = url.replace(/#.*$/s, '').split(/\?(.*)/s);
  const others = query.split('&').filter((one) => one !== '' && decoded(one.replace(/=.*$/s, '')) !== name);
  return `${address}?${[...others, `${encodeURIComponent(name)}=${encodeURIComponent(value)}`].join('&')}`;
}

/** A name that was not written by the rules is none that could be meant. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
