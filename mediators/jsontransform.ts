import type { ConfigElement } from '../runtime/configuration/element.js';
import { parseLenientJson } from '../runtime/json/parse.js';
import { jsonText } from '../runtime/json/text.js';
import type { JsonValue } from '../runtime/json/value.js';
import { type ConversionOptions, readConversionOptions } from '../runtime/message/conversion/options.js';
import { xmlToJson } from '../runtime/message/conversion/xml-to-json.js';
import { Fault } from '../runtime/message/fault.js';
import type { Environment, Message } from '../runtime/message/message.js';
import { parsingFault } from '../runtime/message/payload-parts.js';
import { dynamicAttribute } from './attribute.js';
import { requiredEntry } from './entry.js';
import { retype } from './jsontransform-retype.js';
import { defineMediator, propertyAttributes } from './mediator.js';

/**
 * ```xml
 * <jsontransform schema="entry|{expression}"><property name="…" value="…"/>*</jsontransform>
 * ```
 * Makes the body JSON: converted from its XML form by other switches than the server's, re-typed by a schema, or both
 * (mediators 6.7).
 */
export const jsontransform = defineMediator({
  name: 'jsontransform',
  summary: 'Converts the body to JSON and gives it the types of a schema.',
  attributes: { schema: { description: 'Entry or registry resource that holds a JSON schema.' } },
  children: ['property'],
  inner: {
    property: propertyAttributes,
  },
  compile(element) {
    const overrides = overridesOf(element);
    const schema = element.attribute('schema') === undefined ? undefined : dynamicAttribute(element, 'schema');
    if (!schema && overrides.size === 0) {
      return element.fail('missing-attribute', '<jsontransform> needs a schema or a <property>', {
        hint: 'add schema="…"',
      });
    }
    const convert = overrides.size === 0 ? undefined : converter(overrides);
    const schemaFor = cachedSchema();
    return {
      contentAware: true,
      mediate(message) {
        convert?.(message);
        if (schema) applySchema(message, schemaFor(message, schema.literal ?? schema.evaluate(message) ?? ''));
        return true;
      },
    };
  },
});

function overridesOf(element: ConfigElement): ReadonlyMap<string, string> {
  const properties = element.elements().filter(({ localName }) => localName === 'property');
  return new Map(properties.map(overrideOf));
}

function overrideOf(property: ConfigElement): [string, string] {
  const name = property.attribute('name');
  const value = property.attribute('value');
  if (!name || !value) {
    return property.fail('missing-attribute', 'a <property> of <jsontransform> needs "name" and "value"', {
      hint: 'expressions are not possible here; write value="…"',
    });
  }
  return [name, value];
}

/** Converts the XML form of the body with some switches changed. */
function converter(overrides: ReadonlyMap<string, string>): (message: Message) => void {
  const known = new WeakMap<Environment, ConversionOptions>();
  return (message) => {
    const { environment, payload } = message;
    const options =
      known.get(environment) ?? readConversionOptions((key) => overrides.get(key) ?? environment.property(key));
    known.set(environment, options);
    const element = payload.firstElement();
    if (!element) return;
    let text: string;
    try {
      text = xmlToJson(element, options);
    } catch (error) {
      throw parsingFault('The body cannot be converted to JSON', error);
    }
    payload.setJsonText(text);
  };
}

/** The schema is parsed again when its text has changed. */
function cachedSchema(): (message: Message, key: string) => JsonValue {
  let cached: { text: string; schema: JsonValue } | undefined;
  return (message, key) => {
    const text = requiredEntry(message.environment, key);
    if (typeof text !== 'string' || text === '') throw new Fault(`The JSON schema ${key} is no text, or an empty one`);
    if (cached?.text !== text) cached = { text, schema: parsed(text, `The JSON schema ${key} cannot be read`) };
    return cached.schema;
  };
}

function applySchema(message: Message, schema: JsonValue): void {
  const text = message.payload.asJsonText();
  if (text === undefined) return;
  message.payload.setJsonText(jsonText(retype(parsed(text, 'The body is no JSON'), schema)));
}

function parsed(text: string, problem: string): JsonValue {
  try {
    return parseLenientJson(text);
  } catch (error) {
    throw parsingFault(problem, error);
  }
}
