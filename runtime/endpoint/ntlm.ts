import { randomUUID } from 'node:crypto';
import type { Message } from '../message/message.js';
import { parseTarget } from '../transport/target.js';
import type { TransportRequest, TransportResponse } from '../transport/transport.js';
import { wholeBody } from '../transport/whole-body.js';
import { authenticateMessage, type NtlmLogin, negotiateMessage, readChallenge } from './ntlm-message.js';

/** The axis2-client property that holds credentials, by the name that the reference engine uses. */
const clientProperty = '_NTLM_DIGEST_BASIC_AUTHENTICATION_';

/** Marks a message whose call takes its client options along. */
const grantedProperty = 'mediant.clientOptions';

/** Credentials of an NTLM mediator for the blocking calls behind it. */
export class NtlmCredentials {
  readonly #password: string;

  constructor(
    readonly login: Omit<NtlmLogin, 'password' | 'workstation'>,
    password: string,
    /** The one host that may get them, and the workstation's name; any host when absent. */
    readonly host: string | undefined,
  ) {
    this.#password = password;
  }

  withPassword(): NtlmLogin {
    return { ...this.login, password: this.#password, workstation: this.host ?? '' };
  }

  /** What traces and logs show. */
  toString(): string {
    return `NTLM ${this.login.version} ${this.login.domain}\\${this.login.user}`;
  }
}

/** Keeps credentials on the message for later blocking calls (mediators 9.6). */
export function keepCredentials(message: Message, credentials: NtlmCredentials): void {
  message.client.set(clientProperty, credentials);
}

/** Runs a blocking call that takes the client options along: `initAxis2ClientOptions="false"` (mediators 9.6). */
export async function withClientOptions<Result>(message: Message, call: () => Promise<Result>): Promise<Result> {
  message.axis2.set(grantedProperty, true);
  try {
    return await call();
  } finally {
    message.axis2.delete(grantedProperty);
  }
}

/** The credentials that a blocking call of this message to this URL may use. */
export function credentialsFor(message: Message, url: string): NtlmCredentials | undefined {
  const credentials = message.axis2.get(grantedProperty) === true ? message.client.get(clientProperty) : undefined;
  if (!(credentials instanceof NtlmCredentials)) return undefined;
  const { host } = credentials;
  return host === undefined || host.toLowerCase() === parseTarget(url).host.toLowerCase() ? credentials : undefined;
}

/**
 * An exchange with a server that may ask for NTLM: a 401 that offers it is met with the three messages, on one
 * connection, which is what NTLM authenticates.
 * @param request its body must be bytes, as it may be sent twice
 * @throws what `exchange` throws, and an Error when the server's challenge cannot be read
 */
export async function exchangeByNtlm(
  request: TransportRequest,
  credentials: NtlmCredentials,
  exchange: (request: TransportRequest) => Promise<TransportResponse>,
): Promise<TransportResponse> {
  const refused = await exchange(request);
  if (refused.status !== 401 || offerIn(refused) === undefined) return refused;
  await wholeBody(refused.body);
  const pool = randomUUID();
  const negotiate = negotiateMessage(credentials.login.version);
  const empty = request.body === undefined ? {} : { body: new Uint8Array(), chunked: false };
  const asked = await exchange({ ...request, ...empty, pool, keepAlive: true, headers: withToken(request, negotiate) });
  const offer = asked.status === 401 ? offerIn(asked) : undefined;
  if (!offer) return asked;
  // Only a connection whose answer was read to its end can be used again.
  await wholeBody(asked.body);
  const proof = authenticateMessage(credentials.withPassword(), readChallenge(Buffer.from(offer, 'base64')));
  return exchange({ ...request, pool, keepAlive: false, headers: withToken(request, proof) });
}

/** The token behind `NTLM`, empty when there is none; undefined when the server does not offer NTLM. */
function offerIn({ headers }: TransportResponse): string | undefined {
  for (let index = 0; index + 1 < headers.length; index += 2) {
    if (headers[index]?.toLowerCase() !== 'www-authenticate') continue;
    const match = /(?:^|,\s*)NTLM(?:\s+([\w+/]+=*))?\s*(?:,|$)/i.exec(headers[index + 1] ?? '');
    if (match) return match[1] ?? '';
  }
  return undefined;
}

function withToken({ headers }: TransportRequest, token: Buffer): string[] {
  const others = headers.filter((_, index) => headers[index - (index % 2)]?.toLowerCase() !== 'authorization');
  return [...others, 'Authorization', `NTLM ${token.toString('base64')}`];
}
