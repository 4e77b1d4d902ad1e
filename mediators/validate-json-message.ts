import type { ErrorObject } from 'ajv';
import { jsonText } from '../runtime/json/text.js';
import { isJsonArray, isJsonObject, JsonNumber, type JsonValue } from '../runtime/json/value.js';
import { INTEGER_LITERAL } from './validate-schema-draft.js';

/**
 * The error that stands for a document: the first one that is not just a reason why one branch of `anyOf`, `oneOf` or
 * `not` did not match.
 */
export function firstError(errors: readonly ErrorObject[]): ErrorObject {
  const combined = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf');
  const isInBranch = (error: ErrorObject) =>
    combined.some((one) => one !== error && error.schemaPath.startsWith(`${one.schemaPath}/`));
  const [first] = errors.filter((error) => !isInBranch(error));
  return first ?? (errors[0] as ErrorObject);
}

/** The words of the reference's validator, which flows pass on to clients and tests compare (mediators 6.6). */
export function describeError(error: ErrorObject, document: JsonValue): string {
  const instance = valueAt(document, error.instancePath);
  const params = error.params as Record<string, unknown>;
  const schema = error.schema;
  const text = instance === undefined ? '' : jsonText(instance);
  switch (error.keyword) {
    case 'type':
    case INTEGER_LITERAL:
      return `instance type (${typeOf(instance)}) does not match any allowed primitive type (allowed: ${allowedTypes(error)})`;
    case 'required':
      return `object has missing required properties (["${String(params.missingProperty)}"])`;
    case 'additionalProperties':
      return `object instance has properties which are not allowed by the schema: ["${String(params.additionalProperty)}"]`;
    case 'minimum':
      return params.comparison === '>'
        ? `numeric instance is not strictly greater than the required minimum ${String(params.limit)}`
        : `numeric instance is lower than the required minimum (minimum: ${String(params.limit)}, found: ${text})`;
    case 'maximum':
      return params.comparison === '<'
        ? `numeric instance is not strictly lower than the required maximum ${String(params.limit)}`
        : `numeric instance is greater than the required maximum (maximum: ${String(params.limit)}, found: ${text})`;
    case 'minLength':
      return `string ${text} is too short (length: ${lengthOf(instance)}, required minimum: ${String(params.limit)})`;
    case 'maxLength':
      return `string ${text} is too long (length: ${lengthOf(instance)}, maximum allowed: ${String(params.limit)})`;
    case 'pattern':
      return `ECMA 262 regex "${String(schema ?? params.pattern)}" does not match input string ${text}`;
    case 'format':
      return formatError(String(params.format), text);
    case 'enum':
      return `instance value (${text}) not found in enum (possible values: ${JSON.stringify(params.allowedValues)})`;
    case 'minItems':
      return `array is too short: must have at least ${String(params.limit)} elements but instance has ${lengthOf(instance)} elements`;
    case 'maxItems':
      return `array is too long: must have at most ${String(params.limit)} elements but instance has ${lengthOf(instance)} elements`;
    case 'uniqueItems':
      return 'array must not contain duplicate elements';
    case 'minProperties':
      return `object has too few properties (found ${lengthOf(instance)} but schema requires at least ${String(params.limit)})`;
    case 'maxProperties':
      return `object has too many properties (found ${lengthOf(instance)} but schema requires at most ${String(params.limit)})`;
    case 'multipleOf':
      return `remainder of division is not zero (${text} / ${String(params.multipleOf)})`;
    case 'anyOf':
      return `instance failed to match at least one required schema among ${branches(schema)}`;
    case 'oneOf': {
      const matched = Array.isArray(params.passingSchemas) ? params.passingSchemas.length : 0;
      return `instance failed to match exactly one schema (matched ${matched} out of ${branches(schema)})`;
    }
    case 'not':
      return 'instance matched a schema which it should not have';
    default:
      return error.message ?? `instance does not match ${error.keyword}`;
  }
}

function allowedTypes({ keyword, schema, parentSchema }: ErrorObject): string {
  const type = keyword === 'type' ? schema : parentSchema?.type;
  const types = Array.isArray(type) ? [...type].sort() : [type];
  const isInteger = parentSchema?.[INTEGER_LITERAL] === true;
  return JSON.stringify(types.map((one) => (isInteger && one === 'number' ? 'integer' : one)));
}

function typeOf(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return 'null';
  if (value instanceof JsonNumber) return /[.eE]/.test(value.literal) ? 'number' : 'integer';
  if (isJsonArray(value)) return 'array';
  return isJsonObject(value) ? 'object' : typeof value;
}

const formatNames: Readonly<Record<string, string>> = {
  email: 'email address',
  hostname: 'hostname',
  ipv4: 'IPv4 address',
  ipv6: 'IPv6 address',
  uri: 'URI',
  regex: 'ECMA 262 regular expression',
};

function formatError(format: string, text: string): string {
  const name = formatNames[format];
  if (name === undefined) return `string ${text} is invalid against requested date format(s) ${format}`;
  return `string ${text} is not a valid ${name}`;
}

function lengthOf(value: JsonValue | undefined): number {
  if (typeof value === 'string') return [...value].length;
  if (isJsonArray(value)) return value.length;
  return isJsonObject(value) ? value.size : 0;
}

const branches = (schema: unknown): number => (Array.isArray(schema) ? schema.length : 0);

/** The value at a JSON Pointer. */
function valueAt(document: JsonValue, pointer: string): JsonValue | undefined {
  let value: JsonValue | undefined = document;
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (isJsonObject(value)) value = value.get(name);
    else value = isJsonArray(value) ? value[Number(name)] : undefined;
  }
  return value;
}
