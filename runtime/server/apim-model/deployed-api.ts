import type { Api, ApiDocument } from './api-document.js';
import { secretAttributes } from './attachments.js';
import { type DeployedSequences, sequencesOf, synapseName } from './deployed-sequences.js';
import type { JsonObject } from './json-object.js';
import type { LifecycleStatus } from './lifecycle.js';
import type { Revision } from './revisions.js';
import { withSecrets } from './secret-slots.js';

/** Whose tokens an operation takes: any, those of applications, those of users, or no token at all. */
export type AuthType = 'any' | 'application' | 'user' | 'none';

export interface DeployedOperation {
  /** As written: `/order/{orderId}`, `/*`. */
  readonly target: string;
  /** Upper case. */
  readonly verb: string;
  readonly authType: AuthType;
  readonly throttlingPolicy: string;
  /** One of them is enough; empty: none needed. */
  readonly scopes: readonly string[];
}

/** An API as the gateway serves it: the deployed revision and the state of its life. Holds secrets: never print it. */
export interface DeployedApi {
  readonly id: string;
  readonly revisionId: string;
  /** Milliseconds since 1970. */
  readonly deployedAt: number;
  readonly name: string;
  readonly provider: string;
  readonly version: string;
  /** `admin--PizzaAPI:v1.0.0`: name of the Synapse API (api-management 1.14). */
  readonly synapseName: string;
  /** As stored: `/pizza`, or a template that holds `{version}`. */
  readonly context: string;
  /** Where it is served: `/pizza/1.0.0`. */
  readonly basePath: string;
  /** Where it is served too when it is the default version: `/pizza`. */
  readonly defaultPath: string;
  readonly isDefaultVersion: boolean;
  readonly state: LifecycleStatus;
  readonly operations: readonly DeployedOperation[];
  readonly transports: readonly string[];
  readonly securityScheme: readonly string[];
  readonly authorizationHeader: string;
  readonly apiKeyHeader: string;
  /** `aud` values a JWT must have one of; empty: all. */
  readonly audiences: readonly string[];
  /** Subscription tiers; empty: no subscription is needed. */
  readonly tiers: readonly string[];
  readonly apiThrottlingPolicy: string | undefined;
  readonly corsConfiguration: JsonObject;
  /** With its secrets (api-management 1.5, 1.16). */
  readonly endpointConfig: JsonObject | undefined;
  readonly sequences: DeployedSequences;
  /** The whole document, with secrets, for what has no member here. */
  readonly document: ApiDocument;
}

/** @param deployedAt milliseconds since 1970 */
export function deployedApi(api: Api, revision: Revision, deployedAt: number): DeployedApi {
  const document = withSecrets(revision.document, secretAttributes(revision.policies), revision.secrets);
  return {
    id: api.id,
    revisionId: revision.id,
    deployedAt,
    name: document.name,
    provider: document.provider,
    version: document.version,
    synapseName: synapseName(document),
    context: document.context,
    ...pathsOf(document),
    isDefaultVersion: document.isDefaultVersion,
    state: api.status,
    operations: document.operations.map(({ target, verb, authType, throttlingPolicy, scopes }) => ({
      target,
      verb,
      authType: authTypeOf(authType),
      throttlingPolicy,
      scopes,
    })),
    transports: document.transport,
    securityScheme: document.securityScheme,
    authorizationHeader: document.authorizationHeader,
    apiKeyHeader: typeof document.apiKeyHeader === 'string' ? document.apiKeyHeader : 'ApiKey',
    audiences: audiencesOf(document.audiences),
    tiers: document.policies.filter((tier) => tier !== '' && tier !== 'DefaultSubscriptionless'),
    apiThrottlingPolicy: typeof document.apiThrottlingPolicy === 'string' ? document.apiThrottlingPolicy : undefined,
    corsConfiguration: document.corsConfiguration as JsonObject,
    endpointConfig: document.endpointConfig ?? undefined,
    sequences: sequencesOf(document, revision.policies),
    document,
  };
}

/** `{version}` in a context is filled in place, and no version is appended then (api-management 1.4). */
function pathsOf({ context, version }: ApiDocument): Pick<DeployedApi, 'basePath' | 'defaultPath'> {
  if (!context.includes('{version}')) return { basePath: `${context}/${version}`, defaultPath: context };
  return {
    basePath: context.replaceAll('{version}', version),
    defaultPath: context.replaceAll('/{version}', '').replaceAll('{version}', ''),
  };
}

function authTypeOf(text: string): AuthType {
  if (text === 'None') return 'none';
  if (text === 'Application') return 'application';
  if (text === 'Application User') return 'user';
  return 'any';
}

function audiencesOf(value: unknown): string[] {
  const list = Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  return list.includes('all') ? [] : list;
}
