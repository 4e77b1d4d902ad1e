import { Decimal } from '../runtime/java/decimal.js';
import { type JavaRegex, javaRegex } from '../runtime/java/regex.js';
import { jsonText } from '../runtime/json/text.js';
import { isJsonArray, JsonNumber, type JsonObject, type JsonValue } from '../runtime/json/value.js';
import { Fault } from '../runtime/message/fault.js';

/** Re-types a value as a schema of a scalar type demands (mediators 6.7). @throws Fault when it does not fit */
export type Retype = (value: JsonValue, schema: JsonObject) => JsonValue;

export const retypeString: Retype = (value, schema) => {
  const text = textOf(value, 'string');
  const length = [...text].length;
  check(numberMember(schema, 'minLength') <= length, `"${text}" is shorter than minLength`);
  check(!(numberMember(schema, 'maxLength') < length), `"${text}" is longer than maxLength`);
  const pattern = schema.get('pattern');
  // The pattern has to match the whole text, unlike in JSON Schema.
  if (typeof pattern === 'string')
    check(regexOf(pattern, schema).test(text), `"${text}" does not match the pattern ${pattern}`);
  return checkedByEnum(text, schema);
};

export const retypeInteger: Retype = (value, schema) => {
  const text = textOf(value, 'integer').trim();
  check(/^[+-]?\d+$/.test(text), `"${text}" is no integer`);
  const digits = text.replace(/^[+-]?0*(?=\d)/, '');
  const number = new JsonNumber(text.startsWith('-') && digits !== '0' ? `-${digits}` : digits);
  checkRange(number, schema);
  return checkedByEnum(number, schema);
};

export const retypeNumber: Retype = (value, schema) => {
  const text = textOf(value, 'number');
  const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Decimal.parse(text) : undefined;
  if (!decimal) throw new Fault(`"${text}" is no number`);
  // A text without a point gets as many decimals as it has characters.
  const number = new JsonNumber((text.includes('.') ? decimal : decimal.rounded(text.length)).toString());
  checkRange(number, schema);
  return checkedByEnum(number, schema);
};

export const retypeBoolean: Retype = (value, schema) => {
  const text = textOf(value, 'boolean');
  check(text === 'true' || text === 'false', `"${text}" is neither true nor false`);
  return checkedByEnum(text === 'true', schema);
};

export const retypeNull: Retype = (value) => {
  check(value === null || value === 'null', `${jsonText(value)} is not null`);
  return null;
};

/** A member of the schema that is a number; NaN without one, with which every comparison is false. */
export function numberMember(schema: JsonObject, name: string): number {
  const value = schema.get(name);
  if (value instanceof JsonNumber) return Number(value.literal);
  return name.startsWith('min') ? Number.NEGATIVE_INFINITY : Number.NaN;
}

export function checkedByEnum(value: JsonValue, schema: JsonObject): JsonValue {
  const allowed = schema.get('enum');
  const constant = schema.get('const');
  if (!isJsonArray(allowed) && constant === undefined) return value;
  const text = jsonText(value);
  if (isJsonArray(allowed))
    check(
      allowed.some((one) => jsonText(one) === text),
      `${text} is none of the enum's values`,
    );
  if (constant !== undefined) check(jsonText(constant) === text, `${text} is not the constant of the schema`);
  return value;
}

export function check(holds: boolean, problem: string): void {
  if (!holds) throw new Fault(`The payload does not fit the schema: ${problem}`);
}

/** The text of a scalar, or of the only item of an array. */
function textOf(value: JsonValue, type: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (value instanceof JsonNumber) return value.literal;
  const [only] = isJsonArray(value) && value.length === 1 ? value : [];
  if (only !== undefined) return textOf(only, type);
  throw new Fault(`The payload does not fit the schema: ${jsonText(value)} cannot become a ${type}`);
}

/** `exclusiveMinimum` and `exclusiveMaximum` are flags in draft 4 and limits later. */
function checkRange(number: JsonNumber, schema: JsonObject): void {
  const value = Decimal.parse(number.literal);
  const limit = (name: string) => {
    const member = schema.get(name);
    return member instanceof JsonNumber ? Decimal.parse(member.literal) : undefined;
  };
  const order = (name: string): number | undefined => {
    const bound = limit(name);
    return bound && value ? value.compare(bound) : undefined;
  };
  const problem = (name: string) => `${number.literal} breaks ${name}`;
  const minimum = order('minimum');
  const least = schema.get('exclusiveMinimum') === true ? 1 : 0;
  check(minimum === undefined || minimum >= least, problem('minimum'));
  const maximum = order('maximum');
  const most = schema.get('exclusiveMaximum') === true ? -1 : 0;
  check(maximum === undefined || maximum <= most, problem('maximum'));
  check((order('exclusiveMinimum') ?? 1) > 0, problem('exclusiveMinimum'));
  check((order('exclusiveMaximum') ?? -1) < 0, problem('exclusiveMaximum'));
  const divisor = limit('multipleOf');
  if (divisor && value && divisor.sign !== 0) check(value.remainder(divisor).sign === 0, problem('multipleOf'));
}

/** The `pattern` of each schema, compiled when the first text is compared with it. */
const regexes = new WeakMap<JsonObject, JavaRegex>();

function regexOf(pattern: string, schema: JsonObject): JavaRegex {
  try {
    const regex = regexes.get(schema) ?? javaRegex(pattern);
    regexes.set(schema, regex);
    return regex;
  } catch (error) {
    throw new Fault(`The schema's pattern ${pattern} is no regular expression`, { cause: error });
  }
}
