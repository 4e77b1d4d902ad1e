import { rememberCallerToken } from '../../message/caller-token.js';
import type { Message } from '../../message/message.js';
import type { Access, DeployedApi, DeployedOperation, GatewayModel, KeyType, Refusal } from '../apim-model/index.js';
import { answerError } from './error-answer.js';

/** Statuses of the authentication refusals that carry no challenge (api-management 1.19 "Status selection"). */
const withoutChallenge = new Set([403, 500]);

const missing = (api: DeployedApi): Refusal => ({
  code: '900902',
  status: 401,
  message: 'Missing Credentials',
  description:
    'Invalid Credentials. Make sure your API invocation call has a header: ' +
    `'${api.authorizationHeader} : Bearer ACCESS_TOKEN' or '${api.authorizationHeader} : Basic ACCESS_TOKEN' or '${api.apiKeyHeader} : API_KEY'`,
});

const invalid: Refusal = {
  code: '900901',
  status: 401,
  message: 'Invalid Credentials',
  description: 'Invalid Credentials. Make sure you have provided the correct security credentials',
};

/**
 * Lets a caller pass who may call the operation, and takes the credentials off the request (api-management 1.14 step 4,
 * 1.18). Otherwise answers the refusal.
 * @returns who the caller is, `anonymous` where no token is needed, or false: the request was refused
 */
export async function authenticate(
  message: Message,
  model: GatewayModel,
  api: DeployedApi,
  operation: DeployedOperation,
): Promise<Access | 'anonymous' | false> {
  const credential = takeCredential(message, api);
  if (operation.authType === 'none') {
    message.setProperty('AM_KEY_TYPE', 'PRODUCTION' satisfies KeyType);
    return 'anonymous';
  }
  if (credential === undefined) return refuse(message, missing(api));
  if (credential === '') return refuse(message, invalid);
  const checked = await model.readToken(credential);
  if ('refusal' in checked) return refuse(message, checked.refusal);
  const decision = model.validateAccess(checked.token, api, operation);
  if ('refusal' in decision) return refuse(message, decision.refusal);
  const { access } = decision;
  rememberCallerToken(message, credential);
  message.setProperty('AM_KEY_TYPE', access.keyType);
  message.setProperty('api.ut.consumerKey', access.consumerKey);
  message.setProperty('api.ut.userId', access.endUser);
  message.setProperty('api.ut.userName', access.endUser);
  message.setProperty('api.ut.application.name', access.application.name);
  message.setProperty('api.ut.application.id', access.application.id);
  return access;
}

/**
 * The bearer token of the request; undefined without credentials, empty when they are of a kind that is not accepted.
 * The headers that carry credentials never reach the backend.
 */
function takeCredential(message: Message, api: DeployedApi): string | undefined {
  const header = message.headers.text(api.authorizationHeader);
  const others = [api.apiKeyHeader, 'Internal-Key'].filter((name) => message.headers.has(name));
  for (const name of [api.authorizationHeader, ...others]) message.headers.delete(name);
  message.excessHeaders?.delete(api.authorizationHeader.toLowerCase());
  if (header === undefined) return others.length > 0 ? '' : undefined;
  return bearerToken(header);
}

/** The token behind `Bearer`, which is one word; else empty. By hand: tokens are long, and an expression reads each character. */
function bearerToken(header: string): string {
  if (!/^bearer\s/i.test(header)) return '';
  const token = header.slice('Bearer '.length).trim();
  return [' ', '\t', '\u00a0'].some((space) => token.includes(space)) ? '' : token;
}

function refuse(message: Message, refusal: Refusal): Promise<false> {
  const { code, status, description } = refusal;
  const challenge =
    'Internal API Key realm="WSO2 API Manager", Bearer realm="WSO2 API Manager", API Key realm="WSO2 API Manager", ' +
    'error="invalid_token", error_description="The provided token is invalid"';
  const headers = withoutChallenge.has(status) ? {} : { 'WWW-Authenticate': challenge };
  return answerError(message, status, { code, message: refusal.message, description }, headers);
}
