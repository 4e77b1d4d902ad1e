import type { Element } from '@xmldom/xmldom';
import type { ConfigElement } from '../runtime/configuration/element.js';
import type { DynamicValue } from '../runtime/expression/dynamic-value.js';
import type { Expression } from '../runtime/expression/expression.js';
import { isElement } from '../runtime/expression/xpath/nodes.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { booleanAttribute, dynamicAttribute, requiredAttribute } from './attribute.js';
import { entryOf, requiredEntry } from './entry.js';
import { defineMediator } from './mediator.js';
import { resourceKeys } from './resource-child.js';
import { compileJsonSchema, type Invalid, type JsonSchema, parseDocument } from './validate-json.js';
import { compileXmlSchema, type XmlSchema } from './validate-xml.js';

/**
 * ```xml
 * <validate source="expression" cache-schema="true" json-source="false">
 *   <schema key="entry|{expression}"/>+  <resource location="…" key="…"/>*  <feature name="…" value="true|false"/>*
 *   <on-fail>mediators</on-fail>
 * </validate>
 * ```
 * Checks the body, or what `source` selects, against XML schemas or a JSON schema. An invalid one runs `on-fail`, and the
 * flow goes on behind validate unless that stops it (mediators 6.6).
 */
export const validate = defineMediator({
  name: 'validate',
  summary: 'Checks the message against an XML or JSON schema.',
  attributes: {
    source: { description: 'What is checked: an XPath, json-eval(…) or ${…}.', default: 'the body' },
    'cache-schema': { description: 'Keeps the compiled schema.', default: 'true', values: ['true', 'false'] },
    'json-source': {
      description: 'Checks JSON even when the body is not JSON.',
      default: 'false',
      values: ['true', 'false'],
    },
  },
  children: ['schema', 'resource', 'feature', 'on-fail'],
  inner: {
    schema: ['key'],
    resource: ['location', 'key'],
    feature: ['name', 'value'],
    'on-fail': ['onError'],
  },
  compile(element, context) {
    const schemas = schemaKeys(element);
    const resources = resourceKeys(element);
    checkFeatures(element);
    const failure = element.element('on-fail');
    if (!failure || failure.elementsAndComments().length === 0) {
      return element.fail('missing-element', '<validate> needs an <on-fail> with mediators', {
        hint: 'add <on-fail>…</on-fail>',
      });
    }
    const onFail = context.children(failure).mediate;
    const source = element.attribute('source') === undefined ? undefined : context.expression(element, 'source');
    const isCached = element.attribute('cache-schema')?.toLowerCase() !== 'false';
    const jsonSchemaFor = jsonSchemas(schemas, isCached);
    const xmlSchemaFor = xmlSchemas(schemas, resources, isCached);
    const alwaysJson = booleanAttribute(element, 'json-source');
    const check = async (message: Message): Promise<Invalid | undefined> => {
      if (alwaysJson || message.payload.isJson) {
        const document = parseDocument(jsonDocument(message, source));
        return (await jsonSchemaFor(message))(document);
      }
      const document = xmlDocument(message, source);
      if (!document) return nothingSelected(source?.source ?? '');
      const schema = await xmlSchemaFor(message);
      const invalid = schema.validate(document);
      if (!isCached) schema.dispose();
      return invalid;
    };
    return {
      contentAware: true,
      async mediate(message) {
        const invalid = await check(message);
        if (!invalid) return true;
        message.setProperty('ERROR_MESSAGE', invalid.message);
        message.setProperty('ERROR_DETAIL', invalid.detail);
        if (!alwaysJson && !message.payload.isJson) message.setProperty('ERROR_EXCEPTION', new Fault(invalid.message));
        return onFail(message);
      },
    };
  },
});

/** The JSON to check; nothing at all is an empty object. @throws Fault for an XPath */
function jsonDocument(message: Message, source: Expression | undefined): string {
  if (source?.language === 'xpath') {
    throw new Fault(`The source ${source.source} cannot be evaluated on JSON; use json-eval(…) or \${…}`);
  }
  return (source ? source.text(message) : message.payload.asJsonText()) || '{}';
}

/** The element to check, undefined when the source selects nothing. @throws Fault for anything else */
function xmlDocument(message: Message, source: Expression | undefined): Element | undefined {
  const [found] = source ? source.select(message) : [message.payload.firstElement()];
  if (found === undefined && source) return undefined;
  if (isElement(found)) return found;
  throw new Fault(source ? `The source ${source.source} selects no element` : 'The body has no XML to validate');
}

function nothingSelected(source: string): Invalid {
  const message = `The source ${source} selects nothing that could be validated`;
  return { message, detail: message };
}

/** Only the last schema counts (mediators 6.6). It is compiled again when its text has changed. */
function jsonSchemas(keys: readonly DynamicValue[], isCached: boolean) {
  const key = keys.at(-1);
  let cached: { text: string; schema: JsonSchema } | undefined;
  return async (message: Message): Promise<JsonSchema> => {
    const name = key ? keyOf(key, message) : '';
    const text = requiredEntry(message.environment, name);
    if (typeof text !== 'string') throw new Fault(`The JSON schema ${name} is XML; it has to be a text entry`);
    if (isCached && cached?.text === text) return cached.schema;
    const schema = await compileJsonSchema(text);
    cached = { text, schema };
    return schema;
  };
}

/** A schema is compiled again when one of its entries, or of those it includes, is another one than before. */
function xmlSchemas(keys: readonly DynamicValue[], resources: ReadonlyMap<string, string>, isCached: boolean) {
  let cached: { entries: ReadonlyMap<string, unknown>; names: string; schema: XmlSchema } | undefined;
  return async (message: Message): Promise<XmlSchema> => {
    const names = keys.map((key) => keyOf(key, message));
    const isCurrent = (entries: ReadonlyMap<string, unknown>) =>
      [...entries].every(([key, entry]) => entryOf(message.environment, key) === entry);
    if (isCached && cached?.names === names.join() && isCurrent(cached.entries)) return cached.schema;
    const schemas = names.map((name) => xmlEntry(message, name));
    const entries = new Map<string, unknown>(schemas.map((schema, index) => [names[index] ?? '', schema]));
    const partOf = (location: string): Element | undefined => {
      const key = resources.get(location) ?? location;
      const part = entryOf(message.environment, key);
      entries.set(key, part);
      return typeof part === 'object' ? part : undefined;
    };
    const schema = await compileXmlSchema(schemas, partOf);
    cached = { entries, names: names.join(), schema };
    return schema;
  };
}

function xmlEntry(message: Message, key: string): Element {
  const entry = requiredEntry(message.environment, key);
  if (typeof entry === 'string') throw new Fault(`The XML schema ${key} is a text; it has to be an XML entry`);
  return entry;
}

const keyOf = (key: DynamicValue, message: Message): string => key.literal ?? key.evaluate(message) ?? '';

function schemaKeys(element: ConfigElement): DynamicValue[] {
  const schemas = element.elements().filter(({ localName }) => localName === 'schema');
  if (schemas.length === 0) {
    element.fail('missing-element', '<validate> needs a <schema>', { hint: 'add <schema key="…"/>' });
  }
  return schemas.map((schema) => {
    requiredAttribute(schema, 'key');
    return dynamicAttribute(schema, 'key');
  });
}

/** Features are of the reference's parser and change nothing here. */
function checkFeatures(element: ConfigElement): void {
  for (const feature of element.elements()) {
    if (feature.localName !== 'feature') continue;
    requiredAttribute(feature, 'name');
    const value = requiredAttribute(feature, 'value');
    if (value !== 'true' && value !== 'false') {
      feature.fail('invalid-attribute-value', `value="${value}" of a <feature> is neither true nor false`, {
        attribute: 'value',
        hint: 'use true or false',
      });
    }
  }
}
