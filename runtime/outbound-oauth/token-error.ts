import { withoutSecrets } from '../transport/target.js';

/** Why there is no token. */
export type TokenFailure =
  /** Another status than 200. */
  | 'status'
  /** An answer without `access_token`, or with one that cannot be sent. */
  | 'no-token'
  | 'null-token'
  | 'no-json'
  | 'malformed-json'
  | 'timeout'
  | 'connect-timeout'
  | 'unknown-host'
  | 'tls'
  | 'connection'
  /** The call cannot be made at all: no URL, a key that does not sign. */
  | 'request'
  /** There is no token of a caller to exchange. */
  | 'no-subject'
  /** The configuration was replaced or undeployed while its token was under way. */
  | 'superseded';

/** What is known of a refusal. */
export interface TokenErrorOptions {
  /** HTTP status and reason of the answer. */
  status?: number;
  reason?: string;
  /** `error` of the answer (RFC 6749 5.2). */
  oauthError?: string | undefined;
  /** Milliseconds for which the server wants no other call. */
  retryAfter?: number | undefined;
  cause?: unknown;
}

/** No token. The message names the endpoint without user and query, and never a credential. */
export class TokenError extends Error {
  readonly status: number | undefined;
  readonly reason: string | undefined;
  readonly oauthError: string | undefined;
  readonly retryAfter: number | undefined;

  constructor(
    readonly kind: TokenFailure,
    tokenUrl: string,
    options: TokenErrorOptions = {},
  ) {
    super(textOf(kind, tokenUrl, options), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'TokenError';
    this.status = options.status;
    this.reason = options.reason;
    this.oauthError = options.oauthError;
    this.retryAfter = options.retryAfter;
  }

  /** The server does not know the client, or not this secret: asking again would only lock the account. */
  get wrongClient(): boolean {
    if (this.kind !== 'status') return false;
    return this.status === 401 || this.oauthError === 'invalid_client' || this.oauthError === 'unauthorized_client';
  }

  /** Worth another attempt: network, 429 and 5xx, never another refusal (api-management 3.11 rule 8). */
  get passing(): boolean {
    if (this.kind === 'status') return this.status === 429 || (this.status ?? 0) >= 500;
    return passingKinds.has(this.kind);
  }
}

const passingKinds = new Set<TokenFailure>(['timeout', 'connect-timeout', 'unknown-host', 'connection']);

const texts: Readonly<Record<Exclude<TokenFailure, 'status'>, string>> = {
  'no-token': 'answered without an access token',
  'null-token': 'answered with a null access token',
  'no-json': 'answered with what is no JSON object',
  'malformed-json': 'answered with malformed JSON',
  timeout: 'did not answer in time',
  'connect-timeout': 'could not be connected to in time',
  'unknown-host': 'has a host name that cannot be resolved',
  tls: 'could not be trusted: the TLS handshake failed',
  connection: 'could not be reached',
  request: 'cannot be called as configured',
  'no-subject': 'was not asked: there is no token of a caller to exchange',
  superseded: 'was asked with a configuration that has been replaced meanwhile',
};

function textOf(kind: TokenFailure, tokenUrl: string, { status, oauthError }: TokenErrorOptions): string {
  const what =
    kind === 'status' ? `answered ${status}${oauthError === undefined ? '' : ` (${oauthError})`}` : texts[kind];
  return `The token endpoint ${withoutSecrets(tokenUrl)} ${what}`;
}
