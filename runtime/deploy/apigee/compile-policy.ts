import { conditionAt } from '../../apigee/condition/condition-at.js';
import { readBoolean } from '../../apigee/configured.js';
import { policies } from '../../apigee/policies/index.js';
import type { CompiledPolicy, PolicyDefinition } from '../../apigee/policy.js';
import { nearest } from '../../configuration/nearest.js';
import { ConfigurationError, type Problem } from '../../configuration/problem.js';
import type { Bundle, PolicyFile } from './bundle.js';

/** Elements that any policy may have and that change nothing (api-management 2.1). */
const everywhere = ['DisplayName', 'Description', 'FaultRules', 'Properties', 'Attributes', 'Tokens'];

/** Policy types of Apigee that need another runtime than this one, and what they need. */
const foreign: Readonly<Record<string, string>> = {
  __proto__: null as never,
  JavaCallout: 'it runs Java code',
  Script: 'it runs Python code',
};

const definitions = new Map(policies.map((definition) => [definition.element, definition]));

/** A policy of a bundle, ready for its steps. */
export interface BundlePolicy {
  readonly name: string;
  readonly prefix: string;
  readonly isEnabled: boolean;
  readonly continueOnError: boolean;
  readonly compiled: CompiledPolicy;
}

/** @throws ConfigurationError when the policy cannot be deployed; `problems` takes what else is found */
export function compilePolicy(file: PolicyFile, bundle: Bundle, problems: Problem[]): BundlePolicy {
  const { element, name } = file;
  const definition = definitions.get(element.localName) ?? refuse(file);
  warnAboutChildren(file, definition, problems);
  const found: Problem[] = [];
  const compiled = definition.compile(element, {
    name,
    report: (problem) => void found.push(problem),
    resource: (url, at) => bundle.resource(url, at),
    condition: conditionAt,
  });
  const error = found.find(({ severity }) => severity === 'error');
  problems.push(...found.filter((problem) => problem !== error));
  if (error) throw new ConfigurationError(error);
  return {
    name,
    prefix: definition.prefix ?? definition.element.toLowerCase(),
    isEnabled: flag(file, 'enabled', true),
    continueOnError: flag(file, 'continueOnError', false),
    compiled,
  };
}

/** Whether a policy of this type runs here. */
export function isSupported({ element }: PolicyFile): boolean {
  return definitions.has(element.localName);
}

function refuse({ element, name }: PolicyFile): never {
  const type = element.localName;
  const reason = foreign[type];
  const meant = reason === undefined ? nearest(type, definitions.keys()) : undefined;
  return element.fail(
    'unsupported-policy',
    `The policy ${name} of the type ${type} does not run here${reason === undefined ? '' : `: ${reason}`}`,
    meant === undefined ? {} : { hint: `did you mean ${meant}?` },
  );
}

function warnAboutChildren({ element }: PolicyFile, definition: PolicyDefinition, problems: Problem[]): void {
  const known = new Set([...everywhere, ...definition.children]);
  for (const child of element.elements()) {
    if (known.has(child.localName)) continue;
    problems.push(
      child.problem('unknown-element', `<${child.localName}> of ${definition.element} has no effect`, {
        severity: 'warning',
      }),
    );
  }
}

function flag({ element }: PolicyFile, name: string, absent: boolean): boolean {
  const text = element.attribute(name)?.trim();
  if (!text) return absent;
  const value = readBoolean(text);
  return value ?? element.fail('bad-value', `${name} must be true or false, not "${text}"`, { attribute: name });
}
