import { parseBasic } from '../../transport/basic-credentials.js';
import type { FlowContext } from '../flow-context.js';
import { textOf } from '../value.js';
import type { InputNames, OAuthConfiguration } from './configuration.js';

/** What a request asks for, with the parameters that it sent: empty is absent. */
export interface OAuthInputs extends Omit<InputNames, 'accessToken'> {
  readonly clientSecret: string | undefined;
}

/**
 * Inputs come from the variables that the policy names, else from where RFC 6749 puts them (api-management 2.6): the form
 * for tokens, the query for codes, Basic authentication or the form for the client.
 */
export function readInputs(flow: FlowContext, { inputs }: OAuthConfiguration): OAuthInputs {
  const variable = (name: string): string | undefined => textOf(flow.get(name)) || undefined;
  const form = (name: string) => variable(`request.formparam.${name}`);
  const either = (name: string) => variable(`request.queryparam.${name}`) ?? form(name);
  const of = (name: string | undefined, fallback: () => string | undefined) =>
    name === undefined ? fallback() : variable(name);
  const basic = basicCredentials(flow.request.headers.get('Authorization'));
  return {
    grantType: of(inputs.grantType, () => form('grant_type')),
    clientId: of(inputs.clientId, () => basic?.[0] ?? either('client_id')),
    clientSecret: basic?.[1] ?? form('client_secret'),
    userName: of(inputs.userName, () => form('username')),
    password: of(inputs.password, () => form('password')),
    code: of(inputs.code, () => form('code')),
    redirectUri: of(inputs.redirectUri, () => either('redirect_uri')),
    responseType: of(inputs.responseType, () => either('response_type')),
    scope: of(inputs.scope, () => form('scope') ?? variable('request.queryparam.scope')),
    state: of(inputs.state, () => either('state')),
    refreshToken: of(inputs.refreshToken, () => form('refresh_token')),
    appEndUser: inputs.appEndUser === undefined ? undefined : variable(inputs.appEndUser),
  };
}

function basicCredentials(header: string | undefined): [id: string, secret: string] | undefined {
  const encoded = /^basic\s+(\S+)/i.exec(header ?? '')?.[1];
  return encoded === undefined ? undefined : parseBasic(encoded);
}
