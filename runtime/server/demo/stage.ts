import type { Teller } from './teller.js';
import type { ProtectedBackend } from './token-server.js';

/** What the parts of the story play on. */
export interface Stage {
  readonly teller: Teller;
  readonly backend: ProtectedBackend;
  readonly password: string;
  /** Base URLs. */
  readonly admin: string;
  readonly gateway: string;
  readonly secureGateway: string;
}

/** What the parts before have made. */
export interface Scene extends Stage {
  /** Token for the management API. */
  readonly publisherToken: string;
  readonly application: Application;
}

/** An application of the caller, with its token for the gateway. */
export interface Application {
  readonly id: string;
  readonly key: string;
  readonly secret: string;
}
