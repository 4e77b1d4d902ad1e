import { escapeText } from '../../xml/serialize.js';
import type { FlowContext } from '../flow-context.js';
import { ApigeeMessage } from '../message.js';
import type { AccessToken } from '../organization.js';
import type { Client } from './client.js';
import type { OAuthConfiguration } from './configuration.js';
import { secondsUntil } from './token.js';

/**
 * What is told of a token, all as text and in the order that scripts rely on (api-management 2.6). `application_name` is
 * the id of the app.
 */
export function tokenFacts(flow: FlowContext, token: AccessToken, client: Client): Record<string, string> {
  const now = flow.runtime.now();
  const refresh = token.refreshToken === '' ? {} : refreshFacts(token);
  return {
    issued_at: String(token.issuedAt),
    application_name: token.appId,
    scope: token.scope,
    status: token.status,
    api_product_list: `[${client.products.map(({ name }) => name).join(', ')}]`,
    expires_in: secondsUntil(token.expiresAt, now),
    'developer.email': client.app.developerEmail,
    organization_id: '0',
    token_type: 'BearerToken',
    client_id: token.clientId,
    access_token: token.accessToken,
    organization_name: flow.runtime.organization.name,
    refresh_token_expires_in: secondsUntil(token.refreshToken === '' ? -1 : token.refreshTokenExpiresAt, now),
    refresh_count: String(token.refreshCount),
    ...refresh,
    ...(token.appEndUser === '' ? {} : { app_enduser: token.appEndUser }),
  };
}

function refreshFacts(token: AccessToken): Record<string, string> {
  return {
    refresh_token: token.refreshToken,
    refresh_token_issued_at: String(token.refreshTokenIssuedAt),
    refresh_token_status: token.refreshTokenStatus,
  };
}

/** Sets `oauthv2accesstoken.{policy}.…`. */
export function setTokenVariables(
  flow: FlowContext,
  policy: string,
  facts: Readonly<Record<string, string>>,
  attributes: Readonly<Record<string, string>>,
): void {
  for (const [name, value] of Object.entries({ ...facts, ...attributes })) {
    flow.set(`oauthv2accesstoken.${policy}.${name}`, value);
  }
}

/** The answer with the token; attributes that are to be hidden are left out. */
export function tokenAnswer(
  configuration: OAuthConfiguration,
  facts: Readonly<Record<string, string>>,
  attributes: Readonly<Record<string, string>>,
): ApigeeMessage {
  const hidden = new Set(configuration.attributes.filter(({ display }) => !display).map(({ name }) => name));
  const shown = Object.entries(attributes).filter(([name]) => !hidden.has(name));
  const all = Object.entries(facts).concat(shown);
  const answer = ApigeeMessage.response({ status: 200 });
  const isXml = configuration.responseFormat === 'xml';
  answer.headers.set('Content-Type', isXml ? 'application/xml' : 'application/json');
  answer.headers.set('Cache-Control', 'no-store');
  answer.content = isXml ? xmlOf(all) : jsonOf(all);
  return answer;
}

/** One member a line: scripts cut it by lines and quotes. */
function jsonOf(members: readonly (readonly [string, string])[]): string {
  return `{\n${members.map(([name, value]) => `  ${JSON.stringify(name)} : ${JSON.stringify(value)}`).join(',\n')}\n}`;
}

function xmlOf(members: readonly (readonly [string, string])[]): string {
  const elements = members.map(([name, value]) => {
    const tag = name.replace(/[^\w.-]/g, '_').replace(/^(?![A-Za-z_])/, '_');
    return `<${tag}>${escapeText(value)}</${tag}>`;
  });
  return `<OAuthToken>${elements.join('')}</OAuthToken>`;
}
