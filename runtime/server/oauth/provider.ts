import { randomBytes } from 'node:crypto';
import type { JWK } from 'jose';
import type { Configuration, Provider } from 'oidc-provider';
import { createAdapter } from './adapter.js';
import { answerAsReference, readJsonBody } from './answers.js';
import { type GrantParts, registerGrants } from './grants.js';
import { extraOf } from './issue.js';
import { refreshLifetimeSeconds } from './lifetime.js';

/**
 * The OAuth2 endpoints `/oauth2/token` and `/oauth2/jwks` by oidc-provider, with the reference's grants and answers.
 *
 * @param issuer `iss` of the tokens, a URL
 * @param keys private keys for RS256
 */
export async function createProvider(issuer: string, keys: JWK[], parts: GrantParts): Promise<Provider> {
  const { Provider } = await import('oidc-provider');
  const provider = new Provider(issuer, configuration(keys, parts));
  provider.use(answerAsReference);
  provider.use(readJsonBody);
  registerGrants(provider, parts);
  return provider;
}

function configuration(keys: JWK[], parts: GrantParts): Configuration {
  return {
    adapter: createAdapter(parts.clients, parts.tokens),
    jwks: { keys: keys as never },
    routes: { token: '/oauth2/token', jwks: '/oauth2/jwks', authorization: '/oauth2/authorize' },
    features: { devInteractions: { enabled: false }, userinfo: { enabled: false } },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
    responseTypes: ['code'],
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    ttl: { RefreshToken: refreshLifetimeSeconds },
    extraTokenClaims: async (_ctx, token) => extraOf(token),
    formats: {
      customizers: {
        jwt: async (_ctx, _token, jwt) => {
          const { client_id, iat } = jwt.payload;
          Object.assign(jwt.payload, { azp: client_id, nbf: iat });
        },
      },
    },
    findAccount: async (_ctx, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
  };
}
