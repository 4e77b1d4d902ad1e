import { randomUUID } from 'node:crypto';
import type { Provider } from 'oidc-provider';
import type { Client } from '../apim-model/clients.js';
import type { Users } from '../apim-model/users.js';
import { applicationScope, type TokenIssuer } from './issue.js';
import { grantScopes, type ScopeBindings } from './scopes.js';
import type { ApplicationToken, ApplicationTokenRequest, TokenMaker } from './token-maker.js';
import type { TokenReader } from './token-reader.js';

/** What the portal's tokens are made of. */
export interface ApplicationTokenParts {
  provider: () => Promise<Provider>;
  issuer: TokenIssuer;
  reader: TokenReader;
  users: Users;
  bindings: ScopeBindings;
}

/** Tokens as the client credentials grant gives them, for `generate-keys` and `generate-token` (api-management 1.12). */
export class ApplicationTokens implements TokenMaker {
  readonly #parts: ApplicationTokenParts;

  constructor(parts: ApplicationTokenParts) {
    this.#parts = parts;
  }

  async make(client: Client, request: ApplicationTokenRequest): Promise<ApplicationToken> {
    const { issuer, users, bindings } = this.#parts;
    const provider = await this.#parts.provider();
    const oidcClient = await provider.Client.find(client.id);
    if (oidcClient === undefined) throw new Error(`the client of ${client.name} is gone`);
    const owner = await users.find(client.owner);
    const asked = request.scopes.filter((scope) => !applicationScope.split(' ').includes(scope));
    const scope = grantScopes(asked, owner?.roles ?? [], bindings).join(' ') || applicationScope;
    const { validitySeconds } = request;
    const lifetime = validitySeconds === undefined ? client : { ...client, validitySeconds };
    const answer = await issuer.accessToken(
      { provider, client: oidcClient },
      {
        client: lifetime,
        subject: client.owner,
        kind: 'APPLICATION',
        scope,
        gty: 'client_credentials',
        grantId: randomUUID(),
      },
    );
    return { accessToken: answer.access_token, tokenScopes: scope.split(' '), validityTime: answer.expires_in };
  }

  revoke(client: Client, token: string): Promise<void> {
    return this.#parts.reader.revoke(token, client.id);
  }
}
