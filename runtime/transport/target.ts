import { isIP } from 'node:net';
import { TransportError } from './transport.js';

/** Where a request goes: the parts of its URL, the path as written. */
export interface Target {
  readonly secure: boolean;
  /** Host name or address, without the brackets of IPv6. */
  readonly host: string;
  readonly port: number;
  /** Host as it stands in the URL, with the port when the URL has one: the value for `Host` (artifacts 3.10). */
  readonly authority: string;
  /** Path and query as written; `/` when there is none. */
  readonly path: string;
}

const url = /^(https?):\/\/(?:[^/?#@]*@)?(\[[0-9a-f:.]+\]|[^/?#:@[\]\s]+)(?::(\d{1,5}))?([/?][^#]*)?(?:#.*)?$/is;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the characters that would break the request line
const unsafe = /[\u0000-\u0020\u007f]/;

/**
 * Takes a URL apart without rewriting it: `URL` would resolve `..` and escape characters, but backends get the path
 * that the flow made. User information is dropped.
 * @throws TransportError `request` for what is no HTTP URL.
 */
export function parseTarget(text: string): Target {
  const match = url.exec(text);
  if (!match) throw new TransportError('request', `No HTTP URL: ${withoutSecrets(text)}`);
  const [, scheme = '', authorityHost = '', portText, rest = ''] = match;
  const secure = scheme.length === 5;
  const port = portText === undefined ? (secure ? 443 : 80) : Number(portText);
  const path = rest === '' ? '/' : rest.startsWith('?') ? `/${rest}` : rest;
  if (unsafe.test(path)) {
    throw new TransportError('request', `White space or a control character in the URL ${withoutSecrets(text)}`);
  }
  if (port > 65_535) throw new TransportError('request', `No such port: ${withoutSecrets(text)}`);
  return {
    secure,
    host: authorityHost.startsWith('[') ? authorityHost.slice(1, -1) : authorityHost,
    port,
    authority: portText === undefined ? authorityHost : `${authorityHost}:${portText}`,
    path: asciiOnly(path),
  };
}

/** The URL without user information and query, for error texts. */
export function withoutSecrets(text: string): string {
  return text.replace(/\/\/[^/?#]*@/, '//').replace(/[?#].*$/s, '');
}

/** A name for `servername` and certificate checks; addresses have none. */
export function serverName(host: string): string | undefined {
  return isIP(host) === 0 ? host : undefined;
}

/** Characters beyond ASCII go out percent-encoded as UTF-8; servers refuse them as they are. */
function asciiOnly(path: string): string {
  return path.replace(/[\u0080-\u{10ffff}]+/gu, (text) =>
    Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).toUpperCase()}`).join(''),
  );
}
