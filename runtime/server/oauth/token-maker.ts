import type { Client } from '../apim-model/clients.js';

/** A token for an application, as the portal shows it. */
export interface ApplicationToken {
  accessToken: string;
  tokenScopes: string[];
  validityTime: number;
}

/** What the portal asks for. */
export interface ApplicationTokenRequest {
  scopes: readonly string[];
  /** Seconds; undefined: that of the client. */
  validitySeconds: number | undefined;
}

/** Makes access tokens of applications without a call to the token endpoint. */
export interface TokenMaker {
  make(client: Client, request: ApplicationTokenRequest): Promise<ApplicationToken>;
  /** Ends a token of the client; one that is not there is no error. */
  revoke(client: Client, token: string): Promise<void>;
}
