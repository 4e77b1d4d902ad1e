import { type JavaRegex, javaPattern } from '../runtime/java/regex.js';
import { jsonText } from '../runtime/json/text.js';
import { isJsonArray, isJsonObject, type JsonArray, type JsonObject, type JsonValue } from '../runtime/json/value.js';
import { Fault } from '../runtime/message/fault.js';
import {
  check,
  checkedByEnum,
  numberMember,
  type Retype,
  retypeBoolean,
  retypeInteger,
  retypeNull,
  retypeNumber,
  retypeString,
} from './jsontransform-scalar.js';

const retypes: Readonly<Record<string, Retype>> = {
  string: retypeString,
  integer: retypeInteger,
  number: retypeNumber,
  boolean: retypeBoolean,
  null: retypeNull,
  array: retypeArray,
  object: retypeObject,
};

/**
 * Gives a value, all the way down, the types of a JSON schema (mediators 6.7): texts become numbers and booleans, a
 * single value an array. A schema without `type` leaves the value alone; `$ref`, `anyOf` … are not looked at.
 * @throws Fault for a value that does not fit
 */
export function retype(value: JsonValue, schema: JsonValue): JsonValue {
  if (typeof schema === 'boolean') {
    check(schema, 'the schema is false');
    return value;
  }
  if (!isJsonObject(schema)) return value;
  return retypeAs(schema.get('type'), value, schema);
}

function retypeAs(type: JsonValue | undefined, value: JsonValue, schema: JsonObject): JsonValue {
  if (isJsonArray(type)) return firstFitting(value, schema, type);
  const change = typeof type === 'string' ? retypes[type] : undefined;
  return change ? change(value, schema) : value;
}

function firstFitting(value: JsonValue, schema: JsonObject, types: JsonArray): JsonValue {
  let problem: unknown;
  for (const type of types) {
    try {
      return retypeAs(type, value, schema);
    } catch (error) {
      problem = error;
    }
  }
  throw problem ?? new Fault('The payload does not fit the schema, which allows no type');
}

function retypeArray(value: JsonValue, schema: JsonObject): JsonValue {
  const items = isJsonArray(value) ? value : [value];
  check(numberMember(schema, 'minItems') <= items.length, 'an array is shorter than minItems');
  check(!(numberMember(schema, 'maxItems') < items.length), 'an array is longer than maxItems');
  const itemSchema = schema.get('items');
  const typed = items.map((item, index) => {
    if (!isJsonArray(itemSchema)) return itemSchema === undefined ? item : retype(item, itemSchema);
    const own = itemSchema[index];
    if (own !== undefined) return retype(item, own);
    return additional(item, schema.get('additionalItems'), 'an array has additional items');
  });
  const isUnique = () => new Set(typed.map((item) => jsonText(item))).size === typed.length;
  check(schema.get('uniqueItems') !== true || isUnique(), 'an array has equal items');
  return checkedByEnum(typed, schema);
}

function retypeObject(value: JsonValue, schema: JsonObject): JsonValue {
  if (!isJsonObject(value)) throw new Fault(`The payload does not fit the schema: ${jsonText(value)} is no object`);
  const required = schema.get('required');
  for (const name of isJsonArray(required) ? required : []) {
    check(typeof name !== 'string' || value.has(name), `the member ${jsonText(name)} is missing`);
  }
  check(numberMember(schema, 'minProperties') <= value.size, 'an object has fewer members than minProperties');
  check(!(numberMember(schema, 'maxProperties') < value.size), 'an object has more members than maxProperties');
  const properties = schema.get('properties');
  const patterns = schema.get('patternProperties');
  const typed: JsonObject = new Map();
  for (const [name, member] of value) {
    const own = isJsonObject(properties) ? properties.get(name) : undefined;
    const pattern = own ?? (isJsonObject(patterns) ? patternFor(name, patterns) : undefined);
    typed.set(
      name,
      pattern === undefined
        ? additional(member, schema.get('additionalProperties'), `there is an additional member "${name}"`)
        : retype(member, pattern),
    );
  }
  checkDependencies(value, schema.get('dependencies'));
  return checkedByEnum(typed, schema);
}

function additional(value: JsonValue, schema: JsonValue | undefined, problem: string): JsonValue {
  check(schema !== false, problem);
  return schema === undefined ? value : retype(value, schema);
}

/** The patterns of `patternProperties`, compiled when the first member is compared with them. */
const compiledPatterns = new WeakMap<JsonObject, Map<string, JavaRegex>>();

function patternFor(name: string, patterns: JsonObject): JsonValue | undefined {
  const compiled = compiledPatterns.get(patterns) ?? new Map<string, JavaRegex>();
  compiledPatterns.set(patterns, compiled);
  for (const [pattern, schema] of patterns) {
    const regex = compiled.get(pattern) ?? javaPattern(pattern);
    compiled.set(pattern, regex);
    if (regex.test(name)) return schema;
  }
  return undefined;
}

function checkDependencies(value: JsonObject, dependencies: JsonValue | undefined): void {
  if (!isJsonObject(dependencies)) return;
  for (const [name, needed] of dependencies) {
    if (!value.has(name) || !isJsonArray(needed)) continue;
    for (const other of needed)
      check(typeof other !== 'string' || value.has(other), `"${name}" needs ${jsonText(other)}`);
  }
}
