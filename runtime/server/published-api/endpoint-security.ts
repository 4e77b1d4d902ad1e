import { literalValue } from '../../endpoint/literal-value.js';
import { errorCode } from '../../message/fault.js';
import { escapeAttribute, escapeText } from '../../xml/serialize.js';

type Json = Readonly<Record<string, unknown>>;

/**
 * The endpoint security of one key type as the endpoint's `<authentication>` (api-management 1.16); empty when there is
 * none.
 * @param section `endpoint_security.production` or `.sandbox`
 */
export function securityXml(section: unknown): string {
  const security = asObject(section);
  if (security.enabled !== true) return '';
  switch (String(security.type ?? 'NONE').toUpperCase()) {
    case 'BASIC':
      return `<authentication><basicAuth>${userXml(security)}</basicAuth></authentication>`;
    case 'DIGEST':
      return `<authentication><digestAuth>${userXml(security)}</digestAuth></authentication>`;
    case 'APIKEY':
      return `<authentication><apiKey>${apiKeyXml(security)}</apiKey></authentication>`;
    case 'OAUTH':
      return `<authentication><oauth>${oauthXml(security)}</oauth></authentication>`;
    case 'NONE':
    case '':
      return '';
    default:
      // Refused when it is compiled: no request goes out without the credentials that were meant.
      return '<authentication/>';
  }
}

const userXml = ({ username, password }: Json): string =>
  element('username', username, literalValue) + element('password', password, literalValue);

function apiKeyXml({ apiKeyIdentifier, apiKeyIdentifierType, apiKeyValue }: Json): string {
  const type = String(apiKeyIdentifierType ?? 'HEADER').toUpperCase();
  const name = element('name', apiKeyIdentifier);
  return `${name}${element('value', apiKeyValue, literalValue)}${element('in', type === 'QUERY_PARAMETER' ? 'query' : type)}`;
}

/** Grants by `grantType`. An authorization code is kept as the refresh token that it was traded for. */
const grants: Readonly<Record<string, string>> = {
  PASSWORD: 'passwordCredentials',
  REFRESH_TOKEN: 'authorizationCode',
  AUTHORIZATION_CODE: 'authorizationCode',
  TOKEN_EXCHANGE: 'tokenExchange',
};

/** Members that are children of the grant by the same name, and may be evaluated there. */
const evaluatedMembers = ['clientId', 'clientSecret', 'tokenUrl', 'username', 'password', 'refreshToken'] as const;
/** The same for those that are fixed (docs/outbound-oauth.md). */
const fixedMembers = [
  ...['privateKey', 'keyPassphrase', 'keyId', 'signingAlgorithm', 'assertionAudience', 'subjectTokenType'],
  ...['defaultLifetime', 'expiryMargin', 'refreshBefore', 'retries', 'waitTimeout', 'replayLimit', 'headerName'],
];

const clientAuthentication: Readonly<Record<string, string>> = {
  BODY: 'payload',
  ENCODED_HEADER: 'encodedHeader',
};

function oauthXml(security: Json): string {
  const grant = grants[String(security.grantType).toUpperCase()] ?? 'clientCredentials';
  const prefix = security.headerPrefix;
  return [
    `<${grant}>`,
    ...evaluatedMembers.map((name) => element(name, security[name], literalValue)),
    ...fixedMembers.map((name) => element(name, security[name])),
    element('authMode', clientAuthentication[String(security.clientAuthentication).toUpperCase()]),
    typeof prefix === 'string' ? `<headerPrefix>${escapeText(prefix)}</headerPrefix>` : '',
    named('requestParameters', 'parameter', security.customParameters),
    named('customHeaders', 'header', security.customHeaders),
    responseProperties(security.responseProperties),
    timeouts(security),
    proxy(security),
    tls(asObject(security.tls)),
    '<keepEncoded>false</keepEncoded>',
    `<failureCode>${errorCode.tokenUnavailable}</failureCode>`,
    `</${grant}>`,
  ].join('');
}

/** `connectionTimeoutConfigType`: the endpoint's own durations, the server's, or none; -1 stands for unset. */
function timeouts(security: Json): string {
  const type = String(security.connectionTimeoutConfigType ?? '').toUpperCase();
  if (type === 'GLOBAL') return element('useGlobalConnectionTimeoutConfigs', true);
  if (type === 'NONE') return '';
  return [
    element('connectionTimeout', security.connectionTimeoutDuration),
    element('connectionRequestTimeout', security.connectionRequestTimeoutDuration),
    element('socketTimeout', security.socketTimeoutDuration),
  ].join('');
}

function proxy(security: Json): string {
  const type = String(security.proxyConfigType ?? '').toUpperCase();
  if (type === 'GLOBAL') return element('useGlobalProxyConfigs', true);
  const config = asObject(security.proxyConfigs);
  const enabled = config.proxyEnabled === true || config.proxyEnabled === 'true';
  if (type === 'NONE' || !enabled) return '';
  const names = ['proxyHost', 'proxyPort', 'proxyProtocol', 'proxyUsername', 'proxyPassword', 'nonProxyHosts'];
  return `<proxyConfigs>${[...names, 'targetProxyHosts'].map((name) => element(name, config[name])).join('')}</proxyConfigs>`;
}

function tls(config: Json): string {
  const names = ['caCertificate', 'certificate', 'key', 'keyPassphrase'];
  const children = names.map((name) => element(name, config[name])).join('');
  return children === '' ? '' : `<tls>${children}</tls>`;
}

/** `{ "name": "value" }` as `<parameter name="name">value</parameter>`. */
function named(list: string, child: string, value: unknown): string {
  const entries = Object.entries(asObject(parsed(value))).filter(([, text]) => text !== '' && text !== null);
  const children = entries.map(
    ([name, text]) => `<${child} name="${escapeAttribute(name)}">${escapeText(literalValue(String(text)))}</${child}>`,
  );
  return children.length === 0 ? '' : `<${list}>${children.join('')}</${list}>`;
}

/** `{ "property": "member of the answer" }` */
function responseProperties(value: unknown): string {
  const children = Object.entries(asObject(value)).map(
    ([name, field]) => `<property name="${escapeAttribute(name)}" field="${escapeAttribute(String(field))}"/>`,
  );
  return children.length === 0 ? '' : `<responseProperties>${children.join('')}</responseProperties>`;
}

function element(name: string, value: unknown, write: (text: string) => string = (text) => text): string {
  if (value === undefined || value === null || value === '') return '';
  return `<${name}>${escapeText(write(String(value)))}</${name}>`;
}

/** Some clients send `customParameters` as the text of a JSON object. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Json {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Json) : {};
}
