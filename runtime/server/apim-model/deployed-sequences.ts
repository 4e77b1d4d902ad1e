import type { ApiDocument, ApiOperation, Flow } from './api-document.js';
import { type AttachedPolicy, attachmentsOf } from './attachments.js';
import { findSequence } from './policies.js';
import type { MediationType, Policy } from './policy.js';
import { renderPolicy } from './policy-template.js';
import { asSequence, synapseNamespace } from './sequence-document.js';

/** A sequence to deploy: `name` counts, the name attribute in the text does not (api-management 1.15). */
export interface DeployedSequence {
  readonly name: string;
  readonly xml: string;
}

/** The sequences of one API. `parts` are the ones that `in`, `out` and `fault` call by key. */
export interface DeployedSequences {
  in?: DeployedSequence;
  out?: DeployedSequence;
  fault?: DeployedSequence;
  parts: DeployedSequence[];
}

const kinds: readonly { type: MediationType; flow: Flow; suffix: string }[] = [
  { type: 'in', flow: 'request', suffix: 'In' },
  { type: 'out', flow: 'response', suffix: 'Out' },
  { type: 'fault', flow: 'fault', suffix: 'Fault' },
];

/** `admin--PizzaShackAPI:v1.0.0`; the @ of a provider becomes `-AT-` (api-management 1.15). */
export function synapseName(document: ApiDocument): string {
  return `${document.provider.replace('@', '-AT-')}--${document.name}:v${document.version}`;
}

/**
 * What the policies of an API come to. A bound sequence alone is deployed as it was uploaded, so that positions in
 * messages are its own. Otherwise each policy is a part, called in order: the bound sequence, API-wide policies, then
 * a switch over the operations; the fault flow ends in `fault` (api-management 1.7 "Rendering").
 *
 * @param document with its secrets
 */
export function sequencesOf(document: ApiDocument, policies: readonly Policy[]): DeployedSequences {
  const sequences: DeployedSequences = { parts: [] };
  for (const { type, flow, suffix } of kinds) {
    const name = `${synapseName(document)}--${suffix}`;
    const bound = boundSequence(document, policies, type);
    const attached = attachmentsOf(document).filter((each) => each.flow === flow);
    if (attached.length === 0) {
      if (bound !== undefined) sequences[type] = { name, xml: bound.definition };
      continue;
    }
    const parts = new Parts(name, policies);
    if (bound !== undefined) parts.add(bound.name, bound.definition);
    const boundKey = parts.list[0]?.name;
    const attachedSteps = steps(attached, parts);
    const order =
      flow === 'fault' ? [attachedSteps, callOf(boundKey ?? 'fault')] : [boundKey && callOf(boundKey), attachedSteps];
    sequences[type] = {
      name,
      xml: `<sequence xmlns="${synapseNamespace}" name="${attributeText(name)}">${order.join('')}</sequence>`,
    };
    sequences.parts.push(...parts.list);
  }
  return sequences;
}

function boundSequence(document: ApiDocument, policies: readonly Policy[], type: MediationType): Policy | undefined {
  const binding = document.mediationPolicies.find((candidate) => candidate.type === type);
  if (binding === undefined) return undefined;
  const candidates = policies.filter((policy) => (policy.apiId === undefined) === binding.shared);
  return findSequence(candidates, binding.name, type);
}

/** API-wide policies, then one case an operation that has policies of its own. */
function steps(attached: readonly AttachedPolicy[], parts: Parts): string {
  const wide = attached.filter(({ operation }) => operation === undefined).map((each) => parts.attach(each));
  const byOperation = new Map<ApiOperation, string[]>();
  for (const each of attached) {
    if (each.operation === undefined) continue;
    const calls = byOperation.get(each.operation) ?? [];
    byOperation.set(each.operation, [...calls, parts.attach(each)]);
  }
  if (byOperation.size === 0) return wide.join('');
  const cases = [...byOperation].map(
    ([{ verb, target }, calls]) => `<case regex="${attributeText(caseRegex(verb, target))}">${calls.join('')}</case>`,
  );
  return `${wide.join('')}<property name="switchExpression" expression="fn:concat($ctx:REST_METHOD,'_',$ctx:API_ELECTED_RESOURCE)"/><switch source="$ctx:switchExpression">${cases.join('')}</switch>`;
}

/** As the reference writes it: every character that is no word character is escaped. */
function caseRegex(verb: string, target: string): string {
  return `${verb}_${target.replaceAll(/\W/g, '\\$&')}`;
}

/** The named parts of one flow. */
class Parts {
  readonly list: DeployedSequence[] = [];
  readonly #prefix: string;
  readonly #policies: readonly Policy[];

  constructor(prefix: string, policies: readonly Policy[]) {
    this.#prefix = prefix;
    this.#policies = policies;
  }

  /** The mediator that calls the attached policy; nothing for a policy that is not there any more. */
  attach({ attachment }: AttachedPolicy): string {
    const policy = this.#policies.find(({ id }) => id === attachment.policyId);
    if (policy === undefined) return '';
    return callOf(this.add(`${policy.name}-${policy.version}`, renderPolicy(policy, attachment.parameters)));
  }

  add(title: string, text: string): string {
    const name = `${this.#prefix}--${this.list.length + 1}-${title}`;
    this.list.push({ name, xml: asSequence(text).xml });
    return name;
  }
}

function callOf(key: string): string {
  return `<sequence key="${attributeText(key)}"/>`;
}

function attributeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
