import type { Element } from '@xmldom/xmldom';
import type { ConfigElement } from '../runtime/configuration/element.js';
import { isTrueExplicitly } from '../runtime/java/boolean.js';
import { parseDouble, parseFloat32, parseInteger, parseLong, parseShort } from '../runtime/java/parse-number.js';
import { WholeNumber } from '../runtime/java/value.js';
import { parseLenientJson } from '../runtime/json/parse.js';
import { JsonElement, type JsonValue } from '../runtime/json/value.js';
import { parseElement } from '../runtime/xml/parse.js';
import { firstChildElement } from '../runtime/xml/walk.js';

export const propertyTypes = [
  'STRING',
  'BOOLEAN',
  'INTEGER',
  'LONG',
  'SHORT',
  'FLOAT',
  'DOUBLE',
  'OM',
  'JSON',
] as const;
export type PropertyType = (typeof propertyTypes)[number];

/** A text that is no value of the type asked for. */
export class ConversionError extends Error {}

/**
 * Converts a text to a property's type (mediators 3.1 "Conversion", message-model 1.2). A null text stays null, except
 * that BOOLEAN makes it false and the numeric types and JSON refuse it. `fromExpression`: INTEGER and SHORT accept a
 * decimal and cut its fraction off; a static value is not given that.
 * @returns null for a text that is no JSON either way.
 * @throws ConversionError for a number or XML that does not parse.
 */
export function convertProperty(text: string | null, type: PropertyType, fromExpression: boolean): unknown {
  if (type === 'BOOLEAN') return text !== null && isTrueExplicitly(text);
  if (text === null) {
    if (type === 'STRING' || type === 'OM') return null;
    throw new ConversionError(`no value to convert to ${type}`);
  }
  switch (type) {
    case 'STRING':
      return text;
    case 'OM':
      return convertXml(text);
    case 'JSON':
      return convertJson(text);
    case 'INTEGER':
    case 'SHORT':
      return fromExpression && text.includes('.') ? truncated(text, type) : whole(text, type);
    default:
      return number(text, type);
  }
}

/**
 * {@link convertProperty} of the text of the attribute `value`; `XML` is another name of `OM`.
 * @throws ConfigurationError for a text that is no value of the type
 */
export function literalValue(element: ConfigElement, text: string, type: PropertyType | 'XML'): unknown {
  try {
    return convertProperty(text, type === 'XML' ? 'OM' : type, false);
  } catch (error) {
    if (!(error instanceof ConversionError)) throw error;
    return element.fail('invalid-attribute-value', error.message, {
      attribute: 'value',
      hint: `write a value of type ${type}`,
    });
  }
}

/** Lenient JSON; what does not parse is retried as the content of a JSON string. Null when neither parses. */
function convertJson(text: string): JsonElement | null {
  let value = parsed(text);
  if (value === undefined) value = parsed(`"${text}"`);
  return value === undefined ? null : new JsonElement(value);
}

/**
 * The XML element that a text begins with; a second root behind it is not looked at, as in the reference engine.
 * @throws ConversionError when the text does not begin with a well-formed element.
 */
export function convertXml(text: string): Element {
  try {
    return parseElement(text);
  } catch (error) {
    const first = firstRoot(text);
    if (first) return first;
    throw new ConversionError(`"${text}" is not an XML element: ${error instanceof Error ? error.message : error}`);
  }
}

function firstRoot(text: string): Element | undefined {
  if (!text.trimStart().startsWith('<')) return undefined;
  try {
    const padding = parseElement(`<padding>${text}</padding>`);
    const root = firstChildElement(padding);
    if (root) padding.removeChild(root);
    return root;
  } catch {
    return undefined;
  }
}

function parsed(text: string): JsonValue | undefined {
  try {
    return parseLenientJson(text);
  } catch {
    return undefined;
  }
}

function whole(text: string, type: 'INTEGER' | 'SHORT'): WholeNumber {
  const value = type === 'INTEGER' ? parseInteger(text) : parseShort(text);
  return value ?? refuse(text, type);
}

/** Java's narrowing of a double: first to int, which saturates, then to the low 16 bits for a short. */
function truncated(text: string, type: 'INTEGER' | 'SHORT'): WholeNumber {
  const double = parseDouble(text) ?? refuse(text, type);
  const int = Number.isNaN(double) ? 0 : Math.max(-2147483648, Math.min(2147483647, Math.trunc(double)));
  if (type === 'INTEGER') return WholeNumber.integer(int);
  return new WholeNumber('Short', BigInt.asIntN(16, BigInt(int)));
}

function number(text: string, type: 'LONG' | 'FLOAT' | 'DOUBLE'): unknown {
  const parse = type === 'LONG' ? parseLong : type === 'FLOAT' ? parseFloat32 : parseDouble;
  return parse(text) ?? refuse(text, type);
}

function refuse(text: string, type: PropertyType): never {
  throw new ConversionError(`the value "${text}" cannot be converted to ${type}`);
}
