import { type Flow, flows } from './api-document.js';
import { badRequest } from './error.js';
import { isObject, type JsonObject, listOf, objectOf, textOf, textsOf } from './json-object.js';
import type { PolicyAttribute, PolicySpec } from './policy.js';

/**
 * Reads a specification file (YAML or JSON), with the `data` wrapper or the data at the root (api-management 1.7).
 *
 * @throws ApimError 400 "Policy specification validation failure" naming what is wrong
 */
export async function parsePolicySpec(text: string): Promise<PolicySpec> {
  const root = await parseText(text);
  const data = isObject(root.data) ? root.data : root;
  const name = textOf(data.name)?.trim() ?? '';
  if (name === '') throw refused('name is missing');
  if (!/^[\w-]+$/.test(name)) throw refused(`name "${name}" may hold letters, digits, "_" and "-" only`);
  return {
    category: textOf(data.category) ?? 'Mediation',
    name,
    version: versionText(data.version),
    displayName: textOf(data.displayName) ?? name,
    description: textOf(data.description) ?? '',
    applicableFlows: readFlows(data.applicableFlows),
    supportedGateways: withDefault(textsOf(data.supportedGateways), ['Synapse']),
    supportedApiTypes: withDefault(listOf(data.supportedApiTypes), ['HTTP']),
    attributes: listOf(data.policyAttributes).map(readAttribute),
  };
}

/** The YAML parser is loaded here: a server that gets no specification starts without it. */
async function parseText(text: string): Promise<JsonObject> {
  const { parse } = await import('yaml');
  let root: unknown;
  try {
    root = parse(text, { maxAliasCount: 100 });
  } catch (error) {
    throw refused(error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error));
  }
  if (!isObject(root)) throw refused('the file holds no object');
  return root;
}

/** `version: 1` of YAML is a number; a policy without a version is v1. */
function versionText(value: unknown): string {
  return value === undefined || value === null || value === '' ? 'v1' : String(value);
}

function readFlows(value: unknown): Flow[] {
  const names = textsOf(value).map((name) => name.toLowerCase());
  if (names.length === 0) return [...flows];
  const unknown = names.find((name) => !flows.some((flow) => flow === name));
  if (unknown !== undefined) throw refused(`applicableFlows: "${unknown}" is none of ${flows.join(', ')}`);
  return flows.filter((flow) => names.includes(flow));
}

function readAttribute(value: unknown): PolicyAttribute {
  const attribute = objectOf(value);
  const name = textOf(attribute.name) ?? '';
  if (name === '') throw refused('policyAttributes: an attribute has no name');
  const validationRegex = textOf(attribute.validationRegex) ?? '';
  if (validationRegex !== '' && !isRegex(validationRegex)) {
    throw refused(`policyAttributes: validationRegex of "${name}" is no regular expression`);
  }
  const { defaultValue } = attribute;
  return {
    name,
    displayName: textOf(attribute.displayName) ?? name,
    description: textOf(attribute.description) ?? '',
    validationRegex,
    type: textOf(attribute.type) ?? 'String',
    required: attribute.required === true,
    defaultValue: defaultValue === undefined || defaultValue === null ? '' : String(defaultValue),
    allowedValues: listOf(attribute.allowedValues).map(String),
  };
}

function isRegex(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

function withDefault<T>(list: T[], fallback: T[]): T[] {
  return list.length > 0 ? list : fallback;
}

function refused(what: string) {
  return badRequest(`Policy specification validation failure: ${what}`);
}
