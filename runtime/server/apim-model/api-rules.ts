import type { ApiDocument } from './api-document.js';
import { badRequest } from './error.js';
import { findTier } from './tiers.js';

const nameForbidden = /[~!@#;:%^*()+={}|\\<>"',&$[\]/]/;
const versionForbidden = /[~!@#;:%^*()+={}|\\<>"',&/$[\]\s]/;
const contextForbidden = /[`~!@#%^&*+=|\\<>"',?[\];:\s]/;
const markers = new Set(['mutualssl_mandatory', 'oauth_basic_auth_api_key_mandatory', 'oauth_basic_auth_mandatory']);
const schemes = new Set(['oauth2', 'basic_auth', 'api_key', 'mutualssl', ...markers]);

/**
 * What an API must be to be stored (api-management 1.4).
 *
 * @throws ApimError 400 naming the member and what is wrong with it
 */
export function checkApi(api: ApiDocument): void {
  checkName(api.name);
  checkContext(api.context);
  checkVersion(api.version);
  checkTiers(api);
  const unknown = api.securityScheme.find((scheme) => !schemes.has(scheme));
  if (unknown !== undefined) throw badRequest(`securityScheme: "${unknown}" is none of ${[...schemes].join(', ')}`);
  checkBindings(api);
  checkOperations(api);
}

function checkName(name: string): void {
  if (name === '') throw badRequest('name: must not be blank');
  if (name.length > 60) throw badRequest(`name: has ${name.length} characters, at most 60 are allowed`);
  const bad = nameForbidden.exec(name);
  if (bad !== null) throw badRequest(`name: must not contain the character ${bad[0]}`);
}

function checkVersion(version: string): void {
  if (version === '') throw badRequest('version: must not be blank');
  if (version.length > 30) throw badRequest(`version: has ${version.length} characters, at most 30 are allowed`);
  const bad = versionForbidden.exec(version);
  if (bad !== null) throw badRequest(`version: must not contain ${JSON.stringify(bad[0])}`);
}

function checkContext(context: string): void {
  if (context === '' || context === '/') throw badRequest('context: must not be blank or "/"');
  if (context.length > 232) throw badRequest(`context: has ${context.length} characters, at most 232 are allowed`);
  if (context.endsWith('/')) throw badRequest('context: must not end with "/"');
  if (context.includes('//')) throw badRequest('context: must not contain an empty segment');
  const bare = context.replaceAll('{version}', '');
  const bad = contextForbidden.exec(bare) ?? /[{}]/.exec(bare);
  if (bad !== null) throw badRequest(`context: must not contain ${JSON.stringify(bad[0])}`);
}

function checkTiers(api: ApiDocument): void {
  const unknown = api.policies.filter((name) => name !== '' && findTier('subscription', name) === undefined);
  if (unknown.length > 0) throw badRequest(`Invalid tier name: ${unknown.join(', ')}`, 900305);
  const level = api.apiThrottlingPolicy;
  if (typeof level === 'string' && level !== '' && findTier('api', level) === undefined) {
    throw badRequest(`apiThrottlingPolicy: there is no policy "${level}"`);
  }
}

/** At most one bound sequence a flow (api-management 1.6). */
function checkBindings(api: ApiDocument): void {
  const seen = new Set<string>();
  for (const { name, type } of api.mediationPolicies) {
    if (name === '') throw badRequest('mediationPolicies: name is missing');
    if (seen.has(type)) throw badRequest(`mediationPolicies: more than one policy of type "${type}" is bound`);
    seen.add(type);
  }
}

function checkOperations(api: ApiDocument): void {
  const seen = new Set<string>();
  for (const { verb, target } of api.operations) {
    const key = `${verb} ${target}`;
    if (seen.has(key)) throw badRequest(`operations: ${key} stands there twice`);
    seen.add(key);
  }
}
