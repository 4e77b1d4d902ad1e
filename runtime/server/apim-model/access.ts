import type { DeployedApi, DeployedOperation } from './deployed-api.js';

/** What a valid access token says. */
export interface CallerToken {
  readonly jti: string;
  readonly clientId: string;
  /** User name; for a token of an application the name of its owner. */
  readonly subject: string;
  readonly kind: 'APPLICATION' | 'APPLICATION_USER';
  readonly scopes: ReadonlySet<string>;
  readonly audiences: readonly string[];
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

export type KeyType = 'PRODUCTION' | 'SANDBOX';

export interface CallerApplication {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly tier: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface CallerSubscription {
  readonly id: string;
  readonly tier: string;
  readonly status: string;
}

/** An allowed caller, with what later steps (throttling, properties, backend JWT) ask about. */
export interface Access {
  readonly application: CallerApplication;
  /** Undefined: the API needs no subscription. */
  readonly subscription: CallerSubscription | undefined;
  readonly keyType: KeyType;
  readonly consumerKey: string;
  readonly endUser: string;
}

/** A refusal as the gateway answers it (api-management 1.19). */
export interface Refusal {
  readonly code: string;
  readonly status: number;
  readonly message: string;
  readonly description: string;
}

export type AccessDecision = { readonly access: Access } | { readonly refusal: Refusal };

/** The authentication refusals by code (api-management 1.19). */
export const refusals = {
  invalidCredentials: refusal(
    '900901',
    401,
    'Invalid Credentials',
    'Invalid Credentials. Make sure you have provided the correct security credentials',
  ),
  expired: refusal('900903', 401, 'Access Token Expired', 'Access Token Expired. Renew the access token and try again'),
  wrongTokenKind: refusal(
    '900905',
    401,
    'Incorrect Access Token Type is provided',
    'The access token type used is not supported when invoking the resource',
  ),
  blocked: refusal(
    '900907',
    401,
    'The requested API is temporarily blocked',
    'The requested API is temporarily blocked',
  ),
  notSubscribed: refusal(
    '900908',
    403,
    'Resource forbidden',
    'User is NOT authorized to access the Resource. API Subscription validation failed.',
  ),
  inactive: refusal(
    '900909',
    401,
    'The subscription to the API is inactive',
    'The subscription to the API is inactive',
  ),
  scopeMissing: refusal(
    '900910',
    403,
    'The access token does not allow you to access the requested resource',
    'User is NOT authorized to access the Resource. Scope validation failed.',
  ),
  audience: refusal(
    '900914',
    403,
    'Resource forbidden',
    'The audience of the access token is not allowed for this API',
  ),
} as const;

/** What is known about a client and its application; kept in memory by the gateway model. */
export interface Consumer {
  readonly keyType: KeyType;
  readonly application: CallerApplication;
}

/** Looks up, in memory, who stands behind a token. */
export interface AccessIndex {
  consumer(clientId: string): Consumer | undefined;
  subscription(applicationId: string, apiId: string): CallerSubscription | undefined;
}

/**
 * Whether the bearer of a valid token may call the resource: subscription, kind of token, audience, scope, in this
 * order. Synchronous: everything is in memory.
 */
export function decideAccess(
  index: AccessIndex,
  token: CallerToken,
  api: DeployedApi,
  resource: DeployedOperation,
): AccessDecision {
  const consumer = index.consumer(token.clientId);
  // A created API is for trying out with an internal key; subscriptions of an earlier life do not open it (1.9).
  if (consumer === undefined || api.state === 'CREATED') return { refusal: refusals.notSubscribed };
  const subscription = index.subscription(consumer.application.id, api.id);
  const refused =
    refusedSubscription(subscription, consumer.keyType, api) ??
    refusedKind(token, resource) ??
    refusedAudience(token, api) ??
    refusedScope(token, resource);
  if (refused !== undefined) return { refusal: refused };
  const { application, keyType } = consumer;
  return { access: { application, subscription, keyType, consumerKey: token.clientId, endUser: token.subject } };
}

function refusedSubscription(
  subscription: CallerSubscription | undefined,
  keyType: KeyType,
  api: DeployedApi,
): Refusal | undefined {
  if (subscription === undefined) return api.tiers.length === 0 ? undefined : refusals.notSubscribed;
  switch (subscription.status) {
    case 'BLOCKED':
      return refusals.blocked;
    case 'PROD_ONLY_BLOCKED':
      return keyType === 'PRODUCTION' ? refusals.blocked : undefined;
    case 'ON_HOLD':
    case 'REJECTED':
      return refusals.inactive;
    default:
      return undefined;
  }
}

function refusedKind(token: CallerToken, { authType }: DeployedOperation): Refusal | undefined {
  const wrong =
    (authType === 'user' && token.kind === 'APPLICATION') ||
    (authType === 'application' && token.kind === 'APPLICATION_USER');
  return wrong ? refusals.wrongTokenKind : undefined;
}

function refusedAudience(token: CallerToken, { audiences }: DeployedApi): Refusal | undefined {
  if (audiences.length === 0 || token.audiences.some((audience) => audiences.includes(audience))) return undefined;
  return refusals.audience;
}

function refusedScope(token: CallerToken, { scopes }: DeployedOperation): Refusal | undefined {
  if (scopes.length === 0 || scopes.some((scope) => token.scopes.has(scope))) return undefined;
  return refusals.scopeMissing;
}

function refusal(code: string, status: number, message: string, description: string): Refusal {
  return { code, status, message, description };
}
