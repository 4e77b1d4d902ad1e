import { isObject, type JsonObject, listOf, objectOf, textOf, textsOf } from './json-object.js';
import type { LifecycleStatus } from './lifecycle.js';

/** Flows of a policy as v4 names them. */
export type Flow = 'request' | 'response' | 'fault';

export const flows: readonly Flow[] = ['request', 'response', 'fault'];

/** A policy at work in a flow of an API or operation (api-management 1.7). */
export interface PolicyAttachment extends JsonObject {
  policyName: string;
  policyVersion: string;
  policyId: string;
  parameters: JsonObject;
}

export type FlowPolicies = Record<Flow, PolicyAttachment[]>;

export interface ApiOperation extends JsonObject {
  target: string;
  verb: string;
  authType: string;
  throttlingPolicy: string;
  scopes: string[];
  operationPolicies: FlowPolicies;
}

/** A sequence bound the old way: `mediationPolicies` of v1–v3, `sequences` of v0.16. */
export interface MediationBinding extends JsonObject {
  name: string;
  type: 'in' | 'out' | 'fault';
  shared: boolean;
}

/**
 * The API resource in the shape of v4, whatever generation wrote it (api-management 1.4). Members that Mediant does
 * not know are kept as they came. Secrets stand in it as "" only.
 */
export interface ApiDocument extends JsonObject {
  name: string;
  context: string;
  version: string;
  provider: string;
  isDefaultVersion: boolean;
  transport: string[];
  policies: string[];
  securityScheme: string[];
  authorizationHeader: string;
  endpointConfig: JsonObject | null;
  operations: ApiOperation[];
  apiPolicies: FlowPolicies;
  mediationPolicies: MediationBinding[];
}

/** An API as stored. */
export interface Api {
  readonly id: string;
  readonly status: LifecycleStatus;
  readonly document: ApiDocument;
  /** Secrets of the document by slot (`secret-slots.ts`), decrypted. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly createdAt: number;
  readonly updatedAt: number;
}

const defaultVerbs = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'];
const defaultScheme = ['oauth_basic_auth_api_key_mandatory', 'oauth2'];

/** What a member is when the client did not send it, or sent null. */
const defaults: { readonly [member: string]: () => unknown } = {
  displayName: () => null,
  description: () => null,
  responseCachingEnabled: () => false,
  cacheTimeout: () => 300,
  isDefaultVersion: () => false,
  enableSchemaValidation: () => false,
  type: () => 'HTTP',
  audiences: () => [],
  transport: () => ['http', 'https'],
  tags: () => [],
  categories: () => [],
  policies: () => [''],
  apiThrottlingPolicy: () => null,
  authorizationHeader: () => 'Authorization',
  apiKeyHeader: () => 'ApiKey',
  securityScheme: () => [...defaultScheme],
  maxTps: () => null,
  visibility: () => 'PUBLIC',
  visibleRoles: () => [],
  visibleTenants: () => [],
  visibleOrganizations: () => [],
  accessControl: () => 'NONE',
  accessControlRoles: () => [],
  subscriptionAvailability: () => 'CURRENT_TENANT',
  subscriptionAvailableTenants: () => [],
  mediationPolicies: () => [],
  additionalProperties: () => [],
  additionalPropertiesMap: () => ({}),
  businessInformation: () => ({}),
  corsConfiguration: () => ({}),
  endpointConfig: () => null,
  endpointImplementationType: () => 'ENDPOINT',
  scopes: () => [],
  keyManagers: () => ['all'],
  advertiseInfo: () => ({ advertised: false }),
  gatewayVendor: () => 'wso2',
  gatewayType: () => 'wso2/synapse',
};

/** Members that the server owns: sent values are ignored. */
const readOnly = [
  'id',
  'lifeCycleStatus',
  'createdTime',
  'lastUpdatedTime',
  'lastUpdatedTimestamp',
  'isRevision',
  'revisionedApiId',
  'revisionId',
  'workflowStatus',
  'hasThumbnail',
  'warnings',
];

/** Members that a PUT cannot change (api-management 1.4). */
const immutable = ['name', 'context', 'version', 'provider'];

/**
 * The document that a client's object makes, over a stored one when there is one: a member that is not sent keeps its
 * value, null means the default (api-management 1.4).
 */
export function normalizeApi(input: JsonObject, stored?: ApiDocument): ApiDocument {
  const sent = { ...input };
  for (const member of readOnly) delete sent[member];
  if (stored !== undefined) for (const member of immutable) delete sent[member];
  const merged: JsonObject = { ...stored, ...sent };
  for (const [member, fallback] of Object.entries(defaults)) merged[member] ??= fallback();
  return {
    ...merged,
    name: textOf(merged.name)?.trim() ?? '',
    context: withSlash(textOf(merged.context)?.trim() ?? ''),
    version: textOf(merged.version)?.trim() ?? '',
    provider: textOf(merged.provider) ?? '',
    isDefaultVersion: merged.isDefaultVersion === true,
    transport: textsOf(merged.transport),
    policies: nonEmpty(textsOf(merged.policies), ['']),
    securityScheme: nonEmpty(textsOf(merged.securityScheme), [...defaultScheme]),
    authorizationHeader: textOf(merged.authorizationHeader) ?? 'Authorization',
    endpointConfig: isObject(merged.endpointConfig) ? merged.endpointConfig : null,
    corsConfiguration: normalizeCors(objectOf(merged.corsConfiguration)),
    operations: normalizeOperations(merged.operations),
    apiPolicies: normalizeFlows(merged.apiPolicies),
    mediationPolicies: listOf(merged.mediationPolicies).filter(isObject).map(normalizeBinding),
    ...propertyForms(sent, merged),
  };
}

/** `additionalPropertiesMap` mirrors `additionalProperties`; the one that was sent wins. */
function propertyForms(sent: JsonObject, merged: JsonObject): JsonObject {
  if (listOf(sent.additionalProperties).length === 0 && isObject(sent.additionalPropertiesMap)) {
    const map = sent.additionalPropertiesMap;
    return { additionalPropertiesMap: map, additionalProperties: Object.values(map).filter(isObject) };
  }
  const list = listOf(merged.additionalProperties).filter(isObject);
  return {
    additionalProperties: list,
    additionalPropertiesMap: Object.fromEntries(list.map((property) => [String(property.name), property])),
  };
}

function normalizeCors(cors: JsonObject): JsonObject {
  return {
    ...cors,
    corsConfigurationEnabled: cors.corsConfigurationEnabled === true,
    accessControlAllowOrigins: textsOf(cors.accessControlAllowOrigins),
    accessControlAllowCredentials: cors.accessControlAllowCredentials === true,
    accessControlAllowHeaders: textsOf(cors.accessControlAllowHeaders),
    accessControlAllowMethods: textsOf(cors.accessControlAllowMethods),
  };
}

/** No operation means `/*` for five verbs (api-management 1.4). */
function normalizeOperations(value: unknown): ApiOperation[] {
  const given = listOf(value).filter(isObject);
  const list = given.length > 0 ? given : defaultVerbs.map((verb) => ({ target: '/*', verb }));
  return list.map((operation: JsonObject) => ({
    ...operation,
    id: textOf(operation.id) ?? '',
    target: withSlash(textOf(operation.target) ?? '/*'),
    verb: (textOf(operation.verb) ?? 'GET').toUpperCase(),
    authType: textOf(operation.authType) || 'Application & Application User',
    throttlingPolicy: textOf(operation.throttlingPolicy) || 'Unlimited',
    scopes: textsOf(operation.scopes),
    operationPolicies: normalizeFlows(operation.operationPolicies),
  }));
}

function normalizeFlows(value: unknown): FlowPolicies {
  const given = objectOf(value);
  const read = (flow: Flow) => listOf(given[flow]).filter(isObject).map(normalizeAttachment);
  return { request: read('request'), response: read('response'), fault: read('fault') };
}

function normalizeAttachment(value: JsonObject): PolicyAttachment {
  return {
    ...value,
    policyName: textOf(value.policyName) ?? '',
    policyVersion: textOf(value.policyVersion) || 'v1',
    policyId: textOf(value.policyId) ?? '',
    parameters: objectOf(value.parameters),
  };
}

function normalizeBinding(value: JsonObject): MediationBinding {
  const type = (textOf(value.type) ?? '').toLowerCase();
  return {
    ...value,
    name: textOf(value.name) ?? '',
    type: type === 'out' || type === 'fault' ? type : 'in',
    shared: value.shared === true,
  };
}

function withSlash(path: string): string {
  return path === '' || path.startsWith('/') ? path : `/${path}`;
}

function nonEmpty(list: string[], fallback: string[]): string[] {
  return list.length > 0 ? list : fallback;
}
