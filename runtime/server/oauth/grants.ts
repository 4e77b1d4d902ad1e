import { errors, type Provider, type TokenEndpointGrantContext } from 'oidc-provider';
import type { Client, Clients } from '../apim-model/clients.js';
import type { User, Users } from '../apim-model/users.js';
import { applicationScope, newGrantId, type TokenAnswer, type TokenGrant, type TokenIssuer } from './issue.js';
import { grantScopes, type ScopeBindings, scopesOf } from './scopes.js';
import type { TokenReader } from './token-reader.js';
import type { TokenStore } from './token-store.js';

/** What the grants work with. */
export interface GrantParts {
  clients: Clients;
  users: Users;
  tokens: TokenStore;
  reader: TokenReader;
  issuer: TokenIssuer;
  bindings: ScopeBindings;
}

/** The grants of the token endpoint (api-management 1.13), with the reference's rules about scopes and re-use. */
export function registerGrants(provider: Provider, parts: GrantParts): void {
  provider.registerGrantType('client_credentials', (ctx) => clientCredentials(ctx, parts), ['scope']);
  provider.registerGrantType('password', (ctx) => password(ctx, parts), ['username', 'password', 'scope']);
  provider.registerGrantType('refresh_token', (ctx) => refresh(ctx, parts), ['refresh_token', 'scope']);
}

async function clientCredentials(ctx: TokenEndpointGrantContext, parts: GrantParts): Promise<void> {
  const client = await clientOf(ctx, parts);
  const owner = await parts.users.find(client.owner);
  const asked = scopesOf(parameter(ctx, 'scope'));
  const granted = grantScopes(asked, owner?.roles ?? [], parts.bindings).join(' ');
  const scope = granted === '' ? applicationScope : granted;
  const gty = 'client_credentials';
  const grant: TokenGrant = { client, subject: client.owner, kind: 'APPLICATION', scope, gty, grantId: newGrantId() };
  reply(ctx, await parts.issuer.accessToken(ctx.oidc, grant));
}

async function password(ctx: TokenEndpointGrantContext, parts: GrantParts): Promise<void> {
  const [name, secret] = [parameter(ctx, 'username'), parameter(ctx, 'password')];
  if (name === undefined || secret === undefined)
    throw new errors.InvalidRequest('Missing parameters: username or password');
  const user = await parts.users.authenticate(name, secret);
  if (user === undefined) throw new errors.InvalidGrant('Authentication failed');
  const client = await clientOf(ctx, parts);
  const scope = userScope(scopesOf(parameter(ctx, 'scope')), user, parts);
  const grantId = newGrantId();
  await replyForUser(ctx, parts, {
    client,
    subject: user.name,
    kind: 'APPLICATION_USER',
    scope,
    gty: 'password',
    grantId,
  });
}

/** The old refresh token and the access token that came with it end (api-management 1.13). */
async function refresh(ctx: TokenEndpointGrantContext, parts: GrantParts): Promise<void> {
  const value = parameter(ctx, 'refresh_token');
  if (value === undefined) throw new errors.InvalidRequest('Missing parameters: refresh_token');
  const client = await clientOf(ctx, parts);
  const found = await ctx.oidc.provider.RefreshToken.find(value);
  if (found?.clientId !== client.id || found.accountId === undefined) throw invalidRefreshToken();
  const user = await parts.users.find(found.accountId);
  if (user === undefined) throw invalidRefreshToken();
  const asked = scopesOf(parameter(ctx, 'scope'));
  const before = scopesOf(found.scope);
  if (asked.some((each) => !before.includes(each))) {
    throw new errors.InvalidScope('A scope was not granted before', asked.join(' '));
  }
  if (!(await parts.tokens.take('RefreshToken', value))) throw invalidRefreshToken();
  if (found.grantId !== undefined) {
    await parts.reader.forget(await parts.tokens.takeGrant(found.grantId));
  }
  const scope = userScope(asked.length > 0 ? asked : before, user, parts);
  const grantId = newGrantId();
  await replyForUser(ctx, parts, {
    client,
    subject: user.name,
    kind: 'APPLICATION_USER',
    scope,
    gty: 'refresh_token',
    grantId,
  });
}

function userScope(asked: readonly string[], user: User, parts: GrantParts): string {
  const granted = grantScopes(asked, user.roles, parts.bindings);
  return granted.length === 0 ? 'default' : granted.join(' ');
}

async function replyForUser(ctx: TokenEndpointGrantContext, parts: GrantParts, grant: TokenGrant): Promise<void> {
  const answer = await parts.issuer.accessToken(ctx.oidc, grant);
  if (grant.client.grantTypes.includes('refresh_token')) {
    answer.refresh_token = await parts.issuer.refreshToken(ctx.oidc, grant);
  }
  reply(ctx, answer);
}

async function clientOf(ctx: TokenEndpointGrantContext, { clients }: GrantParts): Promise<Client> {
  const client = await clients.find(ctx.oidc.client.clientId);
  if (client === undefined) throw new errors.InvalidClient('The client is gone');
  return client;
}

function parameter(ctx: TokenEndpointGrantContext, name: string): string | undefined {
  const value = (ctx.oidc.params as Record<string, unknown>)[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function reply(ctx: TokenEndpointGrantContext, answer: TokenAnswer): void {
  ctx.body = answer;
}

function invalidRefreshToken() {
  return new errors.InvalidGrant('Persisted access token data not found');
}
