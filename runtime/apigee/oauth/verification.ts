import { PolicyFault } from '../fault.js';
import type { FlowContext } from '../flow-context.js';
import type { AccessToken } from '../organization.js';
import { textOf } from '../value.js';
import { activeClient, type Client, matchProduct } from './client.js';
import type { OAuthConfiguration } from './configuration.js';
import { checkSignature } from './jwt-token.js';
import { tokenAnswer, tokenFacts } from './token-facts.js';

/** VerifyAccessToken and VerifyJWTAccessToken (api-management 2.6). The Authorization header stays on the request. */
export async function verifyAccessToken(flow: FlowContext, configuration: OAuthConfiguration): Promise<void> {
  const text = tokenOf(flow, configuration);
  if (text === undefined) throw unauthorized('oauth.v2.InvalidAccessToken', 'Invalid access token');
  const token = await goodToken(flow, configuration, text);
  const client = activeClient(flow.runtime.organization, token.clientId, flow.runtime.now());
  if (!client) throw notApproved();
  const call = { proxy: flow.proxy.name, environment: flow.runtime.environment, path: flow.pathSuffix };
  const product = matchProduct(client.products, call);
  if (product === 'no-product') {
    throw unauthorized(
      'keymanagement.service.InvalidAPICallAsNoApiProductMatchFound',
      'Invalid API call as no apiproduct match found',
    );
  }
  if (product === 'no-resource') {
    const code = 'keymanagement.service.apiresource_doesnot_exist';
    throw unauthorized(code, `APIResource ${flow.pathSuffix || '/'} does not exist`);
  }
  checkScope(token, configuration);
  const facts = tokenFacts(flow, token, client);
  setVerifiedVariables(flow, token, client, facts);
  setProductVariables(flow, product);
  if (configuration.generateResponse) flow.endRequest(tokenAnswer(configuration, facts, token.attributes));
}

/** InvalidateToken and ValidateToken: revoke tokens, or approve them again. */
export async function setTokenStatus(flow: FlowContext, configuration: OAuthConfiguration): Promise<void> {
  const { tokens } = flow.runtime.organization;
  const status = configuration.operation === 'InvalidateToken' ? 'revoked' : 'approved';
  for (const { type, variable, cascade } of configuration.tokens) {
    const text = textOf(flow.get(variable));
    if (!text) continue;
    const found = await (type === 'accesstoken' ? tokens.byAccessToken(text) : tokens.byRefreshToken(text));
    if (!found) throw unauthorized('keymanagement.service.invalid_access_token', 'Invalid Access Token');
    await tokens.setStatus(found, status, cascade ? 'both' : type === 'accesstoken' ? 'access' : 'refresh');
  }
}

function tokenOf(flow: FlowContext, { inputs, accessTokenPrefix }: OAuthConfiguration): string | undefined {
  if (inputs.accessToken !== undefined) return textOf(flow.get(inputs.accessToken))?.trim() || undefined;
  const header = flow.request.headers.get('Authorization') ?? '';
  const [prefix = '', text] = header.trim().split(/\s+/, 2);
  return prefix.toLowerCase() === accessTokenPrefix.toLowerCase() ? text : undefined;
}

async function goodToken(flow: FlowContext, configuration: OAuthConfiguration, text: string): Promise<AccessToken> {
  if (configuration.operation === 'VerifyJWTAccessToken') {
    const signature = await checkSignature(flow, configuration, text);
    if (signature === 'expired') throw expired();
    if (signature === 'bad') throw unauthorized('keymanagement.service.invalid_access_token', 'Invalid Access Token');
  }
  const token = await flow.runtime.organization.tokens.byAccessToken(text);
  if (!token) throw unauthorized('keymanagement.service.invalid_access_token', 'Invalid Access Token');
  if (token.status !== 'approved') throw notApproved();
  if (token.expiresAt !== -1 && token.expiresAt <= flow.runtime.now()) throw expired();
  return token;
}

const expired = () => unauthorized('keymanagement.service.access_token_expired', 'Access Token expired');
const notApproved = () => unauthorized('keymanagement.service.access_token_not_approved', 'Access Token not approved');

/** Any one of the policy's scopes is enough. */
function checkScope(token: AccessToken, { scopes }: OAuthConfiguration): void {
  if (scopes.length === 0) return;
  const held = token.scope.split(' ');
  if (scopes.some((scope) => held.includes(scope))) return;
  throw new PolicyFault({
    code: 'steps.oauth.v2.InsufficientScope',
    text: `Required scope(s) : ${scopes.join(' ')}`,
    status: 403,
  });
}

function unauthorized(code: string, text: string): PolicyFault {
  const challenge = `Bearer realm="null",error="invalid_token",error_description="${code}: ${text}"`;
  return new PolicyFault({ code, text, status: 401, headers: { 'WWW-Authenticate': challenge } });
}

function setVerifiedVariables(
  flow: FlowContext,
  token: AccessToken,
  { app, developer }: Client,
  facts: Readonly<Record<string, string>>,
): void {
  const { api_product_list, 'developer.email': email, ...plain } = facts;
  const variables: Record<string, string | undefined> = {
    ...plain,
    grant_type: token.grantType,
    'developer.email': email,
    'developer.id': developer?.id,
    'developer.app.name': app.name,
    'developer.app.id': app.id,
    'apiproduct.list': api_product_list,
  };
  for (const [name, value] of Object.entries(variables)) flow.set(name, value);
  for (const [name, value] of Object.entries(app.attributes)) flow.set(`app.${name}`, value);
  for (const [name, value] of Object.entries(token.attributes)) flow.set(`accesstoken.${name}`, value);
}

function setProductVariables(flow: FlowContext, product: Client['products'][number]): void {
  flow.set('apiproduct.name', product.name);
  const quota = { limit: product.quota, interval: product.quotaInterval, timeunit: product.quotaTimeUnit };
  for (const [name, value] of Object.entries(quota)) {
    if (value !== '') flow.set(`apiproduct.developer.quota.${name}`, value);
  }
}
