import { Fault } from '../runtime/message/fault.js';

/** The parts of a URI, decoded; a part that is absent is undefined. */
export interface UriParts {
  protocol?: string | undefined;
  user?: string | undefined;
  host?: string | undefined;
  port?: number | undefined;
  path?: string | undefined;
  query?: string | undefined;
  ref?: string | undefined;
}

const unreserved = "A-Za-z0-9\\-_.!~*'()";
const legal = {
  user: new RegExp(`[^${unreserved};:&=+$,\\u0080-\\uffff]`, 'g'),
  path: new RegExp(`[^${unreserved}:@&=+$,;/\\u0080-\\uffff]`, 'g'),
  query: new RegExp(`[^${unreserved};/?:@&=+$,[\\]\\u0080-\\uffff]`, 'g'),
} as const;

const uriText = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;
/** Blanks, controls, what a URI has to escape, and a `%` that escapes nothing. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what a URI must not have
const illegal = /[\u0000-\u0020"<>\\^`{|}\u007f-\u00a0]|%(?![0-9A-Fa-f]{2})/;
const serverAuthority = /^(?:([^@]*)@)?(\[[0-9A-Fa-f:.]+\]|[^:@[\]]*)(?::(\d*))?$/;
const hostName = /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.?$/;
const hostAddress = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9A-Fa-f:.]+\])$/;

/**
 * Splits a URI as `java.net.URI` does (mediators 6.10): parts are decoded, an empty path is none, and of an opaque URI
 * (`urn:a:b`) only the protocol and the ref are parts. @throws Fault for a text that is no URI
 */
export function parseUri(text: string): UriParts {
  const match = uriText.exec(text);
  if (!match || illegal.test(text)) throw new Fault(`"${text}" is no URI`);
  const [, protocol, authority, path, query, ref] = match;
  if (protocol === undefined && authority === undefined && /^[^/]*:/.test(path ?? '')) {
    throw new Fault(`"${text}" is no URI: its protocol is illegal`);
  }
  if (protocol !== undefined && authority === undefined && !path?.startsWith('/')) {
    if (!path) throw new Fault(`"${text}" is no URI: nothing follows its protocol`);
    return { protocol, ref: decoded(ref) };
  }
  return {
    protocol,
    ...authorityParts(authority),
    path: path === '' ? undefined : decoded(path),
    query: decoded(query),
    ref: decoded(ref),
  };
}

/** An authority that names no server, such as one with an underscore, has no parts. */
function authorityParts(authority: string | undefined): Pick<UriParts, 'user' | 'host' | 'port'> {
  const match = authority === undefined ? null : serverAuthority.exec(authority);
  if (!match && /[[\]]/.test(authority ?? '')) throw new Fault(`"${authority}" is no authority of a URI`);
  const [, user, host, port] = match ?? [];
  if (host === undefined || !isHost(host)) return {};
  return { user: decoded(user), host, port: port ? Number(port) : undefined };
}

const isHost = (host: string): boolean => hostName.test(host) || hostAddress.test(host);

/**
 * Writes the URI that the parts make, in ASCII. @throws Fault when they make none: a host that is no name, a path of an
 * absolute URI that does not begin with a slash
 */
export function formatUri({ protocol, user, host, port, path, query, ref }: UriParts): string {
  let text = '';
  if (protocol !== undefined) {
    if (!/^[A-Za-z][A-Za-z0-9+.-]*$/.test(protocol)) throw new Fault(`"${protocol}" is no protocol of a URI`);
    if (path !== undefined && path !== '' && !path.startsWith('/')) {
      throw new Fault(`The path "${path}" of an absolute URI has to begin with a slash`);
    }
    text += `${protocol}:`;
  }
  if (host !== undefined) text += `//${authorityText(user, host, port)}`;
  if (path !== undefined) text += encoded(path, legal.path);
  if (query !== undefined) text += `?${encoded(query, legal.query)}`;
  if (ref !== undefined) text += `#${encoded(ref, legal.query)}`;
  if (protocol !== undefined && text === `${protocol}:`) throw new Fault(`A URI cannot be "${text}" alone`);
  return text;
}

function authorityText(user: string | undefined, host: string, port: number | undefined): string {
  const literal = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  if (!isHost(literal)) throw new Fault(`"${host}" is no host of a URI`);
  if (port !== undefined && port < 0) throw new Fault(`${port} is no port of a URI`);
  const before = user === undefined ? '' : `${encoded(user, legal.user)}@`;
  return `${before}${literal}${port === undefined ? '' : `:${port}`}`;
}

/** Escapes what the part must not have, `%` among it, and letters beyond ASCII. */
function encoded(text: string, escaped: RegExp): string {
  return text
    .normalize('NFC')
    .replace(escaped, escapeCharacter)
    .replace(/[\ud800-\udbff][\udc00-\udfff]|[\u0080-\uffff]/g, escapeCharacter);
}

function escapeCharacter(character: string): string {
  return [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}

function decoded(text: string): string;
function decoded(text: string | undefined): string | undefined;
function decoded(text: string | undefined): string | undefined {
  return text?.replace(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) =>
    Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}
