import type { Api, ApiDocument } from '../apim-model/api-document.js';
import { badRequest } from '../apim-model/error.js';
import { isObject, type JsonObject, listOf, objectOf, textOf, textsOf } from '../apim-model/json-object.js';
import { findSequence } from '../apim-model/policies.js';
import type { Policy } from '../apim-model/policy.js';
import { legacySecurityOf, withLegacySecurity } from './legacy-security.js';
import { definitionChange, definitionOf } from './openapi.js';

/** Members that have another name or form in v0.16; they are not kept beside the modern ones. */
const translated = [
  'status',
  'tiers',
  'sequences',
  'endpointConfig',
  'endpointSecurity',
  'apiDefinition',
  'responseCaching',
  'apiLevelPolicy',
  'additionalProperties',
  'type',
];

/** The modern form of a v0.16 body (api-management 1.4 "v0.16 differences"). */
export function fromV016(body: JsonObject, stored?: ApiDocument): JsonObject {
  const rest = Object.fromEntries(Object.entries(body).filter(([member]) => !translated.includes(member)));
  const config = readEndpointConfig(body, stored);
  const modern: JsonObject = {
    ...rest,
    ...(config === undefined ? {} : { endpointConfig: config }),
    ...('tiers' in body ? { policies: textsOf(body.tiers) } : {}),
    ...('type' in body ? { type: textOf(body.type) === 'NULL' ? null : body.type } : {}),
    ...('sequences' in body ? { mediationPolicies: listOf(body.sequences).filter(isObject).map(binding) } : {}),
    ...('responseCaching' in body ? { responseCachingEnabled: body.responseCaching === 'Enabled' } : {}),
    ...('apiLevelPolicy' in body ? { apiThrottlingPolicy: body.apiLevelPolicy } : {}),
    ...('additionalProperties' in body ? { additionalProperties: propertyList(body.additionalProperties) } : {}),
    ...('endpointSecurity' in body ? { endpointSecurity: body.endpointSecurity } : {}),
  };
  const definition = textOf(body.apiDefinition);
  if (definition !== undefined && definition !== '') Object.assign(modern, definitionChange(definition, stored));
  return withLegacySecurity(modern, stored);
}

/** A v0.16 body from the modern form. */
export function v016Dto(api: Api, policies: readonly Policy[]): JsonObject {
  const { operations: _o, apiPolicies: _a, additionalPropertiesMap: _m, ...document } = api.document;
  const { policies: tiers, mediationPolicies, additionalProperties, ...rest } = document;
  return {
    id: api.id,
    ...rest,
    status: api.status,
    tiers,
    apiLevelPolicy: document.apiThrottlingPolicy,
    responseCaching: document.responseCachingEnabled === true ? 'Enabled' : 'Disabled',
    apiDefinition: JSON.stringify(definitionOf(api.document)),
    endpointConfig: JSON.stringify(withoutSecurity(api.document)),
    endpointSecurity: legacySecurityOf(api.document),
    gatewayEnvironments: textOf(document.gatewayEnvironments) ?? 'Default',
    additionalProperties: Object.fromEntries(
      listOf(additionalProperties)
        .filter(isObject)
        .map(({ name, value }) => [String(name), value]),
    ),
    sequences: mediationPolicies.map((each) => ({
      name: each.name,
      type: each.type,
      shared: each.shared,
      id: findSequence(policies, each.name, each.type)?.id ?? textOf(each.id) ?? null,
    })),
  };
}

export function v016InfoDto(api: Api): object {
  const { name, description, context, version, provider } = api.document;
  return { id: api.id, name, description, context, version, provider, status: api.status, thumbnailUri: null };
}

/**
 * The JSON text of the old form. Security that the old form cannot say, and security that the body does not speak of,
 * stays as it is.
 */
function readEndpointConfig(body: JsonObject, stored: ApiDocument | undefined): JsonObject | null | undefined {
  const value = body.endpointConfig;
  if (value === undefined || value === null) return value;
  const config = typeof value === 'string' ? parseConfig(value) : value;
  if (!isObject(config)) throw badRequest('endpointConfig: must be a JSON object as text');
  const security = stored?.endpointConfig?.endpoint_security;
  if ('endpoint_security' in config || stored === undefined || security === undefined) return config;
  const said = body.endpointSecurity;
  const kept = said === undefined || (said === null && legacySecurityOf(stored) === null);
  return kept ? { ...config, endpoint_security: security } : config;
}

function parseConfig(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest('endpointConfig: the text is no JSON');
  }
}

function withoutSecurity(document: ApiDocument): JsonObject {
  const { endpoint_security: _security, ...config } = objectOf(document.endpointConfig);
  return config;
}

function binding({ name, type, id, shared }: JsonObject): JsonObject {
  return { name, type, id, shared: shared === true };
}

function propertyList(value: unknown): JsonObject[] {
  if (Array.isArray(value)) return value.filter(isObject);
  return Object.entries(objectOf(value)).map(([name, text]) => ({ name, value: text, display: false }));
}
