import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../runtime/json/value.js';

/** Custom keyword of prepared schemas: a number has to be written without a point and without an exponent. */
export const INTEGER_LITERAL = 'integerLiteral';

/** Members of a schema that hold no schemas. */
const plainMembers: readonly string[] = ['enum', 'default', 'required'];

/** Whether a schema says that it is of draft 2019-09 or 2020-12. Everything else is read as draft 4. */
export function draftOf(schema: JsonObject): '2019' | '2020' | 'draft4' {
  const uri = schema.get('$schema');
  if (typeof uri !== 'string') return 'draft4';
  if (uri.includes('2020-12')) return '2020';
  return uri.includes('2019-09') ? '2019' : 'draft4';
}

/** A schema of draft 4, or of draft 3 rewritten as one, in which whole numbers are told by their literals. */
export function prepareDraft4(schema: JsonObject): JsonObject {
  const uri = schema.get('$schema');
  const isDraft3 = typeof uri === 'string' && uri.includes('draft-03');
  const prepared = prepare(schema, isDraft3) as JsonObject;
  // Later drafts are read as draft 4, as the reference does; what they add is not looked at.
  prepared.delete('$schema');
  return prepared;
}

function prepare(value: JsonValue, isDraft3: boolean): JsonValue {
  if (isJsonArray(value)) return value.map((item) => prepare(item, isDraft3));
  if (!isJsonObject(value)) return value;
  const schema: JsonObject = new Map();
  for (const [name, member] of value) {
    schema.set(name, plainMembers.includes(name) ? member : prepare(member, isDraft3));
  }
  if (isDraft3) asDraft4(schema);
  tellIntegers(schema);
  return schema;
}

/** In draft 4 a whole number has no fraction even when that is zero: `1.0` is none (mediators 6.6). */
function tellIntegers(schema: JsonObject): void {
  const type = schema.get('type');
  const types = isJsonArray(type) ? type : [type];
  if (!types.includes('integer') || types.includes('number')) return;
  const widened = types.map((one) => (one === 'integer' ? 'number' : (one as JsonValue)));
  schema.set('type', isJsonArray(type) ? widened : 'number');
  schema.set(INTEGER_LITERAL, true);
}

function asDraft4(schema: JsonObject): void {
  const properties = schema.get('properties');
  if (isJsonObject(properties)) {
    const required: string[] = [];
    for (const [name, property] of properties) {
      if (!isJsonObject(property)) continue;
      if (property.get('required') === true) required.push(name);
      if (typeof property.get('required') === 'boolean') property.delete('required');
    }
    if (required.length > 0) schema.set('required', required);
  }
  if (typeof schema.get('required') === 'boolean' && !schema.has('properties')) return;
  rename(schema, 'divisibleBy', 'multipleOf', (value) => value);
  rename(schema, 'extends', 'allOf', (value) => (isJsonArray(value) ? value : [value]));
  rename(schema, 'disallow', 'not', (value) => new Map([['type', value]]));
}

function rename(schema: JsonObject, name: string, newName: string, change: (value: JsonValue) => JsonValue): void {
  const value = schema.get(name);
  if (value === undefined) return;
  schema.delete(name);
  schema.set(newName, change(value));
}
