import type { Ajv, AnySchema, ErrorObject, ValidateFunction } from 'ajv';
import { parseJson } from '../runtime/json/parse.js';
import { toJs } from '../runtime/json/plain.js';
import { isJsonArray, isJsonObject, JsonNumber, type JsonValue } from '../runtime/json/value.js';
import { interruptible } from '../runtime/limit/time-limit.js';
import { Fault } from '../runtime/message/fault.js';
import { parsingFault } from '../runtime/message/payload-parts.js';
import { describeError, firstError } from './validate-json-message.js';
import { draftOf, INTEGER_LITERAL, prepareDraft4 } from './validate-schema-draft.js';

/** Why a document is invalid. */
export interface Invalid {
  /** One line. */
  readonly message: string;
  readonly detail: string;
}

/** A compiled JSON schema. @returns undefined for a valid document @throws TimeLimitError */
export type JsonSchema = (document: JsonValue) => Invalid | undefined;

/**
 * Compiles a JSON schema: drafts 2019-09 and 2020-12 when it says so, else draft 4, by which the reference reads every
 * schema (mediators 6.6).
 * @throws Fault 601000 for a text that is no JSON; without a code for a schema that is none
 */
export async function compileJsonSchema(text: string): Promise<JsonSchema> {
  const schema = parsed(text, 'The JSON schema cannot be read');
  if (!isJsonObject(schema)) throw new Fault('The JSON schema is no object');
  const draft = draftOf(schema);
  const ajv = await newAjv(draft);
  const prepared = draft === 'draft4' ? prepareDraft4(schema) : schema;
  let validate: ValidateFunction;
  try {
    validate = ajv.compile(toJs(prepared) as AnySchema);
  } catch (error) {
    throw new Fault(`The JSON schema is invalid: ${(error as Error).message}`, { cause: error });
  }
  const isValid = mayTakeLong.test(text) ? (data: unknown) => interruptible(() => validate(data)) : validate;
  return (document) => {
    const data = toJs(document);
    if (draft === 'draft4') noteFractions(document, data);
    if (isValid(data)) return undefined;
    return invalid(firstError(validate.errors ?? []), document);
  };
}

/** Keywords that match a regular expression, or compare all items with one another. */
const mayTakeLong = /"(?:pattern|patternProperties|format|uniqueItems)"/;

/** A document's text. @throws Fault 601000 */
export function parseDocument(text: string): JsonValue {
  return parsed(text, 'The JSON document cannot be read');
}

function parsed(text: string, problem: string): JsonValue {
  try {
    return parseJson(text);
  } catch (error) {
    throw parsingFault(problem, error);
  }
}

function invalid(error: ErrorObject, document: JsonValue): Invalid {
  const message = describeError(error, document);
  const schemaPath = error.schemaPath.replace(/\/[^/]*$/, '').replace(/^#/, '');
  const detail = [
    `Error while validating Json message error: ${message}`,
    '    level: "error"',
    `    schema: {"loadingURI":"#","pointer":"${schemaPath}"}`,
    `    instance: {"pointer":"${error.instancePath}"}`,
    '    domain: "validation"',
    `    keyword: "${error.keyword === INTEGER_LITERAL ? 'type' : error.keyword}"`,
  ];
  return { message, detail: `${detail.join('\n')}\n` };
}

/** Numbers of documents that are written with a point or an exponent, by the object or array they stand in. */
const fractions = new WeakMap<object, Set<string>>();
/** The root is no member of anything. */
let isRootFraction = false;

function noteFractions(value: JsonValue, data: unknown): void {
  isRootFraction = isFraction(value);
  noteMembers(value, data);
}

function noteMembers(value: JsonValue, data: unknown): void {
  const members: Iterable<[string | number, JsonValue]> = isJsonObject(value)
    ? value
    : isJsonArray(value)
      ? value.entries()
      : [];
  for (const [name, member] of members) {
    if (isFraction(member)) {
      const noted = fractions.get(data as object) ?? new Set<string>();
      fractions.set(data as object, noted.add(String(name)));
    } else {
      noteMembers(member, (data as Record<string, unknown>)[name]);
    }
  }
}

const isFraction = (value: JsonValue): boolean => value instanceof JsonNumber && /[.eE]/.test(value.literal);

/** What later drafts brought and draft 4 does not know. */
const laterKeywords = ['const', 'if', 'then', 'else', 'contains', 'propertyNames', 'nullable'];

async function newAjv(draft: 'draft4' | '2019' | '2020'): Promise<Ajv> {
  const options = {
    strict: false,
    allErrors: true,
    verbose: true,
    logger: false,
    unicodeRegExp: false,
    multipleOfPrecision: 10,
  } as const;
  const formats = (await import('ajv-formats')).default.default;
  if (draft !== 'draft4') {
    const ajv = await (draft === '2019' ? newAjv2019(options) : newAjv2020(options));
    formats(ajv);
    return ajv;
  }
  const ajv = new (await import('ajv-draft-04')).default.default(options);
  formats(ajv);
  for (const keyword of laterKeywords) ajv.removeKeyword(keyword);
  ajv.addKeyword({
    keyword: INTEGER_LITERAL,
    schemaType: 'boolean',
    errors: false,
    validate: (_schema: unknown, data: unknown, _parent: unknown, context?: Place) =>
      typeof data !== 'number' || isWhole(data, context),
  });
  return ajv;
}

interface Place {
  readonly parentData: unknown;
  readonly parentDataProperty: unknown;
}

function isWhole(data: number, place: Place | undefined): boolean {
  if (!Number.isInteger(data)) return false;
  const parent = place?.parentData;
  if (typeof parent !== 'object' || parent === null) return !isRootFraction;
  return !fractions.get(parent)?.has(String(place?.parentDataProperty));
}

async function newAjv2019(options: object): Promise<Ajv> {
  return new (await import('ajv/dist/2019.js')).default.default(options);
}

async function newAjv2020(options: object): Promise<Ajv> {
  return new (await import('ajv/dist/2020.js')).default.default(options);
}
