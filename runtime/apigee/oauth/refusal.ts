import { PolicyFault } from '../fault.js';
import { ApigeeMessage } from '../message.js';

/** A refusal in both of its forms (api-management 2.6, "Errors"). */
interface Refusal {
  readonly status: number;
  /** `ErrorCode` and `Error` of the answer in the form of RFC 6749. */
  readonly error: string;
  readonly text: string;
  /** The same as a fault; default: the status above and `oauth.v2.…` by the error. */
  readonly fault?: { readonly code: string; readonly text: string; readonly status?: number };
}

export const refusals = {
  invalidClient: {
    status: 401,
    error: 'invalid_client',
    text: 'ClientId is Invalid',
    fault: { code: 'oauth.v2.InvalidClientIdentifier', text: 'Invalid client identifier {0}' },
  },
  missingParameter: (name: string) => ({
    status: 400,
    error: 'invalid_request',
    text: `The request is missing a required parameter : ${name}`,
    fault: { code: 'steps.oauth.v2.MissingParameter', text: `The request is missing a required parameter : ${name}` },
  }),
  requiredParameter: (name: string) => ({
    status: 400,
    error: 'invalid_request',
    text: `Required param : ${name}`,
    fault: { code: 'steps.oauth.v2.MissingParameter', text: `Required param : ${name}` },
  }),
  unsupportedGrant: (grant: string) => ({
    status: 400,
    error: 'invalid_request',
    text: `Unsupported grant type : ${grant}`,
    fault: { code: 'steps.oauth.v2.UnSupportedGrantType', text: `Unsupported grant type : ${grant}`, status: 500 },
  }),
  invalidCode: {
    status: 400,
    error: 'invalid_request',
    text: 'Invalid Authorization Code',
    fault: {
      code: 'keymanagement.service.invalid_request-authorization_code_invalid',
      text: 'Invalid Authorization Code',
    },
  },
  invalidRedirectUri: (uri: string) => ({
    status: 400,
    error: 'invalid_request',
    text: `Invalid redirect_uri : ${uri}`,
    fault: { code: 'steps.oauth.v2.InvalidRedirectionUri', text: `Invalid redirect_uri : ${uri}` },
  }),
  invalidRefreshToken: {
    status: 400,
    error: 'invalid_request',
    text: 'Invalid Refresh Token',
    fault: { code: 'keymanagement.service.invalid_refresh_token', text: 'Invalid Refresh Token' },
  },
  expiredRefreshToken: {
    status: 400,
    error: 'invalid_request',
    text: 'Refresh Token expired',
    fault: { code: 'keymanagement.service.refresh_token_expired', text: 'Refresh Token expired' },
  },
  responseType: (expected: string) => ({
    status: 400,
    error: 'invalid_request',
    text: `Response type must be ${expected}`,
    fault: { code: 'steps.oauth.v2.InvalidResponseType', text: `Response type must be ${expected}` },
  }),
  notAuthorized: {
    status: 401,
    error: 'access_denied',
    text: 'The external authorization did not succeed',
    fault: { code: 'steps.oauth.v2.ExternalAuthorizationFailed', text: 'The external authorization did not succeed' },
  },
} satisfies Record<string, Refusal | ((text: string) => Refusal)>;

/**
 * @param asAnswer in the form of RFC 6749, as GenerateResponse and GenerateErrorResponse want it; else a fault's
 */
export function refuse(refusal: Refusal, asAnswer: boolean): PolicyFault {
  const {
    code,
    text,
    status = refusal.status,
  } = refusal.fault ?? { code: `oauth.v2.${refusal.error}`, text: refusal.text };
  if (!asAnswer) return new PolicyFault({ code, text, status });
  const response = ApigeeMessage.response({ status: refusal.status });
  response.headers.set('Content-Type', 'application/json');
  response.content = `${JSON.stringify({ ErrorCode: refusal.error, Error: refusal.text })}`;
  return new PolicyFault({ code, text, status: refusal.status, response });
}
