import { newCounters } from '../../runtime/outbound-oauth/counters.js';
import { TokenClient, type TokenClientOptions } from '../../runtime/outbound-oauth/token-client.js';
import { type TokenRequest, tokenRequest } from '../../runtime/outbound-oauth/token-request.js';
import { type KeptToken, type TokenSettings, usualSettings } from '../../runtime/outbound-oauth/token-settings.js';
import { HttpTransport } from '../../runtime/transport/http-transport.js';

/** A clock that a test turns. */
export class Clock {
  #ahead = 0;
  readonly now = (): number => Date.now() + this.#ahead;

  forward(milliseconds: number): void {
    this.#ahead += milliseconds;
  }
}

/** A client with one configuration, `owner`. */
export function clientOf(settings: Partial<TokenSettings> = {}, options: Partial<TokenClientOptions> = {}) {
  const logs: string[] = [];
  const client = new TokenClient({
    transport: new HttpTransport(),
    log: (level, text) => void logs.push(`${level} ${text}`),
    ...options,
  });
  const scope = client.scope('owner', { ...usualSettings, ...settings });
  const counters = client.counters.get('owner') ?? newCounters();
  return { client, scope, logs, counters };
}

/** Client credentials `id` and `secret`. */
export function credentials(tokenUrl: string, more: Partial<TokenRequest> = {}): TokenRequest {
  return tokenRequest({ grant: 'client_credentials', tokenUrl, clientId: 'id', clientSecret: 'secret', ...more });
}

/** The token's text, or why there is none. */
export async function tokenText(token: KeptToken | Promise<KeptToken>): Promise<string> {
  try {
    return (await token).value;
  } catch (error) {
    return (error as Error).message.replace(/http:\/\/127\.0\.0\.1:\d+/g, 'AS');
  }
}
