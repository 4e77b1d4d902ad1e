import type { SharedState, SharedTokens } from '../../outbound-oauth/shared-tokens.js';
import type { KeptToken } from '../../outbound-oauth/token-settings.js';

interface Entry {
  generation: number;
  token: KeptToken | undefined;
}

/** Access tokens that the gateway processes of one server share: kept by the server, lost with it. */
export class ServerTokens implements SharedTokens {
  readonly #entries = new Map<string, Entry>();
  readonly #locks = new Map<string, { holder: string; until: number }>();

  async read(key: string): Promise<SharedState> {
    return this.#entries.get(key) ?? { generation: 0, token: undefined };
  }

  async lock(key: string, holder: string, lease: number): Promise<boolean> {
    const known = this.#locks.get(key);
    if (known && known.holder !== holder && known.until > Date.now()) return false;
    this.#locks.set(key, { holder, until: Date.now() + lease });
    return true;
  }

  async unlock(key: string, holder: string): Promise<void> {
    if (this.#locks.get(key)?.holder === holder) this.#locks.delete(key);
  }

  async publish(key: string, generation: number, token: KeptToken): Promise<boolean> {
    const known = this.#entries.get(key)?.generation ?? 0;
    if (known !== generation) return false;
    this.#dropOver();
    this.#entries.set(key, { generation, token });
    return true;
  }

  async purge(key: string, id: string): Promise<void> {
    const entry = this.#entries.get(key);
    if (entry?.token?.id === id) this.#entries.set(key, { generation: entry.generation + 1, token: undefined });
  }

  /** Tokens that are over and cannot be refreshed; generations stay, and a purge is remembered. */
  #dropOver(): void {
    const now = Date.now();
    for (const [key, { generation, token }] of this.#entries) {
      if (generation === 0 && token && token.refreshToken === undefined && token.expiresAt <= now) {
        this.#entries.delete(key);
      }
    }
  }
}

/** An operation of {@link ServerTokens} that a gateway process asks for. */
export interface TokenCall {
  readonly operation: keyof SharedTokens;
  readonly values: readonly unknown[];
}

/** What a gateway process sees of the server's tokens. */
export function tokensOfServer(request: (call: TokenCall) => Promise<unknown>): SharedTokens {
  const ask = (operation: keyof SharedTokens, values: readonly unknown[]) => request({ operation, values });
  return {
    read: async (...values) => {
      const { generation, token } = (await ask('read', values)) as Partial<SharedState> & { generation: number };
      return { generation, token };
    },
    lock: async (...values) => (await ask('lock', values)) === true,
    unlock: async (...values) => void (await ask('unlock', values)),
    publish: async (...values) => (await ask('publish', values)) === true,
    purge: async (...values) => void (await ask('purge', values)),
  };
}
