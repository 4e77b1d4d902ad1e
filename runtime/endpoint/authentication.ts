import type { CompileContext } from '../configuration/context.js';
import type { ConfigElement } from '../configuration/element.js';
import { errorCode, Fault } from '../message/fault.js';
import { TokenError } from '../outbound-oauth/token-error.js';
import { basicHeader } from '../transport/basic-credentials.js';
import { apiKeyAuthentication } from './api-key.js';
import { digestAuthentication } from './digest-authentication.js';
import type { Authentication } from './leaf-parts.js';
import { readOAuth } from './oauth-block.js';
import { type Reading, type Refuse, required } from './oauth-values.js';

/**
 * Reads the `<authentication>` of an http endpoint (artifacts 3.7): `<basicAuth>` and `<oauth>`, and Mediant's own
 * `<digestAuth>` and `<apiKey>`.
 * @param place the endpoint's name and address: what tells it from others of its artifact
 * @throws ConfigurationError "Invalid authentication configuration …" when something mandatory is missing.
 */
export function readAuthentication(
  element: ConfigElement,
  endpoint: string | undefined,
  place: string,
  context: CompileContext,
): Authentication {
  const refuse: Refuse = (at, hint) =>
    at.fail('invalid-authentication', `Invalid authentication configuration for endpoint ${endpoint ?? 'null'}`, {
      hint,
    });
  const reading = { context, refuse };
  const [basic, digest, key, oauth] = kinds.map((name) => element.element(name));
  if (basic) return basicAuthentication(basic, reading);
  if (digest) return digestAuthentication(digest, reading);
  if (key) return apiKeyAuthentication(key, reading);
  if (oauth) return oauthAuthentication(oauth, endpoint, place, reading);
  return refuse(element, `add one of ${kinds.map((name) => `<${name}>`).join(', ')}`);
}

const kinds = ['basicAuth', 'digestAuth', 'apiKey', 'oauth'] as const;

function basicAuthentication(element: ConfigElement, reading: Reading): Authentication {
  const username = required(element, 'username', reading);
  const password = required(element, 'password', reading);
  return {
    header: 'Authorization',
    renewable: undefined,
    async apply(message) {
      const credentials = basicHeader(await username.evaluate(message), await password.evaluate(message));
      message.headers.set('Authorization', credentials);
    },
  };
}

function oauthAuthentication(
  element: ConfigElement,
  endpoint: string | undefined,
  place: string,
  { context, refuse }: Reading,
): Authentication {
  const { source, failureCode } = readOAuth(element, context, { place, keepsEncoded: true, refuse });
  const failed = (error: unknown): never => {
    throw error instanceof TokenError ? tokenFault(error, endpoint, failureCode) : error;
  };
  return {
    header: source.header,
    apply: (message) => source.authorize(message)?.catch(failed),
    renewable: {
      header: source.header,
      replayLimit: (message) => source.replayLimit(message),
      renew: (message) => source.renew(message).catch(failed),
      reject: (message) => source.reject(message),
    },
  };
}

/** What the reference says of each failure (artifacts 3.7); others have no words of their own there. */
const details: Readonly<Partial<Record<TokenError['kind'], string>>> = {
  'no-token': 'Missing key [access_token] in the response from the OAuth server',
  timeout: 'Socket timeout: OAuth token endpoint did not respond within the expected time frame.',
  'connect-timeout': 'Connection timeout: Failed to establish a connection to the OAuth token endpoint.',
  'unknown-host': 'Unable to resolve the hostname for the OAuth token endpoint connection.',
  tls: 'SSL handshake failed while connecting to the OAuth token endpoint.',
};

/** The fault of a token that cannot be had; three kinds have no code of their own in the reference. */
function tokenFault(error: TokenError, endpoint: string | undefined, failureCode: number | undefined): Error {
  if (failureCode !== undefined) return new Fault(error.message, { code: failureCode, cause: error });
  if (error.kind === 'null-token' || error.kind === 'no-json') return error;
  if (error.kind === 'malformed-json') return new Fault(error.message, { code: errorCode.parsing, cause: error });
  const status = `Error while accessing the Token URL. HTTP/1.1 ${error.status} ${error.reason}`;
  const detail = error.kind === 'status' ? status : details[error.kind];
  const text = `Could not generate access token for oauth configured http endpoint ${endpoint ?? 'null'}.`;
  return new Fault(`${text} ${detail ?? 'Unable to connect to the OAuth token endpoint.'}`, {
    code: errorCode.endpointAuthentication,
    cause: error,
  });
}
