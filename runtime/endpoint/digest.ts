import { createHash } from 'node:crypto';

/** What a server asks for in `WWW-Authenticate: Digest …` (RFC 7616 section 3.3). */
export interface DigestChallenge {
  /** As the others, bytes as they came: one a character. */
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  /** As the server wrote it; undefined is MD5. */
  readonly algorithm: string | undefined;
  /** Without it the older computation of RFC 2069. */
  readonly qop: 'auth' | undefined;
  /** The credentials may be right, the nonce was too old. */
  readonly stale: boolean;
  /** The server wants the name of the user hashed. */
  readonly userhash: boolean;
  readonly utf8: boolean;
}

export interface DigestUse {
  readonly username: string;
  readonly password: string;
  readonly method: string;
  /** The request-target as it is sent. */
  readonly uri: string;
  /** How many requests used this nonce, this one included. */
  readonly count: number;
  /** Random text of the client. */
  readonly cnonce: string;
}

/** Hashes by algorithm, the stronger the later (RFC 7616 section 3.7). */
const hashes: ReadonlyMap<string, string> = new Map([
  ['MD5', 'md5'],
  ['SHA-256', 'sha256'],
  ['SHA-512-256', 'sha512-256'],
]);
const strength = [...hashes.keys()];

/**
 * The strongest Digest challenge of an answer that can be met.
 * @param headers names and values in turn
 * @returns undefined when there is none: another scheme, an unknown algorithm, or `qop` without `auth`
 */
export function readDigestChallenge(headers: readonly string[]): DigestChallenge | undefined {
  const challenges: DigestChallenge[] = [];
  for (let index = 0; index + 1 < headers.length; index += 2) {
    if (headers[index]?.toLowerCase() !== 'www-authenticate') continue;
    for (const { scheme, parameters } of challengesIn(headers[index + 1] ?? '')) {
      const challenge = scheme === 'digest' ? challengeOf(parameters) : undefined;
      if (challenge) challenges.push(challenge);
    }
  }
  const rank = ({ algorithm }: DigestChallenge): number => strength.indexOf(baseOf(algorithm));
  return challenges.sort((a, b) => rank(b) - rank(a))[0];
}

interface WrittenChallenge {
  readonly scheme: string;
  readonly parameters: Map<string, string>;
}

/** A parameter, perhaps the first of its scheme; or a scheme alone or with a token instead of parameters. */
const piece =
  /[\s,]*(?:(?:([!#$%&'*+.^`|~\w-]+)[ \t]+)?([!#$%&'*+.^`|~\w-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"=]+))(?=\s*(?:,|$))|([!#$%&'*+.^`|~\w-]+)(?:[ \t]+[\w+/~.-]+=*)?(?=\s*(?:,|$)))/gy;

/** Takes a header apart that may hold several challenges (RFC 9110 section 11.6.1). */
function challengesIn(header: string): WrittenChallenge[] {
  const found: WrittenChallenge[] = [];
  for (const [, scheme, name = '', quoted, token, alone] of header.matchAll(piece)) {
    const begun = scheme ?? alone;
    if (begun !== undefined) found.push({ scheme: begun.toLowerCase(), parameters: new Map() });
    if (alone !== undefined) continue;
    found.at(-1)?.parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? token ?? '');
  }
  return found;
}

function challengeOf(parameters: ReadonlyMap<string, string>): DigestChallenge | undefined {
  const realm = parameters.get('realm');
  const nonce = parameters.get('nonce');
  const algorithm = parameters.get('algorithm');
  const offered = parameters.get('qop')?.split(',');
  const auth = offered?.some((one) => one.trim().toLowerCase() === 'auth');
  if (realm === undefined || nonce === undefined || auth === false || !hashes.has(baseOf(algorithm))) return undefined;
  const is = (name: string, value: string): boolean => parameters.get(name)?.toLowerCase() === value;
  return {
    realm,
    nonce,
    opaque: parameters.get('opaque'),
    algorithm,
    qop: auth ? 'auth' : undefined,
    stale: is('stale', 'true'),
    userhash: is('userhash', 'true'),
    utf8: is('charset', 'utf-8'),
  };
}

/** `SHA-256-sess` is SHA-256 with a session key; no algorithm is MD5. */
const baseOf = (algorithm = 'MD5'): string => algorithm.toUpperCase().replace(/-SESS$/, '');

/** The value of `Authorization` that meets a challenge (RFC 7616 section 3.4). */
export function digestHeader(challenge: DigestChallenge, use: DigestUse): string {
  const { realm, nonce, opaque, algorithm, qop } = challenge;
  const { username, password, method, uri, cnonce } = use;
  const hash = hashes.get(baseOf(algorithm)) ?? 'md5';
  const utf8 = challenge.utf8 || !isLatin(username + password);
  // What the server wrote is bytes, one a character; names and passwords become such.
  const bytes = (text: string): string => (utf8 ? Buffer.from(text, 'utf8').toString('latin1') : text);
  const digest = (text: string): string => createHash(hash).update(text, 'latin1').digest('hex');
  const count = use.count.toString(16).padStart(8, '0');
  const user = digest(`${bytes(username)}:${realm}:${bytes(password)}`);
  const key = /-sess$/i.test(algorithm ?? '') ? digest(`${user}:${nonce}:${cnonce}`) : user;
  const request = digest(`${method}:${uri}`);
  const middle = qop ? `${nonce}:${count}:${cnonce}:${qop}` : nonce;
  const parts = [
    challenge.userhash ? `username="${digest(`${bytes(username)}:${realm}`)}"` : userName(username, utf8),
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(uri)}`,
    `response="${digest(`${key}:${middle}:${request}`)}"`,
    ...(algorithm === undefined ? [] : [`algorithm=${algorithm}`]),
    ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
    ...(qop ? [`qop=${qop}`, `nc=${count}`] : []),
    ...(qop || /-sess$/i.test(algorithm ?? '') ? [`cnonce="${cnonce}"`] : []),
    ...(challenge.userhash ? ['userhash=true'] : []),
  ];
  return `Digest ${parts.join(', ')}`;
}

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range of characters is what is asked for
const isLatin = (text: string): boolean => /^[\u0000-\u00ff]*$/.test(text);
const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

/** A name that a quoted text cannot hold is written as RFC 8187 has it (RFC 7616 section 3.4). */
function userName(username: string, utf8: boolean): string {
  if (isAscii(username) || !utf8) return `username=${quoted(username)}`;
  const escaped = encodeURIComponent(username).replace(/['()*]/g, (one) => `%${one.charCodeAt(0).toString(16)}`);
  return `username*=UTF-8''${escaped}`;
}
