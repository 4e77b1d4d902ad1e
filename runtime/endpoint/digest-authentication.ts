import { randomBytes } from 'node:crypto';
import type { ConfigElement } from '../configuration/element.js';
import type { Message } from '../message/message.js';
import { parseTarget } from '../transport/target.js';
import type { TransportRequest, TransportResponse } from '../transport/transport.js';
import { type DigestChallenge, digestHeader, readDigestChallenge } from './digest.js';
import type { Authentication, Send } from './leaf-parts.js';
import { type Reading, required } from './oauth-values.js';
import { discard } from './repetition.js';

/** Bytes of a request body that are held for a second attempt. */
const replayLimit = 1_048_576;

interface Login {
  readonly username: string;
  readonly password: string;
}

/**
 * Reads `<digestAuth>`: a user and a password that meet the server's challenge (api-management 1.16, RFC 7616). The
 * nonce is kept: only the first request, and one whose nonce the server does not take any more, is sent twice.
 * @throws ConfigurationError when one of the two is missing
 */
export function digestAuthentication(element: ConfigElement, reading: Reading): Authentication {
  const username = required(element, 'username', reading);
  const password = required(element, 'password', reading);
  const nonces = new Nonces();
  const logins = new WeakMap<Message, Login>();
  return {
    header: 'Authorization',
    renewable: undefined,
    replayLimit,
    async apply(message) {
      message.headers.delete('Authorization');
      logins.set(message, { username: await username.evaluate(message), password: await password.evaluate(message) });
    },
    exchange(message, request, send) {
      const login = logins.get(message);
      return login ? exchangeByDigest(request, login, nonces, send) : send(request);
    },
  };
}

/** The last challenge of a server, and how often its nonce was used. */
class Nonces {
  #known: { readonly server: string; readonly challenge: DigestChallenge; count: number } | undefined;

  learn(url: string, challenge: DigestChallenge): void {
    if (this.#known?.challenge.nonce === challenge.nonce) return;
    this.#known = { server: parseTarget(url).key, challenge, count: 0 };
  }

  /** Undefined when the server has not asked for anything yet. */
  headerFor({ method, url, absoluteUri }: TransportRequest, login: Login): Header | undefined {
    const { key, path } = parseTarget(url);
    const known = this.#known;
    if (known?.server !== key) return undefined;
    const { challenge } = known;
    const cnonce = randomBytes(16).toString('hex');
    const use = { ...login, method, uri: absoluteUri ? url : path, count: ++known.count, cnonce };
    return { value: digestHeader(challenge, use), nonce: challenge.nonce };
  }
}

interface Header {
  readonly value: string;
  readonly nonce: string;
}

/**
 * An exchange with a server that asks for Digest credentials. A body that is being streamed is not sent before the server
 * has named a nonce: an empty request asks for it. When such a body meets another challenge, the 401 is the answer.
 */
async function exchangeByDigest(
  request: TransportRequest,
  login: Login,
  nonces: Nonces,
  send: Send,
): Promise<TransportResponse> {
  const repeatable = request.body === undefined || request.body instanceof Uint8Array;
  let used = nonces.headerFor(request, login);
  if (!used && !repeatable) {
    const asked = await send({ ...request, body: new Uint8Array(), chunked: false, contentLength: undefined });
    if (!learned(nonces, request, asked)) return asked;
    discard(asked);
    used = nonces.headerFor(request, login);
  }
  let response = await send(withHeader(request, used));
  for (let attempt = 0; attempt < 2; attempt++) {
    const challenge = learned(nonces, request, response);
    const refused = used !== undefined && !challenge?.stale && (attempt > 0 || used.nonce === challenge?.nonce);
    if (!challenge || refused || !repeatable) return response;
    discard(response);
    used = nonces.headerFor(request, login);
    response = await send(withHeader(request, used));
  }
  return response;
}

/** The challenge of a 401, from now on the one to meet. */
function learned(
  nonces: Nonces,
  { url }: TransportRequest,
  { status, headers }: TransportResponse,
): DigestChallenge | undefined {
  const challenge = status === 401 ? readDigestChallenge(headers) : undefined;
  if (challenge) nonces.learn(url, challenge);
  return challenge;
}

function withHeader(request: TransportRequest, header: Header | undefined): TransportRequest {
  return header ? { ...request, headers: [...request.headers, 'Authorization', header.value] } : request;
}
