import type { Environment } from '../message/message.js';
import type { Transport } from '../transport/transport.js';

/** OAuth 2.0 grants that endpoints use, by their wire names. */
export type Grant = 'client_credentials' | 'refresh_token' | 'password';

/** What a token is asked for with, all values evaluated for one message. */
export interface TokenRequest {
  grant: Grant;
  /** The backend URL that the token is for: other URLs have other tokens (artifacts 3.7). */
  url: string;
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  /** Empty where the grant has none; likewise the next two. */
  username: string;
  password: string;
  refreshToken: string;
  /** Client id and secret go into the body, not into `Authorization`. */
  inPayload: boolean;
  parameters: readonly (readonly [name: string, value: string])[];
  headers: readonly (readonly [name: string, value: string])[];
  /** Milliseconds; undefined: the transport's. */
  socketTimeout: number | undefined;
  connectTimeout: number | undefined;
}

/** Where access tokens come from. */
export interface TokenSource {
  /** @throws Fault 303003, or another of artifacts 3.7, when no token can be had. */
  token(request: TokenRequest, transport: Transport, environment: Environment): Promise<string>;
  /** The token was refused: the next one is fetched anew. */
  forget(request: TokenRequest): void;
}
