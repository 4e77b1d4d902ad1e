import { readBoolean } from '../configured.js';
import type { AccessToken } from '../organization.js';
import { textOf } from '../value.js';
import { activeClient, type Client, grantedScope, isSecret } from './client.js';
import type { Grant } from './grant.js';
import { signedToken } from './jwt-token.js';
import { refusals } from './refusal.js';
import { newToken, type TokenParts } from './token.js';
import { setTokenVariables, tokenAnswer, tokenFacts } from './token-facts.js';

/** GenerateAccessToken and GenerateJWTAccessToken (api-management 2.6). */
export async function generateAccessToken(grant: Grant): Promise<void> {
  const { flow, configuration, inputs } = grant;
  const { grantType } = inputs;
  if (grantType === undefined) return grant.refuse(refusals.requiredParameter('grant_type'));
  const { supportedGrants } = configuration;
  if (!isGrant(grantType) || (supportedGrants.size > 0 && !supportedGrants.has(grantType))) {
    return grant.refuse(refusals.unsupportedGrant(grantType));
  }
  const client = authenticatedClient(grant);
  const parts = await grants[grantType](grant, client);
  await issue(grant, client, newToken(flow, configuration, { client, inputs, grantType, ...parts }));
}

/** RefreshAccessToken: the old pair ends, unless the refresh token is to be used again. */
export async function refreshAccessToken(grant: Grant): Promise<void> {
  const { flow, configuration, inputs } = grant;
  if (inputs.grantType === undefined) return grant.refuse(refusals.requiredParameter('grant_type'));
  if (inputs.grantType !== 'refresh_token') return grant.refuse(refusals.unsupportedGrant(inputs.grantType));
  if (inputs.refreshToken === undefined) return grant.refuse(refusals.requiredParameter('refresh_token'));
  const client = authenticatedClient(grant);
  const { tokens } = flow.runtime.organization;
  const before = await tokens.byRefreshToken(inputs.refreshToken);
  if (before?.clientId !== client.credential.consumerKey || before.refreshTokenStatus !== 'approved') {
    return grant.refuse(refusals.invalidRefreshToken);
  }
  const { refreshTokenExpiresAt } = before;
  if (refreshTokenExpiresAt !== -1 && refreshTokenExpiresAt <= flow.runtime.now()) {
    return grant.refuse(refusals.expiredRefreshToken);
  }
  const scope = narrowed(before.scope, inputs.scope);
  const token = newToken(flow, configuration, {
    client,
    inputs,
    grantType: before.grantType,
    scope,
    refreshable: true,
    before,
  });
  await tokens.setStatus(before, 'revoked', configuration.reuseRefreshToken ? 'access' : 'both');
  await issue(grant, client, token);
}

/** Stores a token, tells it in variables and, when the policy generates the response, answers with it. */
export async function issue(grant: Grant, client: Client, made: AccessToken): Promise<AccessToken> {
  const { flow, configuration } = grant;
  const token = configuration.operation === 'GenerateJWTAccessToken' ? await signedToken(grant, client, made) : made;
  if (configuration.storeToken) await flow.runtime.organization.tokens.save(token);
  else flow.set('apigee.access_token', token.accessToken);
  const facts = tokenFacts(flow, token, client);
  setTokenVariables(flow, configuration.name, facts, token.attributes);
  const answers = configuration.generateResponse && !configuration.operation.endsWith('ImplicitGrant');
  if (answers) flow.endRequest(tokenAnswer(configuration, facts, token.attributes));
  return token;
}

/** The client that proved who it is, or for whom an external server did. */
function authenticatedClient(grant: Grant): Client {
  const { flow, configuration, inputs } = grant;
  if (inputs.clientId === undefined) return grant.refuse(refusals.missingParameter('client_id'));
  const client = activeClient(flow.runtime.organization, inputs.clientId, flow.runtime.now());
  if (!client) return grant.refuse(refusals.invalidClient);
  if (configuration.externalAuthorization) {
    const status = textOf(flow.get('oauth_external_authorization_status')) ?? '';
    return readBoolean(status) === true ? client : grant.refuse(refusals.notAuthorized);
  }
  if (inputs.clientSecret === undefined) return grant.refuse(refusals.missingParameter('client_secret'));
  return isSecret(client, inputs.clientSecret) ? client : grant.refuse(refusals.invalidClient);
}

type GrantParts = Pick<TokenParts, 'scope' | 'refreshable' | 'attributes'>;

const grants = {
  client_credentials: async ({ inputs }: Grant, client: Client): Promise<GrantParts> => ({
    scope: grantedScope(client, inputs.scope),
    refreshable: false,
  }),
  password: async (grant: Grant, client: Client): Promise<GrantParts> => {
    // Who the user is, and whether the password is right, is for other policies to say.
    if (grant.inputs.userName === undefined) return grant.refuse(refusals.requiredParameter('username'));
    if (grant.inputs.password === undefined) return grant.refuse(refusals.requiredParameter('password'));
    return { scope: grantedScope(client, grant.inputs.scope), refreshable: true };
  },
  authorization_code: async (grant: Grant, client: Client): Promise<GrantParts> => {
    const { inputs, flow } = grant;
    if (inputs.code === undefined) return grant.refuse(refusals.requiredParameter('code'));
    const code = await flow.runtime.organization.tokens.takeCode(inputs.code);
    if (code?.clientId !== client.credential.consumerKey || code.expiresAt <= flow.runtime.now()) {
      return grant.refuse(refusals.invalidCode);
    }
    if (code.redirectUri !== '' && inputs.redirectUri === undefined) {
      return grant.refuse(refusals.requiredParameter('redirect_uri'));
    }
    if (code.redirectUri !== '' && inputs.redirectUri !== code.redirectUri) {
      return grant.refuse(refusals.invalidRedirectUri(inputs.redirectUri ?? ''));
    }
    return { scope: code.scope, refreshable: true, attributes: code.attributes };
  },
} satisfies Record<string, (grant: Grant, client: Client) => Promise<GrantParts>>;

const isGrant = (name: string): name is keyof typeof grants => Object.hasOwn(grants, name);

/** A refreshed token has the scope that it had, or a part of it. */
function narrowed(before: string, asked: string | undefined): string {
  if (asked === undefined) return before;
  const had = before.split(' ');
  return asked
    .split(/\s+/)
    .filter((scope) => had.includes(scope))
    .join(' ');
}
