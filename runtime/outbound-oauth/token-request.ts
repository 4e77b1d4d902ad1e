import { createHash, type KeyObject } from 'node:crypto';

export const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange';

/** OAuth 2.0 grants by their wire names. An authorization code is kept as the refresh token that it was traded for. */
export type Grant = 'client_credentials' | 'password' | 'refresh_token' | typeof tokenExchange;

/** How the client shows who it is (RFC 6749 2.3, RFC 7523 2.2). */
export type ClientAuthentication =
  /** `Authorization: Basic`; `encoded`: id and secret form-encoded first, as RFC 6749 2.3.1 wants and few servers do. */
  | { readonly kind: 'basic'; readonly encoded: boolean }
  /** `client_id` and `client_secret` in the body. */
  | { readonly kind: 'form' }
  /** A signed assertion in the body. */
  | { readonly kind: 'private_key_jwt'; readonly assertion: AssertionKey };

export interface AssertionKey {
  readonly key: KeyObject;
  /** JWS algorithm: `RS256`, `ES256`, … */
  readonly algorithm: string;
  readonly keyId: string | undefined;
  /** `aud`; the token URL when undefined. */
  readonly audience: string | undefined;
}

export type NamedText = readonly [name: string, value: string];

/** Everything that shapes a token; two requests that differ in any of it never share one (api-management 3.11 rule 1). */
export interface TokenRequest {
  readonly grant: Grant;
  readonly tokenUrl: string;
  readonly clientId: string;
  /** Empty where the client has none; likewise the next four. */
  readonly clientSecret: string;
  readonly username: string;
  readonly password: string;
  readonly refreshToken: string;
  /** The caller's token, for a token exchange. */
  readonly subjectToken: string;
  readonly subjectTokenType: string;
  readonly authentication: ClientAuthentication;
  readonly parameters: readonly NamedText[];
  readonly headers: readonly NamedText[];
  /** Values that stand there form-encoded already go out as they are: existing configurations had to write them so. */
  readonly keepsEncoded: boolean;
}

/** A request with nothing in it but what is given: grants need little of it. */
export function tokenRequest(
  given: Partial<TokenRequest> & Pick<TokenRequest, 'grant' | 'tokenUrl' | 'clientId'>,
): TokenRequest {
  return {
    clientSecret: '',
    username: '',
    password: '',
    refreshToken: '',
    subjectToken: '',
    subjectTokenType: '',
    authentication: { kind: 'basic', encoded: false },
    parameters: [],
    headers: [],
    keepsEncoded: false,
    ...given,
  };
}

/**
 * The name of a request's token: a digest, so that no secret is kept as a key.
 * @param owner whose token it is: an API, an endpoint. Owners never share tokens
 * @param fields members of the answer that are kept with it
 */
export function keyOf(owner: string, request: TokenRequest, fields: readonly string[] = []): string {
  const { authentication, ...rest } = request;
  const client =
    authentication.kind === 'private_key_jwt'
      ? { ...authentication.assertion, key: fingerprint(authentication.assertion.key) }
      : authentication;
  return createHash('sha256')
    .update(JSON.stringify([owner, fields, client, rest]))
    .digest('base64url');
}

const fingerprints = new WeakMap<KeyObject, string>();

function fingerprint(key: KeyObject): string {
  let known = fingerprints.get(key);
  if (known === undefined) {
    known = createHash('sha256')
      .update(key.export({ type: 'pkcs8', format: 'der' }))
      .digest('base64url');
    fingerprints.set(key, known);
  }
  return known;
}
