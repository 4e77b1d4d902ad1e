import type { Element } from '@xmldom/xmldom';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { basicHeader } from '../runtime/transport/basic-credentials.js';
import { childElements, directText } from '../runtime/xml/walk.js';
import { requiredAttribute } from './attribute.js';
import { defineMediator } from './mediator.js';
import { callSoapService, named, SERVICE_NAMESPACE, type SoapAnswer, textElements, textOf } from './soap-service.js';

interface Service {
  /** Ends with a slash. */
  readonly url: string;
  readonly authorization: string;
}

/**
 * `<oauthService remoteServiceUrl="https://host:9443/services/" username="…" password="…"/>`
 *
 * Lets a request pass when WSO2 Identity Server finds its OAuth token valid; every other one is a fault (mediators 9.4).
 *
 * A `Bearer` token is validated as OAuth 2.0, with the context parameters of the properties `oauth_context_param_key_0`,
 * `oauth_context_param_value_0` and so on. A JWT that comes back becomes the header `X-JWT-Assertion`. With the property
 * `oauth2_scope_validation_enabled` = `true` the token must have the scope that the property `scope` names, else that
 * of the API's name. Any other `Authorization` is validated as OAuth 1.0a; that needs the property `scope`.
 */
export const oauthService = defineMediator({
  name: 'oauthService',
  summary: 'Lets a request pass whose OAuth token WSO2 Identity Server finds valid.',
  attributes: {
    remoteServiceUrl: { description: 'Address of the services, up to the slash before their names.', required: true },
    username: { description: 'User that may call the services.', required: true },
    password: { description: 'Password of that user.', required: true },
  },
  compile(element) {
    const service: Service = {
      url: requiredAttribute(element, 'remoteServiceUrl').replace(/\/?$/, '/'),
      authorization: basicHeader(requiredAttribute(element, 'username'), requiredAttribute(element, 'password')),
    };
    return {
      contentAware: false,
      async mediate(message) {
        const credentials = message.headers.text('Authorization');
        if (credentials === undefined) throw new Fault('Not a valid OAuth request: there is no Authorization header');
        const token = bearerToken(credentials);
        if (token === '') throw new Fault('Invalid or empty OAuth 2.0 token');
        if (token === undefined) await validateOAuth1(message, service, credentials);
        else await validateOAuth2(message, service, token);
        return true;
      },
    };
  },
});

/** Undefined for credentials of another kind, empty without a token. */
function bearerToken(credentials: string): string | undefined {
  const match = /^Bearer(?:\s+(\S*))?/.exec(credentials);
  return match ? (match[1] ?? '') : undefined;
}

async function validateOAuth2(message: Message, service: Service, token: string): Promise<void> {
  const call = {
    url: `${service.url}OAuth2TokenValidationService`,
    operation: 'validate',
    body: tokenRequest(message, token),
    headers: { Authorization: service.authorization },
  };
  const answer = await callSoapService(message, call).catch(failed('The OAuth 2.0 access token cannot be validated'));
  const result = named(answer.element, 'return');
  if (textOf(result, 'valid').toLowerCase() !== 'true') throw new Fault('OAuth 2.0 authentication failed');
  const jwt = textOf(named(result, 'authorizationContextToken'), 'tokenString');
  // A header of the client's own must not pass for the service's.
  if (jwt === '') message.headers.delete('X-JWT-Assertion');
  else message.headers.set('X-JWT-Assertion', jwt);
  if (isScopeValidated(message) && !scopesIn(result).includes(requiredScope(message) ?? '')) {
    throw new Fault('OAuth 2.0 authentication failed: the token does not have the scope');
  }
}

function tokenRequest(message: Message, token: string): string {
  const context = contextParameters(message)
    .map(([key, value]) => `<d:context>${textElements('d', { key, value })}</d:context>`)
    .join('');
  const accessToken = textElements('d', { identifier: token, tokenType: 'bearer' });
  return (
    `<x:validate xmlns:x="${SERVICE_NAMESPACE}" xmlns:d="http://dto.oauth2.identity.carbon.wso2.org/xsd">` +
    `<x:validationReqDTO><d:accessToken>${accessToken}</d:accessToken>${context}</x:validationReqDTO></x:validate>`
  );
}

/** Up to the first number that has no key or no value. */
function contextParameters({ properties }: Message): [key: string, value: string][] {
  const found: [string, string][] = [];
  for (;;) {
    const key = properties.get(`oauth_context_param_key_${found.length}`);
    const value = properties.get(`oauth_context_param_value_${found.length}`);
    if (typeof key !== 'string' || typeof value !== 'string' || key === '' || value === '') return found;
    found.push([key, value]);
  }
}

function isScopeValidated({ properties }: Message): boolean {
  const value = properties.get('oauth2_scope_validation_enabled') ?? properties.get('OAUTH2_SCOPE_VALIDATION_ENABLED');
  return String(value).toLowerCase() === 'true';
}

function requiredScope(message: Message): string | undefined {
  const { properties } = message;
  const value = scopeProperty(message) ?? properties.get('SYNAPSE_REST_API') ?? properties.get('proxy.name');
  return typeof value === 'string' ? value : undefined;
}

function scopesIn(result: Element | undefined): string[] {
  const children = result ? childElements(result) : [];
  return children.filter(({ localName }) => localName === 'scope').map((scope) => directText(scope).trim());
}

/** With a token it is validated with it, else the consumer alone: three and two legs of OAuth 1.0a. */
async function validateOAuth1(message: Message, service: Service, credentials: string): Promise<void> {
  const parameters = oauthParameters(credentials);
  const scope = scopeProperty(message);
  if (scope === undefined) throw new Fault('The property "scope", which an OAuth 1.0a request needs, is not set');
  const shared = {
    baseString: `${message.axis2Text('SERVICE_PREFIX') ?? ''}${message.axis2Text('REST_URL_POSTFIX') ?? ''}`,
    httpMethod: message.axis2Text('HTTP_METHOD'),
  };
  const withToken = parameters.has('oauth_token');
  const operation = withToken ? 'validateAuthenticationRequest' : 'isOAuthConsumerValid';
  const body = withToken ? threeLegs(parameters, shared, scope) : twoLegs(parameters, shared);
  const answer = await callSoapService(message, { url: `${service.url}OAuthService`, operation, body }).catch(
    failed('The OAuth consumer cannot be validated'),
  );
  if (!withToken && textOf(answer.element, 'return').toLowerCase() !== 'true')
    throw new Fault('OAuth authentication failed');
}

type Shared = Readonly<Record<'baseString' | 'httpMethod', string | undefined>>;

function twoLegs(parameters: ReadonlyMap<string, string>, { baseString, httpMethod }: Shared): string {
  const values = textElements('d', { baseString, httpMethod, ...signature(parameters) });
  return (
    `<x:isOAuthConsumerValid xmlns:x="${SERVICE_NAMESPACE}" xmlns:d="http://dto.oauth.identity.carbon.wso2.org/xsd">` +
    `<x:oauthConsumer>${values}</x:oauthConsumer></x:isOAuthConsumerValid>`
  );
}

/** The elements are in alphabetical order, which is the order of their schema. */
function threeLegs(parameters: ReadonlyMap<string, string>, { baseString, httpMethod }: Shared, scope: string): string {
  const values = textElements('d', {
    baseString,
    displayName: parameters.get('xoauth_displayname'),
    httpMethod,
    oauthCallback: parameters.get('oauth_callback'),
    ...signature(parameters),
    oauthToken: parameters.get('oauth_token'),
    oauthTokenSecret: parameters.get('oauth_token_secret'),
    oauthTokenVerifier: parameters.get('oauth_verifier'),
    scope,
    version: parameters.get('oauth_version'),
  });
  return (
    `<x:validateAuthenticationRequest xmlns:x="${SERVICE_NAMESPACE}" xmlns:d="http://oauth.identity.carbon.wso2.org/xsd">` +
    `<x:params>${values}</x:params></x:validateAuthenticationRequest>`
  );
}

function signature(parameters: ReadonlyMap<string, string>) {
  return {
    oauthConsumerKey: parameters.get('oauth_consumer_key'),
    oauthNonce: parameters.get('oauth_nonce'),
    oauthSignature: parameters.get('oauth_signature'),
    oauthSignatureMethod: parameters.get('oauth_signature_method'),
    oauthTimeStamp: parameters.get('oauth_timestamp'),
  };
}

/** `OAuth name="value", …`: values as they were sent, without their quotes. */
function oauthParameters(credentials: string): Map<string, string> {
  const pairs = credentials.replace(/^OAuth\s+/i, '').matchAll(/([\w.-]+)\s*=\s*(?:"([^"]*)"|([^,\s]*))/g);
  return new Map([...pairs].map(([, name = '', quoted, bare = '']) => [name, quoted ?? bare]));
}

function scopeProperty({ properties }: Message): string | undefined {
  const value = properties.get('scope') ?? properties.get('SCOPE');
  return typeof value === 'string' ? value : undefined;
}

function failed(text: string): (error: unknown) => SoapAnswer {
  return (error) => {
    throw new Fault(`${text}: ${error instanceof Error ? error.message : error}`, { cause: error });
  };
}
