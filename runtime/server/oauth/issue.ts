import { randomUUID } from 'node:crypto';
import type { Client as OidcClient, Provider } from 'oidc-provider';
import type { Client } from '../apim-model/clients.js';
import { defaultLifetimeSeconds } from './lifetime.js';
import type { TokenStore } from './token-store.js';

/** What an access token is to say. */
export interface TokenGrant {
  client: Client;
  /** User name; for a token of an application its owner's. */
  subject: string;
  kind: 'APPLICATION' | 'APPLICATION_USER';
  scope: string;
  gty: string;
  grantId: string;
}

/** Members of a token answer (api-management 1.13). */
export interface TokenAnswer {
  access_token: string;
  refresh_token?: string;
  scope: string;
  token_type: 'Bearer';
  expires_in: number;
}

/** Claims that the JWT and the stored token get beside the standard ones. */
export interface ExtraClaims {
  [claim: string]: unknown;
  aut: TokenGrant['kind'];
}

/** Scope of a client credentials token that asked for none (api-management 1.13). */
export const applicationScope = 'am_application_scope default';

/** The client as oidc-provider knows it, which its token models want. */
export interface IssuingClient {
  provider: Provider;
  client: OidcClient;
}

/** Makes tokens of the client's format. */
export class TokenIssuer {
  readonly #tokens: TokenStore;

  constructor(tokens: TokenStore) {
    this.#tokens = tokens;
  }

  /** A JWT is new every time; an opaque token that is still good is given again (api-management 1.13). */
  async accessToken({ provider, client: oidcClient }: IssuingClient, grant: TokenGrant): Promise<TokenAnswer> {
    const { client, subject, scope } = grant;
    if (client.tokenFormat === 'opaque') {
      const current = await this.#tokens.findCurrent('AccessToken', client.id, subject, scope);
      if (current !== undefined) return answer(current.value, scope, current.expiresAt - nowSeconds());
    }
    const expiresIn = client.validitySeconds ?? defaultLifetimeSeconds;
    const token = new provider.AccessToken({
      client: oidcClient,
      accountId: subject,
      grantId: grant.grantId,
      gty: grant.gty,
      scope,
      expiresIn,
      ...(client.tokenFormat === 'jwt' ? { resourceServer: jwtFormat(provider, client, scope) } : {}),
    });
    extras.set(token, { aut: grant.kind });
    return answer(await token.save(), scope, expiresIn);
  }

  /** A refresh token for the same client, subject and scope. */
  async refreshToken({ provider, client: oidcClient }: IssuingClient, grant: TokenGrant): Promise<string> {
    const { client, subject, scope } = grant;
    const current = await this.#tokens.findCurrent('RefreshToken', client.id, subject, scope);
    if (current !== undefined) return current.value;
    const { RefreshToken } = provider;
    const { grantId, gty } = grant;
    return new RefreshToken({ client: oidcClient, accountId: subject, grantId, gty, scope }).save();
  }
}

/** Ties the tokens of one act of granting together. */
export function newGrantId(): string {
  return randomUUID();
}

const extras = new WeakMap<object, ExtraClaims>();

/** What `extraTokenClaims` of the provider answers for a token. */
export function extraOf(token: object): ExtraClaims | undefined {
  return extras.get(token);
}

/** oidc-provider writes a JWT for tokens of a resource server that wants one; ours is the client's own. */
function jwtFormat(provider: Provider, client: Client, scope: string) {
  return new provider.ResourceServer(`urn:mediant:client:${client.id}`, {
    scope,
    audience: client.id,
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: 'RS256' } },
  });
}

function answer(value: string, scope: string, expiresIn: number): TokenAnswer {
  return { access_token: value, scope, token_type: 'Bearer', expires_in: expiresIn };
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
