import { randomUUID } from 'node:crypto';
import type { Transport } from '../transport/transport.js';
import type { Counters } from './counters.js';
import { fetchToken } from './fetch-token.js';
import type { RefreshTokens } from './refresh-tokens.js';
import type { SharedTokens } from './shared-tokens.js';
import { TokenError } from './token-error.js';
import { type TokenRequest, tokenExchange } from './token-request.js';
import { type KeptToken, lifetimes, type TokenSettings } from './token-settings.js';

/** What tokens are made with. */
export interface TokenTools {
  readonly transport: Transport;
  /** Absent: this node is alone. */
  readonly shared?: SharedTokens | undefined;
  /** Absent: refresh tokens that a server has replaced live as long as the process. */
  readonly refreshTokens?: RefreshTokens | undefined;
  readonly log: (level: 'WARN' | 'INFO', text: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Whose tokens they are, and how they are got. */
export interface GrantContext {
  readonly owner: string;
  readonly settings: TokenSettings;
  readonly tools: TokenTools;
  readonly counters: Counters;
}

export interface Wanted {
  /** Digest of the request. */
  readonly key: string;
  readonly request: TokenRequest;
  /** The token that is replaced, over or not. */
  readonly known: KeptToken | undefined;
  /** When to give up, in milliseconds since 1970. */
  readonly end: number;
}

/**
 * Gets a token: by the refresh token of the last answer where the grant is one of a user, else by the grant that is
 * configured.
 * @throws TokenError
 */
export async function grantToken(context: GrantContext, wanted: Wanted): Promise<KeptToken> {
  const { request } = wanted;
  if (request.grant === tokenExchange && request.subjectToken === '') {
    throw new TokenError('no-subject', request.tokenUrl);
  }
  const refreshToken = await refreshTokenFor(context, wanted);
  if (refreshToken === undefined || refreshToken === request.refreshToken) return ask(context, wanted);
  try {
    return await ask(context, { ...wanted, request: { ...request, grant: 'refresh_token', refreshToken } });
  } catch (error) {
    // The server takes it no more: what is configured may still do.
    const refused = error instanceof TokenError && error.kind === 'status' && !error.passing && !error.wrongClient;
    if (!refused) throw error;
    return ask(context, wanted);
  }
}

/** Client credentials and a caller's token serve as often as needed; only other grants have use for a refresh token. */
async function refreshTokenFor({ owner, tools }: GrantContext, { key, request, known }: Wanted) {
  if (request.grant !== 'password' && request.grant !== 'refresh_token') return undefined;
  if (known?.refreshToken !== undefined || request.grant === 'password') return known?.refreshToken;
  try {
    return await tools.refreshTokens?.load(key);
  } catch (error) {
    tools.log('WARN', `The refresh token of ${owner} could not be read: ${(error as Error).message}`);
    return undefined;
  }
}

async function ask(context: GrantContext, { key, request, end }: Wanted): Promise<KeptToken> {
  const { settings, tools, counters } = context;
  const begun = tools.now();
  const called = (succeeded: boolean): void => void counters[succeeded ? 'fetched' : 'failed']++;
  const answer = await fetchToken(request, { transport: tools.transport, settings, end, called });
  const replaced = answer.refreshToken !== undefined && answer.refreshToken !== request.refreshToken;
  if (request.grant === 'refresh_token' && replaced) await store(context, key, answer.refreshToken as string);
  const kept = request.grant === 'refresh_token' ? request.refreshToken : undefined;
  return {
    id: randomUUID(),
    value: answer.accessToken,
    ...lifetimes(settings, begun, answer.expiresIn),
    refreshToken: answer.refreshToken ?? kept,
    fields: answer.fields,
  };
}

/** A server that replaces refresh tokens takes the old one no more: the new one must outlive this process. */
async function store({ owner, tools }: GrantContext, key: string, refreshToken: string): Promise<void> {
  try {
    await tools.refreshTokens?.save(key, refreshToken);
  } catch (error) {
    tools.log('WARN', `The new refresh token of ${owner} could not be stored: ${(error as Error).message}`);
  }
}
