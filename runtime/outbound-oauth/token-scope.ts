import { randomUUID } from 'node:crypto';
import { fetchOnce } from './shared-tokens.js';
import { TokenError } from './token-error.js';
import { type GrantContext, grantToken } from './token-grant.js';
import { keyOf, type TokenRequest } from './token-request.js';
import type { KeptToken } from './token-settings.js';
import { TokenSlot } from './token-slot.js';

/** Tokens of one configuration, when they are the callers' own. */
const largest = 10_000;

/**
 * The tokens of one configuration: usually one, several when its values are expressions or the caller's. They are gone
 * with the configuration (artifacts 3.7).
 */
export class TokenScope {
  /** The least recently used first. */
  readonly #slots = new Map<string, TokenSlot>();
  /** A request that comes back as the very same object finds its token without a digest. */
  #bySource = new WeakMap<TokenRequest, TokenSlot>();
  #closed = false;

  constructor(private readonly context: GrantContext) {}

  /**
   * A token that can be used now; at once when one is kept.
   * @throws TokenError
   */
  token(request: TokenRequest): KeptToken | Promise<KeptToken> {
    if (this.#closed) return Promise.reject(new TokenError('superseded', request.tokenUrl));
    return this.#slot(request).get();
  }

  /** The backend refused the token. */
  reject(request: TokenRequest, value: string): void {
    if (!this.#closed) this.#slot(request).reject(value);
  }

  /** The configuration counts again, after {@link close}. */
  open(): void {
    this.#closed = false;
  }

  /** Drops every token, and what is under way: those who wait fail with `superseded`, and so do later requests. */
  close(): void {
    this.#closed = true;
    for (const slot of this.#slots.values()) slot.close();
    this.#slots.clear();
    this.#bySource = new WeakMap();
  }

  /** Tokens that are kept, fetched or refused at present. */
  get size(): number {
    return this.#slots.size;
  }

  #slot(request: TokenRequest): TokenSlot {
    const known = this.#bySource.get(request);
    if (known) return known;
    const key = keyOf(this.context.owner, request, this.context.settings.fields);
    let slot = this.#slots.get(key);
    if (slot) this.#slots.delete(key);
    else slot = this.#made(key, request);
    this.#slots.set(key, slot);
    // Where there are several, requests are made for each message and do not come back.
    if (this.#slots.size === 1) this.#bySource.set(request, slot);
    return slot;
  }

  #made(key: string, request: TokenRequest): TokenSlot {
    this.#makeRoom();
    const { counters, tools } = this.context;
    const { shared, now } = tools;
    return new TokenSlot({
      fetch: (known, wanted) => this.#fetch(key, request, known, wanted),
      purge: (token) => void shared?.purge(key, token.id).catch(() => undefined),
      counters,
      now,
      tokenUrl: request.tokenUrl,
    });
  }

  #makeRoom(): void {
    for (const [key, slot] of this.#slots) {
      if (!slot.idle && (this.#slots.size < largest || slot.busy)) break;
      this.#slots.delete(key);
    }
  }

  async #fetch(
    key: string,
    request: TokenRequest,
    known: KeptToken | undefined,
    wanted: () => boolean,
  ): Promise<KeptToken> {
    const { counters, settings, tools } = this.context;
    const { shared, now } = tools;
    const end = Date.now() + settings.waitTimeout;
    const grant = (last: KeptToken | undefined) => grantToken(this.context, { key, request, known: last, end });
    try {
      if (!shared) return await grant(known);
      const { token, own } = await fetchOnce(shared, {
        key,
        tokenUrl: request.tokenUrl,
        holder: randomUUID(),
        acceptable: (token) => token.id !== known?.id && now() < token.refreshAt,
        fetch: (last) => grant(last ?? known),
        end,
        wanted,
      });
      if (!own) counters.shared++;
      return token;
    } catch (error) {
      if (error instanceof TokenError) return this.#failed(error);
      tools.log('WARN', `Tokens cannot be shared with other nodes now: ${(error as Error).message}`);
      return grant(known).catch((failure) => this.#failed(failure));
    }
  }

  #failed(error: unknown): never {
    if (error instanceof TokenError && error.kind === 'superseded') throw error;
    const { cause, message } = error as Error;
    const detail = cause instanceof Error ? `: ${cause.message}` : '';
    this.context.tools.log('WARN', `No access token for ${this.context.owner}. ${message}${detail}`);
    throw error;
  }
}
