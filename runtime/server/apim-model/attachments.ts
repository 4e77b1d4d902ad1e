import type { Problem } from '../../configuration/problem.js';
import { interruptible } from '../../limit/time-limit.js';
import {
  type ApiDocument,
  type ApiOperation,
  type Flow,
  type FlowPolicies,
  flows,
  type PolicyAttachment,
} from './api-document.js';
import type { CheckSequence, Db } from './context.js';
import { checkAttachment } from './definition-check.js';
import { badRequest } from './error.js';
import type { JsonObject } from './json-object.js';
import type { Policies } from './policies.js';
import { findSequence } from './policies.js';
import { mediationType, type Policy, type PolicyAttribute } from './policy.js';
import type { IsSecretAttribute } from './secret-slots.js';

/** A policy at work: where, in which flow. */
export interface AttachedPolicy {
  attachment: PolicyAttachment;
  flow: Flow;
  /** Undefined: the whole API. */
  operation: ApiOperation | undefined;
}

/** Every attachment of a document, in the order in which they run. */
export function attachmentsOf(document: ApiDocument): AttachedPolicy[] {
  const of = (policies: ApiDocument['apiPolicies'], operation?: ApiOperation) =>
    flows.flatMap((flow) => policies[flow].map((attachment) => ({ attachment, flow, operation })));
  return [...of(document.apiPolicies), ...document.operations.flatMap((each) => of(each.operationPolicies, each))];
}

/**
 * Ties every attachment to a policy of the API: by id, else by name and version. A common policy is cloned to the API
 * (api-management 1.7).
 *
 * @throws ApimError 400 for a policy that is not there or does not fit the flow
 */
export async function resolveAttachments(
  policies: Policies,
  apiId: string,
  document: ApiDocument,
  db: Db,
): Promise<void> {
  for (const { attachment, flow } of attachmentsOf(document)) {
    const policy = await resolve(policies, apiId, attachment, db);
    if (!policy.applicableFlows.includes(flow)) {
      throw badRequest(`Policy ${policy.name} is not applicable to the ${flow} flow`);
    }
    attachment.policyId = policy.id;
    attachment.policyName = policy.name;
    attachment.policyVersion = policy.version;
  }
}

async function resolve(policies: Policies, apiId: string, wanted: PolicyAttachment, db: Db): Promise<Policy> {
  const own = await policies.list(apiId, db);
  const { policyId, policyName, policyVersion } = wanted;
  const named = (policy: Policy) => policy.name === policyName && policy.version === policyVersion;
  const found = own.find(({ id }) => id === policyId) ?? (policyId === '' ? own.find(named) : undefined);
  if (found !== undefined) return found;
  const common = await policies.list(undefined, db);
  const shared = common.find(({ id }) => id === policyId) ?? common.find(named);
  if (shared !== undefined) return policies.cloneTo(apiId, shared, db);
  const byName = own.find(named);
  if (byName !== undefined) return byName;
  throw badRequest(`There is no policy ${policyName}, version ${policyVersion}`);
}

/** Which attributes of the given policies are of type Secret. */
export function secretAttributes(policies: readonly Policy[]): IsSecretAttribute {
  const secret = new Set(
    policies.flatMap(({ name, version, attributes }) =>
      attributes.filter(({ type }) => type === 'Secret').map((attribute) => `${name} ${version} ${attribute.name}`),
    ),
  );
  return (name, version, attribute) => secret.has(`${name} ${version} ${attribute}`);
}

/**
 * Checks the parameters of every attachment and what each policy renders to with them.
 *
 * @param document with its secrets
 * @returns warnings of the check
 * @throws ApimError 400
 */
export function checkAttachments(check: CheckSequence, document: ApiDocument, policies: readonly Policy[]): Problem[] {
  return attachmentsOf(document).flatMap(({ attachment }) => {
    const policy = policies.find(({ id }) => id === attachment.policyId);
    if (policy === undefined) return [];
    for (const attribute of policy.attributes) checkParameter(policy, attribute, attachment.parameters);
    return checkAttachment(check, policy, attachment.parameters);
  });
}

function checkParameter(policy: Policy, attribute: PolicyAttribute, parameters: JsonObject): void {
  const { name, required, validationRegex, allowedValues, defaultValue } = attribute;
  const value = parameters[name];
  if (value === undefined || value === null || value === '') {
    if (required && defaultValue === '') {
      throw badRequest(`Required attribute(s) ${name} for policy ${policy.name} are either missing or empty`);
    }
    return;
  }
  const text = String(value);
  const form = new RegExp(`^(?:${validationRegex})$`);
  if (validationRegex !== '' && !interruptible(() => form.test(text))) {
    throw badRequest(`The value of attribute ${name} of policy ${policy.name} does not match ${validationRegex}`);
  }
  if (allowedValues.length > 0 && !allowedValues.includes(text)) {
    throw badRequest(`The value of attribute ${name} of policy ${policy.name} is none of ${allowedValues.join(', ')}`);
  }
}

/** @throws ApimError 400 when a bound sequence is not there (api-management 1.6) */
export function checkBoundSequences(document: ApiDocument, own: readonly Policy[], common: readonly Policy[]): void {
  for (const { name, type, shared } of document.mediationPolicies) {
    if (findSequence(shared ? common : own, name, type) === undefined) {
      throw badRequest(`mediationPolicies: there is no ${shared ? 'shared ' : ''}sequence "${name}" of type "${type}"`);
    }
  }
}

/** The document without the places where the policy of the API is at work. */
export function withoutPolicy(document: ApiDocument, policy: Policy): ApiDocument {
  const left = (policies: FlowPolicies): FlowPolicies => {
    const of = (flow: Flow) => policies[flow].filter(({ policyId }) => policyId !== policy.id);
    return { request: of('request'), response: of('response'), fault: of('fault') };
  };
  return {
    ...document,
    apiPolicies: left(document.apiPolicies),
    operations: document.operations.map((each) => ({ ...each, operationPolicies: left(each.operationPolicies) })),
    mediationPolicies: document.mediationPolicies.filter(
      ({ name, type, shared }) => shared || name !== policy.name || type !== mediationType(policy),
    ),
  };
}
