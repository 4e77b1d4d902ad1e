import type { Transport } from '../transport/transport.js';
import { type Counters, newCounters } from './counters.js';
import type { RefreshTokens } from './refresh-tokens.js';
import type { SharedTokens } from './shared-tokens.js';
import type { TokenTools } from './token-grant.js';
import { TokenScope } from './token-scope.js';
import type { TokenSettings } from './token-settings.js';

export interface TokenClientOptions {
  readonly transport: Transport;
  readonly shared?: SharedTokens | undefined;
  readonly refreshTokens?: RefreshTokens | undefined;
  /** Where failures are told; texts hold no credentials. */
  readonly log?: (level: 'WARN' | 'INFO', text: string) => void;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/**
 * Tokens for the way out, whoever wants them: the endpoint security of a published API, the `<oauth>` block of an
 * endpoint, a flow (api-management 3.2).
 */
export class TokenClient {
  readonly #tools: TokenTools;
  readonly #counters = new Map<string, Counters>();

  constructor(options: TokenClientOptions) {
    const { log = () => undefined, now = Date.now, ...rest } = options;
    this.#tools = { ...rest, log, now };
  }

  /**
   * The tokens of one configuration; close it when the configuration goes.
   * @param owner of the tokens, as metrics and logs name it; the same on every node
   */
  scope(owner: string, settings: TokenSettings): TokenScope {
    let counters = this.#counters.get(owner);
    if (!counters) {
      counters = newCounters();
      this.#counters.set(owner, counters);
    }
    return new TokenScope({ owner, settings, tools: this.#tools, counters });
  }

  /** What happened so far, by owner. */
  get counters(): ReadonlyMap<string, Counters> {
    return this.#counters;
  }
}
