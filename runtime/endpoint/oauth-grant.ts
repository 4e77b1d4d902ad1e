import type { ConfigElement } from '../configuration/element.js';
import { callerToken } from '../message/caller-token.js';
import type { Message } from '../message/message.js';
import {
  type ClientAuthentication,
  type Grant,
  type NamedText,
  type TokenRequest,
  tokenExchange,
} from '../outbound-oauth/token-request.js';
import { type ConfiguredValue, configuredValue } from './configured-value.js';
import { compileClient } from './oauth-client.js';
import { optional, type Reading, required } from './oauth-values.js';

/** Grants by their elements, and what each needs beside the client and the token URL (artifacts 3.7). */
const grants: Readonly<Record<string, { grant: Grant; needs: readonly Field[] }>> = {
  clientCredentials: { grant: 'client_credentials', needs: [] },
  authorizationCode: { grant: 'refresh_token', needs: ['refreshToken'] },
  passwordCredentials: { grant: 'password', needs: ['username', 'password'] },
  tokenExchange: { grant: tokenExchange, needs: [] },
};

export const grantElements: readonly string[] = Object.keys(grants);

const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token';

/** A grant, ready to ask for the token of a message. */
export interface CompiledGrant {
  /** The request when it is the same for all messages. */
  readonly constant: TokenRequest | undefined;
  evaluate(message: Message): Promise<TokenRequest>;
}

type Field = 'tokenUrl' | 'clientId' | 'clientSecret' | 'username' | 'password' | 'refreshToken' | 'subjectToken';
type Pairs = readonly (readonly [name: string, value: ConfiguredValue])[];

/** The texts of a grant for one message, or for all. */
interface Texts {
  readonly fields: ReadonlyMap<Field, string>;
  readonly parameters: readonly NamedText[];
  readonly headers: readonly NamedText[];
  readonly authentication: ClientAuthentication;
}

/**
 * Compiles one of {@link grantElements}.
 * @param keepsEncoded values that were written form-encoded go out as they are
 * @throws ConfigurationError when something is missing or wrong
 */
export function compileGrant(element: ConfigElement, reading: Reading, keepsEncoded: boolean): CompiledGrant {
  const { grant, needs } = grants[element.localName] as (typeof grants)[string] & object;
  const client = compileClient(element, reading);
  const names: Field[] = [...needs, 'clientId', ...(client.hasSecret ? (['clientSecret'] as const) : []), 'tokenUrl'];
  const values = new Map<Field, ConfiguredValue>(names.map((name) => [name, required(element, name, reading)]));
  const exchanges = grant === tokenExchange;
  const subject = exchanges ? optional(element, 'subjectToken', reading) : undefined;
  if (subject) values.set('subjectToken', subject);
  const parameters = pairs(element.element('requestParameters'), 'parameter', reading);
  const headers = pairs(element.element('customHeaders'), 'header', reading);
  const subjectTokenType = exchanges ? element.element('subjectTokenType')?.text.trim() || accessTokenType : '';
  const make = (texts: Texts) => requestOf({ grant, subjectTokenType, keepsEncoded }, texts);
  const fixed = client.constant;
  const isConstant = !exchanges && fixed && [values, parameters, headers].every(allConstant);
  return {
    constant: isConstant
      ? make({
          fields: new Map(constants(values)),
          parameters: constants(parameters),
          headers: constants(headers),
          authentication: fixed,
        })
      : undefined,
    async evaluate(message) {
      const fields = new Map(await evaluated(values, message));
      if (exchanges && !subject) fields.set('subjectToken', callerToken(message) ?? '');
      return make({
        fields,
        parameters: await evaluated(parameters, message),
        headers: await evaluated(headers, message),
        authentication: await client.evaluate(message),
      });
    },
  };
}

function requestOf(
  fixed: Pick<TokenRequest, 'grant' | 'subjectTokenType' | 'keepsEncoded'>,
  { fields, ...rest }: Texts,
): TokenRequest {
  const text = (name: Field): string => fields.get(name) ?? '';
  return {
    ...fixed,
    ...rest,
    tokenUrl: text('tokenUrl'),
    clientId: text('clientId'),
    clientSecret: text('clientSecret'),
    username: text('username'),
    password: text('password'),
    refreshToken: text('refreshToken'),
    subjectToken: text('subjectToken'),
  };
}

function pairs(list: ConfigElement | undefined, child: string, reading: Reading): Pairs {
  return (list?.elements() ?? [])
    .filter(({ localName }) => localName === child)
    .map((element) => {
      const name = element.attribute('name')?.trim();
      if (!name || !element.text.trim()) return reading.refuse(element, `<${child}> needs a name and a value`);
      return [name, configuredValue(element, reading.context)] as const;
    });
}

type Named<Name> = Iterable<readonly [name: Name, value: ConfiguredValue]>;

function allConstant(values: Named<string>): boolean {
  return [...values].every(([, { constant }]) => constant !== undefined);
}

function constants<Name>(values: Named<Name>): (readonly [Name, string])[] {
  return [...values].map(([name, { constant = '' }]) => [name, constant] as const);
}

function evaluated<Name>(values: Named<Name>, message: Message): Promise<(readonly [Name, string])[]> {
  return Promise.all([...values].map(async ([name, value]) => [name, await value.evaluate(message)] as const));
}
