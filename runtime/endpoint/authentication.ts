import type { CompileContext } from '../configuration/context.js';
import type { ConfigElement } from '../configuration/element.js';
import type { Message } from '../message/message.js';
import type { Transport } from '../transport/transport.js';
import { type ConfiguredValue, configuredValue } from './configured-value.js';
import { CachedTokens } from './token-cache.js';
import type { Grant, TokenRequest, TokenSource } from './token-source.js';

/** The `<authentication>` of an http endpoint (artifacts 3.7). */
export interface Authentication {
  /** A 401 is met with a new token and a second attempt. */
  readonly renews: boolean;
  /**
   * Sets `Authorization` for a request to `url`.
   * @param options `renew` drops the token that was used last
   * @throws Fault 303003 when no token can be had
   */
  apply(message: Message, url: string, transport: Transport, options?: { renew?: boolean }): Promise<void>;
}

/** @throws ConfigurationError "Invalid authentication configuration …" when something mandatory is missing. */
export function readAuthentication(
  element: ConfigElement,
  endpoint: string | undefined,
  context: CompileContext,
): Authentication {
  const basic = element.element('basicAuth');
  const oauth = element.element('oauth');
  const refuse: Refuse = (at, hint) =>
    at.fail('invalid-authentication', `Invalid authentication configuration for endpoint ${endpoint ?? 'null'}`, {
      hint,
    });
  if (basic) return basicAuthentication(basic, context, refuse);
  if (oauth) return oauthAuthentication(oauth, endpoint, context, refuse);
  return refuse(element, 'add <basicAuth> or <oauth>');
}

type Refuse = (at: ConfigElement, hint: string) => never;

function basicAuthentication(element: ConfigElement, context: CompileContext, refuse: Refuse): Authentication {
  const username = required(element, 'username', context, refuse);
  const password = required(element, 'password', context, refuse);
  return {
    renews: false,
    async apply(message) {
      const pair = `${await username.evaluate(message)}:${await password.evaluate(message)}`;
      message.headers.set('Authorization', `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`);
    },
  };
}

function oauthAuthentication(
  element: ConfigElement,
  endpoint: string | undefined,
  context: CompileContext,
  refuse: Refuse,
): Authentication {
  const grants = element.elements().filter(({ localName }) => localName in grantNames);
  const [grant] = grants;
  if (!grant || grants.length > 1) return refuse(element, `exactly one of ${Object.keys(grantNames).join(', ')}`);
  const evaluate = readGrant(grant, context, refuse);
  const tokens: TokenSource = new CachedTokens(endpoint);
  return {
    renews: true,
    async apply(message, url, transport, options) {
      const request = await evaluate(message, url);
      if (options?.renew) tokens.forget(request);
      const token = await tokens.token(request, transport, message.environment);
      message.headers.set('Authorization', `Bearer ${token}`);
    },
  };
}

const grantNames: Readonly<Record<string, { grant: Grant; needs: readonly string[] }>> = {
  clientCredentials: { grant: 'client_credentials', needs: ['clientId', 'clientSecret', 'tokenUrl'] },
  authorizationCode: { grant: 'refresh_token', needs: ['clientId', 'clientSecret', 'refreshToken', 'tokenUrl'] },
  passwordCredentials: { grant: 'password', needs: ['username', 'password', 'clientId', 'clientSecret', 'tokenUrl'] },
};

/** Compiles a grant to what it asks the token endpoint for a message. */
function readGrant(element: ConfigElement, context: CompileContext, refuse: Refuse) {
  const { grant, needs } = grantNames[element.localName] as (typeof grantNames)[string] & object;
  const values = new Map(needs.map((name) => [name, required(element, name, context, refuse)]));
  const authMode = element.element('authMode');
  const mode = authMode && configuredValue(authMode, context);
  const parameters = pairs(element.element('requestParameters'), 'parameter', context, refuse);
  const headers = pairs(element.element('customHeaders'), 'header', context, refuse);
  checkProxy(element.element('proxyConfigs'), context, refuse);
  const timeout = milliseconds(element.element('socketTimeout'), refuse);
  const connectTimeout = milliseconds(element.element('connectionTimeout'), refuse);
  milliseconds(element.element('connectionRequestTimeout'), refuse);
  return async (message: Message, url: string): Promise<TokenRequest> => {
    const value = async (name: string) => (await values.get(name)?.evaluate(message)) ?? '';
    return {
      grant,
      url,
      tokenUrl: await value('tokenUrl'),
      clientId: await value('clientId'),
      clientSecret: await value('clientSecret'),
      username: await value('username'),
      password: await value('password'),
      refreshToken: await value('refreshToken'),
      inPayload: (await mode?.evaluate(message))?.toLowerCase() === 'payload',
      parameters: await evaluated(parameters, message),
      headers: await evaluated(headers, message),
      socketTimeout: timeout,
      connectTimeout,
    };
  };
}

function required(element: ConfigElement, name: string, context: CompileContext, refuse: Refuse): ConfiguredValue {
  const child = element.element(name);
  if (!child?.text.trim())
    return refuse(child ?? element, `<${element.localName}> needs a <${name}> that is not empty`);
  return configuredValue(child, context);
}

type NamedValue = readonly [name: string, value: ConfiguredValue];

function pairs(list: ConfigElement | undefined, child: string, context: CompileContext, refuse: Refuse): NamedValue[] {
  return (list?.elements() ?? [])
    .filter(({ localName }) => localName === child)
    .map((element) => {
      const name = element.attribute('name')?.trim();
      if (!name || !element.text.trim()) return refuse(element, `<${child}> needs a name and a value`);
      return [name, configuredValue(element, context)] as const;
    });
}

function evaluated(list: readonly NamedValue[], message: Message): Promise<(readonly [string, string])[]> {
  return Promise.all(list.map(async ([name, value]) => [name, await value.evaluate(message)] as const));
}

function milliseconds(element: ConfigElement | undefined, refuse: Refuse): number | undefined {
  if (!element) return undefined;
  const text = element.text.trim();
  if (!/^-?\d+$/.test(text)) return refuse(element, `<${element.localName}> is a number of milliseconds`);
  return Number(text) > 0 ? Number(text) : undefined;
}

function checkProxy(element: ConfigElement | undefined, context: CompileContext, refuse: Refuse): void {
  if (!element) return;
  for (const name of ['proxyHost', 'proxyPort', 'proxyProtocol']) {
    if (!element.element(name)?.text.trim()) refuse(element, `<proxyConfigs> needs <${name}>`);
  }
  context.report(
    element.problem('proxy-not-used', 'Token requests go to the token endpoint directly, not through this proxy', {
      severity: 'warning',
    }),
  );
}
