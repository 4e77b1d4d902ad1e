/** Where a server of the data bridge listens. */
export interface BridgeAddress {
  readonly host: string;
  readonly port: number;
  /** `ssl:` instead of `tcp:`. */
  readonly secure: boolean;
  /** As it is shown. */
  readonly url: string;
}

/** One receiver: events go to the first address, the login to the second. */
export interface ReceiverUrls {
  readonly receiver: BridgeAddress;
  readonly authenticator: BridgeAddress;
}

/** Receivers of which one takes an event: the first that can, or each in turn. */
export interface ReceiverGroupUrls {
  readonly failover: boolean;
  readonly receivers: readonly ReceiverUrls[];
}

/** URLs that make no receivers; the message says which and why. */
export class ReceiverUrlError extends Error {}

/** Ports between a receiver and its authenticator when only the first is given. */
const authenticatorOffset = 100;

/**
 * Reads the URLs of an event sink (mediators 12): `tcp://host:port` or `ssl://host:port`, several of them separated by `,`
 * (each in turn) or by `|` (the first that can), several groups in braces: `{tcp://a:7611,tcp://b:7611},{tcp://c:7611}`.
 * Every group gets every event.
 * @param authenticators in the same order, all `ssl:`; without them port + 100 of each receiver
 * @throws ReceiverUrlError
 */
export function readReceiverUrls(receivers: string, authenticators?: string): ReceiverGroupUrls[] {
  const groups = groupsOf(receivers);
  const given = authenticators?.trim() ? groupsOf(authenticators) : undefined;
  if (given && given.length !== groups.length) {
    throw new ReceiverUrlError(`${groups.length} groups of receivers have ${given.length} groups of authenticators`);
  }
  return groups.map((group, index) => {
    const receiving = group.urls.map(addressOf);
    const logins = given?.[index]?.urls.map(addressOf) ?? receiving.map(defaultAuthenticator);
    if (logins.length !== receiving.length) {
      throw new ReceiverUrlError(`${receiving.length} receivers have ${logins.length} authenticators`);
    }
    const plain = logins.find(({ secure }) => !secure);
    if (plain) throw new ReceiverUrlError(`${plain.url} would take the password in clear text: write ssl://`);
    const pairs = receiving.map((receiver, place) => ({
      receiver,
      authenticator: logins[place] ?? defaultAuthenticator(receiver),
    }));
    return { failover: group.failover, receivers: pairs };
  });
}

function groupsOf(text: string): { failover: boolean; urls: string[] }[] {
  const inBraces = [...text.matchAll(/\{(.*?)\}/gs)].map(([, group = '']) => group);
  const groups = inBraces.length > 0 ? inBraces : [text.replace(/[{}]/g, '')];
  return groups.map((group) => {
    const failover = group.includes('|');
    if (failover && group.includes(',')) {
      throw new ReceiverUrlError(`${shown(group)} has both "," and "|": a group is either balanced or has a failover`);
    }
    return { failover, urls: group.split(failover ? '|' : ',').map((url) => url.trim()) };
  });
}

function addressOf(url: string): BridgeAddress {
  const [, protocol = '', bracketed, plain, digits] =
    /^(tcp|ssl):\/\/(?:\[([0-9a-f:.]+)\]|([^/:@[\]\s]+)):(\d{1,5})\/?$/i.exec(url) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port < 1 || port > 65_535) {
    throw new ReceiverUrlError(`${shown(url)} is no URL of a receiver: tcp://host:port or ssl://host:port`);
  }
  return { host, port, secure: protocol.toLowerCase() === 'ssl', url };
}

function defaultAuthenticator({ host, port }: BridgeAddress): BridgeAddress {
  const name = host.includes(':') ? `[${host}]` : host;
  const own = port + authenticatorOffset;
  return { host, port: own, secure: true, url: `ssl://${name}:${own}` };
}

/** Without what may be a password. */
const shown = (text: string): string => (text.trim() === '' ? 'An empty text' : text.replace(/\/\/[^/@]*@/g, '//…@'));
