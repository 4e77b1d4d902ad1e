import type { ConfigElement } from '../../configuration/element.js';
import type { ConfiguredValue } from '../configured.js';
import { attributeText, childBoolean, childText, configuredValue, readBoolean, textIn } from '../configured.js';

export const operations = [
  'GenerateAccessToken',
  'GenerateAccessTokenImplicitGrant',
  'GenerateAuthorizationCode',
  'GenerateJWTAccessToken',
  'InvalidateToken',
  'RefreshAccessToken',
  'ValidateToken',
  'VerifyAccessToken',
  'VerifyJWTAccessToken',
] as const;
export type Operation = (typeof operations)[number];

/** Elements that name the variable of an input. */
const inputElements = {
  grantType: 'GrantType',
  clientId: 'ClientId',
  userName: 'UserName',
  password: 'PassWord',
  code: 'Code',
  redirectUri: 'RedirectUri',
  responseType: 'ResponseType',
  scope: 'Scope',
  state: 'State',
  refreshToken: 'RefreshToken',
  appEndUser: 'AppEndUser',
  accessToken: 'AccessToken',
} as const;

/** Names of the variables that inputs come from; undefined: where RFC 6749 puts them. */
export type InputNames = { readonly [Input in keyof typeof inputElements]: string | undefined };

/** An OAuthV2 policy as its XML says (api-management 2.6). */
export interface OAuthConfiguration {
  readonly name: string;
  readonly operation: Operation;
  readonly inputs: InputNames;
  /** Milliseconds as text; undefined: the default. */
  readonly expiresIn: ConfiguredValue | undefined;
  readonly refreshTokenExpiresIn: ConfiguredValue | undefined;
  /** Empty: every grant. */
  readonly supportedGrants: ReadonlySet<string>;
  /** Ends the request flow with an answer made by the policy. */
  readonly generateResponse: boolean;
  readonly responseFormat: 'json' | 'xml';
  /** A refusal is answered in the form of RFC 6749 instead of a fault's. */
  readonly generateErrorResponse: boolean;
  readonly externalAuthorization: boolean;
  readonly externalAccessToken: string | undefined;
  readonly externalRefreshToken: string | undefined;
  readonly externalCode: string | undefined;
  readonly storeToken: boolean;
  readonly reuseRefreshToken: boolean;
  readonly accessTokenPrefix: string;
  /** VerifyAccessToken: any of them is enough; empty: none is needed. */
  readonly scopes: readonly string[];
  readonly attributes: readonly { name: string; value: ConfiguredValue | undefined; display: boolean }[];
  /** InvalidateToken and ValidateToken: which tokens, and the variable with their text. */
  readonly tokens: readonly { type: 'accesstoken' | 'refreshtoken'; variable: string; cascade: boolean }[];
  readonly algorithm: string | undefined;
  /** Variable with the secret or the key in PEM. */
  readonly keyVariable: string | undefined;
}

/** Child elements that {@link readOAuth} reads. */
export const oauthChildren = [
  'Operation',
  'ExpiresIn',
  'RefreshTokenExpiresIn',
  'SupportedGrantTypes',
  ...Object.values(inputElements),
  'GenerateResponse',
  'GenerateErrorResponse',
  'ExternalAuthorization',
  'ExternalAccessToken',
  'ExternalAuthorizationCode',
  'ExternalRefreshToken',
  'StoreToken',
  'ReuseRefreshToken',
  'AccessTokenPrefix',
  'Algorithm',
  'SecretKey',
  'PrivateKey',
  'PublicKey',
];

/** @throws ConfigurationError for an unknown operation or a broken value */
export function readOAuth(element: ConfigElement, name: string): OAuthConfiguration {
  const operation = operationOf(element);
  const generateResponse = isEnabled(element.element('GenerateResponse'), false);
  const generated = element.element('GenerateResponse');
  const prefix = childText(element, 'AccessTokenPrefix');
  return {
    name,
    operation,
    inputs: inputNames(element),
    expiresIn: configuredValue(element.element('ExpiresIn')),
    refreshTokenExpiresIn: configuredValue(element.element('RefreshTokenExpiresIn')),
    supportedGrants: new Set(
      (element.element('SupportedGrantTypes')?.elements() ?? []).flatMap((grant) => textIn(grant) ?? []),
    ),
    generateResponse,
    responseFormat: generated && childText(generated, 'Format')?.toUpperCase() === 'XML' ? 'xml' : 'json',
    generateErrorResponse: isEnabled(element.element('GenerateErrorResponse'), generateResponse),
    externalAuthorization: childBoolean(element, 'ExternalAuthorization', false),
    externalAccessToken: childText(element, 'ExternalAccessToken'),
    externalRefreshToken: childText(element, 'ExternalRefreshToken'),
    externalCode: childText(element, 'ExternalAuthorizationCode'),
    storeToken: childBoolean(element, 'StoreToken', true),
    reuseRefreshToken: childBoolean(element, 'ReuseRefreshToken', false),
    accessTokenPrefix: prefix ?? 'Bearer',
    scopes: operation.startsWith('Verify') ? (childText(element, 'Scope')?.split(/\s+/) ?? []) : [],
    attributes: attributesOf(element),
    tokens: tokensOf(element),
    algorithm: childText(element, 'Algorithm'),
    keyVariable: keyVariableOf(element),
  };
}

function inputNames(element: ConfigElement): InputNames {
  const names = Object.entries(inputElements).map(([input, child]) => [input, childText(element, child)]);
  return Object.fromEntries(names);
}

function operationOf(element: ConfigElement): Operation {
  const child = element.element('Operation');
  const text = textIn(child);
  if (text === undefined) {
    if (element.element('SupportedGrantTypes')) return 'GenerateAccessToken';
    return element.fail('missing-element', 'OAuthV2 needs an <Operation>', { hint: `one of ${operations.join(', ')}` });
  }
  const known = operations.find((operation) => operation === text);
  return (
    known ??
    (child ?? element).fail('bad-value', `OAuthV2 knows no operation ${text}`, {
      hint: `one of ${operations.join(', ')}`,
    })
  );
}

/** An element that stands there is on, unless it says `enabled="false"`. */
function isEnabled(element: ConfigElement | undefined, absent: boolean): boolean {
  return element ? (readBoolean(attributeText(element, 'enabled') ?? 'true') ?? true) : absent;
}

function attributesOf(element: ConfigElement): OAuthConfiguration['attributes'] {
  return (element.element('Attributes')?.elements() ?? []).map((attribute) => ({
    name: attributeText(attribute, 'name') ?? attribute.fail('missing-attribute', '<Attribute> needs a name'),
    value: configuredValue(attribute),
    display: readBoolean(attributeText(attribute, 'display') ?? 'true') ?? true,
  }));
}

function tokensOf(element: ConfigElement): OAuthConfiguration['tokens'] {
  return (element.element('Tokens')?.elements() ?? []).map((token) => {
    const type = attributeText(token, 'type')?.toLowerCase() ?? 'accesstoken';
    if (type !== 'accesstoken' && type !== 'refreshtoken') {
      return token.fail('bad-value', `<Token> knows no type ${type}`, { hint: 'accesstoken or refreshtoken' });
    }
    const variable = textIn(token) ?? token.fail('missing-text', '<Token> needs the name of a variable');
    return { type, variable, cascade: readBoolean(attributeText(token, 'cascade') ?? 'true') ?? true };
  });
}

function keyVariableOf(element: ConfigElement): string | undefined {
  for (const name of ['SecretKey', 'PrivateKey', 'PublicKey']) {
    const ref = attributeText(element.element(name)?.element('Value'), 'ref');
    if (ref !== undefined) return ref;
  }
  return undefined;
}
