import { ApigeeMessage } from '../message.js';
import { textOf } from '../value.js';
import { activeClient, type Client, grantedScope } from './client.js';
import type { Grant } from './grant.js';
import { issue } from './grants.js';
import { refusals } from './refusal.js';
import { defaultLifetime, lifetime, newToken, opaqueToken, secondsUntil, tokenAttributes } from './token.js';

/** GenerateAuthorizationCode: a code that is good once, sent by a redirect to the app (api-management 2.6). */
export async function generateAuthorizationCode(grant: Grant): Promise<void> {
  const { flow, configuration, inputs } = grant;
  const client = redirectedClient(grant, 'code');
  const redirectUri = checkedRedirectUri(grant, client);
  const external = configuration.externalCode === undefined ? undefined : textOf(flow.get(configuration.externalCode));
  const code = external || opaqueToken();
  const scope = grantedScope(client, inputs.scope);
  await flow.runtime.organization.tokens.saveCode({
    code,
    clientId: client.credential.consumerKey,
    // What was not in this request need not be in the next one (RFC 6749 4.1.3).
    redirectUri: inputs.redirectUri ?? '',
    scope,
    expiresAt: flow.runtime.now() + lifetime(flow, configuration.expiresIn, defaultLifetime.code),
    appEndUser: inputs.appEndUser ?? '',
    attributes: tokenAttributes(flow, configuration),
  });
  const prefix = `oauthv2authcode.${configuration.name}`;
  for (const [name, value] of Object.entries({ code, redirect_uri: redirectUri, scope, client_id: inputs.clientId })) {
    flow.set(`${prefix}.${name}`, value);
  }
  if (!configuration.generateResponse) return;
  const parameters = new URLSearchParams({ ...(scope === '' ? {} : { scope }), code });
  if (inputs.state !== undefined) parameters.set('state', inputs.state);
  redirect(grant, `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${parameters}`);
}

/** GenerateAccessTokenImplicitGrant: the token itself stands in the fragment of the redirect. */
export async function generateImplicitToken(grant: Grant): Promise<void> {
  const { flow, configuration, inputs } = grant;
  const client = redirectedClient(grant, 'token');
  const redirectUri = checkedRedirectUri(grant, client);
  const scope = grantedScope(client, inputs.scope);
  const made = newToken(flow, configuration, { client, inputs, grantType: 'implicit', scope, refreshable: false });
  const token = await issue(grant, client, made);
  if (!configuration.generateResponse) return;
  const parameters = new URLSearchParams({
    access_token: token.accessToken,
    expires_in: secondsUntil(token.expiresAt, flow.runtime.now()),
    token_type: 'BearerToken',
    ...(scope === '' ? {} : { scope }),
  });
  if (inputs.state !== undefined) parameters.set('state', inputs.state);
  redirect(grant, `${redirectUri}#${parameters}`);
}

function redirectedClient(grant: Grant, responseType: string): Client {
  const { flow, inputs } = grant;
  if (inputs.responseType === undefined) return grant.refuse(refusals.missingParameter('response_type'));
  if (inputs.responseType !== responseType) return grant.refuse(refusals.responseType(responseType));
  if (inputs.clientId === undefined) return grant.refuse(refusals.missingParameter('client_id'));
  const client = activeClient(flow.runtime.organization, inputs.clientId, flow.runtime.now());
  return client ?? grant.refuse(refusals.invalidClient);
}

/** The app's callback unless the request names one; where the app has one, only that. */
function checkedRedirectUri(grant: Grant, { app }: Client): string {
  const asked = grant.inputs.redirectUri;
  if (asked === undefined) {
    return app.callbackUrl === '' ? grant.refuse(refusals.requiredParameter('redirect_uri')) : app.callbackUrl;
  }
  const isAllowed = app.callbackUrl === '' ? /^https?:\/\/[^\s\\]+$/i.test(asked) : asked === app.callbackUrl;
  return isAllowed ? asked : grant.refuse(refusals.invalidRedirectUri(asked));
}

function redirect({ flow }: Grant, location: string): void {
  const answer = ApigeeMessage.response({ status: 302 });
  answer.headers.set('Location', location);
  flow.endRequest(answer);
}
