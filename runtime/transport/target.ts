import { isIP } from 'node:net';
import { TransportError } from './transport.js';

/** The server of a URL. */
export interface Origin {
  readonly secure: boolean;
  /** Host name or address, without the brackets of IPv6. */
  readonly host: string;
  readonly port: number;
  /** Host as it stands in the URL, with the port when the URL has one: the value for `Host` (artifacts 3.10). */
  readonly authority: string;
  /** The same for all URLs of one server: connections are kept by it. */
  readonly key: string;
}

/** Where a request goes: the parts of its URL, the path as written. */
export interface Target extends Origin {
  /** Path and query as written; `/` when there is none. */
  readonly path: string;
}

const originForm = /^(https?):\/\/(?:[^/?#@]*@)?(\[[0-9a-f:.]+\]|[^/?#:@[\]\s]+)(?::(\d{1,5}))?$/is;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the characters that would break the request line
const unsafe = /[\u0000-\u0020\u007f]/;

/** Flows call few servers: their URLs are taken apart once. Bounded, since a flow may make host names up. */
const origins = new Map<string, Origin>();
const maximumOrigins = 1000;

/** What was asked for last: endpoint and transport ask for the same URL one after the other. */
let last: { readonly text: string; readonly target: Target } | undefined;

/**
 * Takes a URL apart without rewriting it: `URL` would resolve `..` and escape characters, but backends get the path
 * that the flow made. User information is dropped.
 * @throws TransportError `request` for what is no HTTP URL.
 */
export function parseTarget(text: string): Target {
  if (text === last?.text) return last.target;
  const end = endOfOrigin(text);
  const { secure, host, port, authority, key } = originOf(text.slice(0, end), text);
  const hash = text.indexOf('#', end);
  const rest = hash < 0 ? text.slice(end) : text.slice(end, hash);
  const path = rest === '' ? '/' : rest.charCodeAt(0) === 0x3f ? `/${rest}` : rest;
  if (unsafe.test(path)) {
    throw new TransportError('request', `White space or a control character in the URL ${withoutSecrets(text)}`);
  }
  const target = { secure, host, port, authority, key, path: asciiOnly(path) };
  last = { text, target };
  return target;
}

/** Where path, query or fragment begin. */
function endOfOrigin(text: string): number {
  for (let index = text.indexOf('//') + 2; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x2f || code === 0x3f || code === 0x23) return index;
  }
  return text.length;
}

function originOf(text: string, whole: string): Origin {
  const known = origins.get(text);
  if (known) return known;
  const match = originForm.exec(text);
  if (!match) throw new TransportError('request', `No HTTP URL: ${withoutSecrets(whole)}`);
  const [, scheme = '', authorityHost = '', portText] = match;
  const secure = scheme.length === 5;
  const port = portText === undefined ? (secure ? 443 : 80) : Number(portText);
  if (port > 65_535) throw new TransportError('request', `No such port: ${withoutSecrets(whole)}`);
  const host = authorityHost.startsWith('[') ? authorityHost.slice(1, -1) : authorityHost;
  const authority = portText === undefined ? authorityHost : `${authorityHost}:${portText}`;
  const origin = { secure, host, port, authority, key: `${secure ? 's' : ''}${host}:${port}` };
  if (origins.size >= maximumOrigins) origins.clear();
  origins.set(text, origin);
  return origin;
}

/** The URL without user information and query, for error texts. */
export function withoutSecrets(text: string): string {
  return text.replace(/\/\/[^/?#]*@/, '//').replace(/[?#].*$/s, '');
}

/** A name for `servername` and certificate checks; addresses have none. */
export function serverName(host: string): string | undefined {
  return isIP(host) === 0 ? host : undefined;
}

const beyondAscii = /[\u0080-\uffff]/;

/** Characters beyond ASCII go out percent-encoded as UTF-8; servers refuse them as they are. */
function asciiOnly(path: string): string {
  if (!beyondAscii.test(path)) return path;
  return path.replace(/[\u0080-\u{10ffff}]+/gu, (text) =>
    Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).toUpperCase()}`).join(''),
  );
}
