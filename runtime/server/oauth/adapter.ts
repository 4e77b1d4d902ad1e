import type { Adapter, AdapterPayload } from 'oidc-provider';
import type { Client, Clients } from '../apim-model/clients.js';
import type { TokenStore } from './token-store.js';

/** Grants that the token endpoint answers; others of a client are kept for when they are. */
export const grantTypes = ['client_credentials', 'password', 'refresh_token'];

/** Storage of oidc-provider: clients are ours, tokens are kept by `TokenStore`. */
export function createAdapter(clients: Clients, tokens: TokenStore): (model: string) => Adapter {
  return (model) => (model === 'Client' ? clientAdapter(clients) : tokenAdapter(model, tokens));
}

function tokenAdapter(model: string, tokens: TokenStore): Adapter {
  return {
    upsert: (id, payload, seconds) => tokens.upsert(model, id, payload, seconds),
    find: (id) => tokens.find(model, id),
    consume: (id) => tokens.consume(model, id),
    async destroy(id) {
      await tokens.take(model, id);
    },
    async revokeByGrantId(grantId) {
      await tokens.takeGrant(grantId);
    },
    findByUid: nothing,
    findByUserCode: nothing,
  };
}

/** Clients are written by registration and by applications, never by oidc-provider. */
function clientAdapter(clients: Clients): Adapter {
  return {
    async find(id) {
      const client = await clients.find(id);
      return client && metadataOf(client);
    },
    async upsert() {},
    async consume() {},
    async destroy() {},
    async revokeByGrantId() {},
    findByUid: nothing,
    findByUserCode: nothing,
  };
}

function metadataOf(client: Client): AdapterPayload {
  return {
    client_id: client.id,
    client_secret: client.secret,
    grant_types: client.grantTypes.filter((grant) => grantTypes.includes(grant)),
    redirect_uris: [],
    response_types: [],
    token_endpoint_auth_method: 'client_secret_basic',
  };
}

async function nothing(): Promise<undefined> {}
