import type { Provider } from 'oidc-provider';
import type { Clients } from '../apim-model/clients.js';
import type { ModelContext } from '../apim-model/context.js';
import type { Users } from '../apim-model/users.js';
import { ApplicationTokens } from './application-tokens.js';
import { TokenIssuer } from './issue.js';
import type { ScopeBindings } from './scopes.js';
import { signingKeys } from './signing-keys.js';
import type { TokenMaker } from './token-maker.js';
import { TokenReader } from './token-reader.js';
import { TokenStore } from './token-store.js';

export type OpenProvider = () => Promise<Provider>;

/** The token service, whose endpoints are in `endpoints.ts`. */
export interface TokenService {
  /** Loaded when first needed: at the start nobody asks for a token. */
  readonly provider: OpenProvider;
  readonly reader: TokenReader;
  readonly tokens: TokenMaker;
}

export interface TokenServiceOptions {
  context: ModelContext;
  clients: Clients;
  users: Users;
  issuer: string;
  bindings: ScopeBindings;
}

/** The token service over the store; what is costly is loaded or made when first needed. */
export function createTokenService(options: TokenServiceOptions): TokenService {
  const { context, clients, users, issuer: issuerUrl, bindings } = options;
  const keys = signingKeys(context.store, context.secrets);
  const tokens = new TokenStore(context.store, context.secrets);
  const reader = new TokenReader(issuerUrl, keys, { tokens, clients, changes: context.changes });
  const issuer = new TokenIssuer(tokens);
  const parts = { clients, users, tokens, reader, issuer, bindings };
  const load = async () => {
    const [{ createProvider }, loaded] = await Promise.all([import('./provider.js'), keys()]);
    return createProvider(issuerUrl, loaded, parts);
  };
  let opened: Promise<Provider> | undefined;
  const provider: OpenProvider = () => {
    opened ??= load().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
  return { provider, reader, tokens: new ApplicationTokens({ provider, issuer, reader, users, bindings }) };
}
