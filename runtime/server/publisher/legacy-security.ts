import type { ApiDocument } from '../apim-model/api-document.js';
import { isObject, type JsonObject, objectOf, textOf } from '../apim-model/json-object.js';

/**
 * `endpointSecurity` at the top level, as v0.16 and APIM 3.0 have it, becomes `endpointConfig.endpoint_security` for
 * both key types (api-management 1.4). An endpointConfig without the member keeps the stored security when the body
 * speaks the old form.
 */
export function withLegacySecurity(input: JsonObject, stored?: ApiDocument): JsonObject {
  if (!('endpointSecurity' in input)) return input;
  const { endpointSecurity, ...rest } = input;
  const config = objectOf('endpointConfig' in rest ? rest.endpointConfig : stored?.endpointConfig);
  if ('endpoint_security' in config) return rest;
  if (!isObject(endpointSecurity)) return rest;
  const section = sectionOf(endpointSecurity);
  return {
    ...rest,
    endpointConfig: { ...config, endpoint_security: { production: section, sandbox: { ...section } } },
  };
}

function sectionOf(security: JsonObject): JsonObject {
  return {
    enabled: true,
    type: (textOf(security.type) ?? 'BASIC').toUpperCase(),
    username: textOf(security.username) ?? '',
    password: textOf(security.password) ?? '',
  };
}

/** The old form of the production section, without its secret; null when there is none. */
export function legacySecurityOf(document: ApiDocument): JsonObject | null {
  const production = objectOf(objectOf(document.endpointConfig?.endpoint_security).production);
  const type = (textOf(production.type) ?? '').toLowerCase();
  if (production.enabled !== true || (type !== 'basic' && type !== 'digest')) return null;
  return { type, username: textOf(production.username) ?? '', password: '' };
}
