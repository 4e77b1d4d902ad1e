import { createHash } from 'node:crypto';
import type { Flow } from './api-document.js';

/** A parameter that a policy takes (api-management 1.7). */
export interface PolicyAttribute {
  name: string;
  displayName: string;
  description: string;
  validationRegex: string;
  type: string;
  required: boolean;
  defaultValue: string;
  allowedValues: string[];
}

/** What describes a policy, without its definition. */
export interface PolicySpec {
  category: string;
  name: string;
  version: string;
  displayName: string;
  description: string;
  applicableFlows: Flow[];
  supportedGateways: string[];
  supportedApiTypes: unknown[];
  attributes: PolicyAttribute[];
}

/**
 * One stored sequence or policy: the same object whether it came as `policies/mediation`, `mediation-policies` or
 * `operation-policies` (api-management 1.6, 1.7).
 */
export interface Policy extends PolicySpec {
  readonly id: string;
  /** Undefined: a common policy, or a shared sequence. */
  readonly apiId: string | undefined;
  /** Synapse XML, or a template that renders to it. */
  readonly definition: string;
  /** Whether parameters are rendered into the definition (`.j2`). */
  readonly template: boolean;
}

/** What v0.16 to v3 call the flows. */
export type MediationType = 'in' | 'out' | 'fault';

const typeOfFlow: Record<Flow, MediationType> = { request: 'in', response: 'out', fault: 'fault' };
const flowOfType: Record<MediationType, Flow> = { in: 'request', out: 'response', fault: 'fault' };

/** The type under which older generations list the policy: that of its first flow. */
export function mediationType(policy: PolicySpec): MediationType {
  const [first = 'request'] = policy.applicableFlows;
  return typeOfFlow[first];
}

export function flowOf(type: MediationType): Flow {
  return flowOfType[type];
}

/** Digest that stays the same when a common policy is cloned to an API. */
export function policyMd5(policy: Policy): string {
  const { id: _id, apiId: _apiId, ...content } = policy;
  const members = Object.entries(content).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('md5').update(JSON.stringify(members)).digest('hex');
}
