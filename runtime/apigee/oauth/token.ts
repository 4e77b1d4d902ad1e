import { randomBytes } from 'node:crypto';
import type { FlowContext } from '../flow-context.js';
import type { AccessToken } from '../organization.js';
import { textOf } from '../value.js';
import type { Client } from './client.js';
import type { OAuthConfiguration } from './configuration.js';
import type { OAuthInputs } from './inputs.js';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const tokenLength = 28;
/** Milliseconds of an access token, and of an authorization code, when the policy does not say. */
export const defaultLifetime = { token: 3_600_000, code: 600_000 };

/** An opaque text of 28 letters and digits. */
export function opaqueToken(): string {
  let text = '';
  while (text.length < tokenLength) {
    // Bytes past the last whole run of the alphabet would make its beginning likelier.
    for (const byte of randomBytes(tokenLength)) if (byte < 248) text += alphabet[byte % 62];
  }
  return text.slice(0, tokenLength);
}

export interface TokenParts {
  readonly client: Client;
  readonly inputs: OAuthInputs;
  readonly grantType: string;
  readonly scope: string;
  /** Whether the grant gives a refresh token. */
  readonly refreshable: boolean;
  /** The token that is refreshed. */
  readonly before?: AccessToken;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Makes a token; it is not stored. Texts that the policy takes from elsewhere count. */
export function newToken(flow: FlowContext, configuration: OAuthConfiguration, parts: TokenParts): AccessToken {
  const { before, client, inputs } = parts;
  const now = flow.runtime.now();
  const external = (name: string | undefined) => (name === undefined ? undefined : textOf(flow.get(name)) || undefined);
  const keepsRefreshToken = before !== undefined && configuration.reuseRefreshToken;
  const refreshToken = keepsRefreshToken
    ? before.refreshToken
    : (external(configuration.externalRefreshToken) ?? opaqueToken());
  return {
    accessToken: external(configuration.externalAccessToken) ?? opaqueToken(),
    clientId: client.credential.consumerKey,
    appId: client.app.id,
    scope: parts.scope,
    status: 'approved',
    issuedAt: now,
    expiresAt: expiry(now, lifetime(flow, configuration.expiresIn, defaultLifetime.token)),
    grantType: parts.grantType,
    refreshToken: parts.refreshable ? refreshToken : '',
    refreshTokenIssuedAt: parts.refreshable ? (keepsRefreshToken ? before.refreshTokenIssuedAt : now) : -1,
    refreshTokenExpiresAt: keepsRefreshToken
      ? before.refreshTokenExpiresAt
      : expiry(now, lifetime(flow, configuration.refreshTokenExpiresIn, 0)),
    refreshTokenStatus: 'approved',
    refreshCount: before ? before.refreshCount + 1 : 0,
    appEndUser: inputs.appEndUser ?? before?.appEndUser ?? '',
    attributes: {
      ...before?.attributes,
      ...parts.attributes,
      ...tokenAttributes(flow, configuration),
    },
  };
}

/** The attributes that the policy gives a token or a code; one without a value is left out. */
export function tokenAttributes(flow: FlowContext, { attributes }: OAuthConfiguration): Record<string, string> {
  const values = attributes.flatMap(({ name, value }) => {
    const text = value?.of(flow);
    return text === undefined ? [] : [[name, text]];
  });
  return Object.fromEntries(values);
}

/** Milliseconds; 0 and less: without an end. */
export function lifetime(flow: FlowContext, value: OAuthConfiguration['expiresIn'], absent: number): number {
  const ms = Number(value?.of(flow) ?? absent);
  return Number.isFinite(ms) ? ms : absent;
}

const expiry = (now: number, ms: number): number => (ms > 0 ? now + ms : -1);

/** Whole seconds until a time, as Edge tells them: the second that has begun does not count; "0": without an end. */
export function secondsUntil(time: number, now: number): string {
  return time === -1 ? '0' : String(Math.max(0, Math.floor((time - now - 1) / 1000)));
}
