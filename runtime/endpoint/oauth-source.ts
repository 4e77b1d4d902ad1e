import { callerToken } from '../message/caller-token.js';
import type { Environment, Message, RenewableCredential } from '../message/message.js';
import { rememberCredentialHeader } from '../message/sent-credentials.js';
import { TokenClient } from '../outbound-oauth/token-client.js';
import { TokenError } from '../outbound-oauth/token-error.js';
import type { TokenRequest } from '../outbound-oauth/token-request.js';
import type { TokenScope } from '../outbound-oauth/token-scope.js';
import type { KeptToken, TokenSettings } from '../outbound-oauth/token-settings.js';
import type { CompiledGrant } from './oauth-grant.js';

/** A property of the message that a member of the token's answer goes to. */
export interface ResponseProperty {
  readonly name: string;
  readonly field: string;
}

export interface OAuthParts {
  /** Label of the artifact: tokens of different artifacts are never shared (api-management 3.11 rule 1). */
  readonly owner: string;
  /** Tells one block of the artifact from another. */
  readonly place: string;
  readonly grant: CompiledGrant;
  readonly settings: (environment: Environment) => TokenSettings;
  readonly header: string;
  readonly prefix: string;
  readonly properties: readonly ResponseProperty[];
  /** Bytes of a request body that are held for a second attempt. */
  readonly replayLimit: number;
}

type Use = (token: KeptToken) => void;

/** The blocks that are deployed, by what they are for: those who waited for one that was replaced go on with its heir. */
const deployed = new WeakMap<Environment, Map<string, OAuthSource>>();

/** Puts an access token on messages. */
export class OAuthSource implements RenewableCredential {
  readonly header: string;
  readonly #parts: OAuthParts;
  readonly #scopes = new WeakMap<Environment, TokenScope>();
  /** What was asked for a message: its expressions may not be there any more when the token is refused. */
  readonly #asked = new WeakMap<Message, TokenRequest>();

  constructor(parts: OAuthParts) {
    this.#parts = parts;
    this.header = parts.header;
  }

  replayLimit({ environment }: Message): number {
    const off = environment.property('synapse.endpoint.http.oauth.token.retry.message.building.disabled');
    return off === 'true' ? 0 : this.#parts.replayLimit;
  }

  /**
   * Sets the header; a promise only when a token has to be waited for.
   * @throws TokenError
   */
  authorize(message: Message): void | Promise<void> {
    return this.#withToken(message, (token) => this.#place(message, token));
  }

  /** As {@link authorize}, but the token goes into a property, as it is. */
  provide(message: Message, property: string): void | Promise<void> {
    return this.#withToken(message, (token) => {
      this.#tell(message, token);
      message.setProperty(property, token.value);
    });
  }

  /** The request that a message's token was got by. */
  asked(message: Message): TokenRequest | undefined {
    return this.#parts.grant.constant ?? this.#asked.get(message);
  }

  /**
   * @param asked by which the token was got, when another message got it
   * @throws TokenError
   */
  async renew(message: Message, asked = this.asked(message)): Promise<void> {
    await this.reject(message, asked);
    const place = (token: KeptToken): void => this.#place(message, token);
    await (asked ? this.#withRequest(message, asked, place) : this.#withToken(message, place));
  }

  async reject(message: Message, asked = this.asked(message)): Promise<void> {
    const { prefix } = this.#parts;
    const value = message.headers.text(this.header) ?? '';
    const token = prefix === '' ? value : value.slice(prefix.length + 1);
    if (asked) this.#scope(message.environment).reject(asked, token);
  }

  /** Follows the artifact that the block stands in. */
  begin(environment: Environment): void {
    const known = deployed.get(environment) ?? new Map<string, OAuthSource>();
    known.set(this.#name, this);
    deployed.set(environment, known);
    this.#scopes.get(environment)?.open();
  }

  end(environment: Environment): void {
    this.#scope(environment).close();
    const known = deployed.get(environment);
    if (known?.get(this.#name) === this) known.delete(this.#name);
  }

  get #name(): string {
    return `${this.#parts.owner} ${this.#parts.place}`;
  }

  #withToken(message: Message, use: Use): void | Promise<void> {
    const { constant } = this.#parts.grant;
    return constant ? this.#withRequest(message, constant, use) : this.#evaluated(message, use);
  }

  async #evaluated(message: Message, use: Use): Promise<void> {
    const request = await this.#parts.grant.evaluate(message);
    this.#asked.set(message, request);
    await this.#withRequest(message, request, use);
  }

  #withRequest(message: Message, request: TokenRequest, use: Use): void | Promise<void> {
    const token = this.#scope(message.environment).token(request);
    if (!(token instanceof Promise)) return use(token);
    return token.then(use, (error) => this.#heirOf(message, error).#withToken(message, use));
  }

  /** The block that has taken this one's place while its token was under way; else there is no token. */
  #heirOf({ environment }: Message, error: unknown): OAuthSource {
    const heir = deployed.get(environment)?.get(this.#name);
    if (heir && heir !== this && error instanceof TokenError && error.kind === 'superseded') return heir;
    throw error;
  }

  #place(message: Message, token: KeptToken): void {
    const { prefix } = this.#parts;
    callerToken(message);
    message.headers.set(this.header, prefix === '' ? token.value : `${prefix} ${token.value}`);
    message.excessHeaders?.delete(this.header.toLowerCase());
    rememberCredentialHeader(message, this.header);
    this.#tell(message, token);
  }

  #tell(message: Message, { value, fields }: KeptToken): void {
    message.recorder?.secret?.(value);
    for (const { name, field } of this.#parts.properties) {
      const member = fields[field];
      if (member === undefined || member === null) message.properties.delete(name);
      else message.setProperty(name, typeof member === 'string' ? member : JSON.stringify(member));
    }
  }

  #scope(environment: Environment): TokenScope {
    let scope = this.#scopes.get(environment);
    if (!scope) {
      const { owner, settings } = this.#parts;
      scope = clientOf(environment).scope(owner, settings(environment));
      this.#scopes.set(environment, scope);
    }
    return scope;
  }
}

const clients = new WeakMap<Environment, TokenClient>();

/** The environment's own client, or one of its own for an environment that has none. */
function clientOf(environment: Environment): TokenClient {
  const { tokens, transport, logger } = environment;
  if (tokens) return tokens;
  if (!transport) throw new Error('This environment has no way out: nothing can be called from here');
  let client = clients.get(environment);
  if (!client) {
    client = new TokenClient({ transport, log: (level, text) => logger.log(level, 'OutboundOAuth', text) });
    clients.set(environment, client);
  }
  return client;
}
