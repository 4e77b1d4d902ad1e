import type { ConfigElement } from '../../configuration/element.js';
import { JsonSyntaxError, parseJson } from '../../json/parse.js';
import { isJsonArray, isJsonObject, JsonNumber, type JsonObject, type JsonValue } from '../../json/value.js';
import { escapeAttribute, escapeText } from '../../xml/serialize.js';
import { childText } from '../configured.js';
import { PolicyFault } from '../fault.js';
import { definePolicy } from '../policy.js';
import { contentOf, isAlready, putContent } from './converted-content.js';

/**
 * ```xml
 * <JSONToXML name="json-to-xml">
 *   <Source>response</Source> <OutputVariable>response</OutputVariable>
 *   <Options>
 *     <NullValue>NULL</NullValue> <NamespaceBlockName>#namespaces</NamespaceBlockName>
 *     <DefaultNamespaceNodeName>$default</DefaultNamespaceNodeName> <NamespaceSeparator>:</NamespaceSeparator>
 *     <TextNodeName>#text</TextNodeName> <AttributeBlockName>#attrs</AttributeBlockName> <AttributePrefix>@</AttributePrefix>
 *     <InvalidCharsReplacement>_</InvalidCharsReplacement> <ObjectRootElementName>Root</ObjectRootElementName>
 *     <ArrayRootElementName>Array</ArrayRootElementName> <ArrayItemElementName>Item</ArrayItemElementName>
 *   </Options>
 * </JSONToXML>
 * ```
 *
 * Turns JSON into XML (api-management 2.6): a member is an element, an array under it the element repeated. Content-Type
 * becomes application/xml.
 */
export const jsonToXml = definePolicy({
  element: 'JSONToXML',
  summary: 'Turns JSON into XML.',
  children: ['Source', 'OutputVariable', 'Options'],
  compile(element, context) {
    const options = readOptions(element);
    const source = childText(element, 'Source') ?? 'message';
    const output = childText(element, 'OutputVariable') ?? source;
    return {
      contentAware: true,
      run(flow) {
        if (isAlready(flow, source, 'xml')) return;
        const content = contentOf(flow, source, context.name, 'steps.json2xml');
        putContent(flow, output, convert(content, options, context.name), 'application/xml');
      },
    };
  },
});

interface Options {
  readonly nullValue: string;
  readonly namespaceBlock: string;
  readonly defaultNamespace: string;
  readonly namespaceSeparator: string;
  readonly textName: string;
  readonly attributeBlock: string;
  readonly attributePrefix: string;
  readonly replacement: string;
  readonly objectRoot: string;
  readonly arrayRoot: string;
  readonly item: string;
}

function readOptions(element: ConfigElement): Options {
  const options = element.element('Options');
  const text = (name: string, absent: string) => (options ? childText(options, name) : undefined) ?? absent;
  return {
    nullValue: text('NullValue', ''),
    namespaceBlock: text('NamespaceBlockName', '#namespaces'),
    defaultNamespace: text('DefaultNamespaceNodeName', '$default'),
    namespaceSeparator: text('NamespaceSeparator', ':'),
    textName: text('TextNodeName', '#text'),
    attributeBlock: text('AttributeBlockName', '#attrs'),
    attributePrefix: text('AttributePrefix', '@'),
    replacement: text('InvalidCharsReplacement', '_'),
    objectRoot: text('ObjectRootElementName', 'Root'),
    arrayRoot: text('ArrayRootElementName', 'Array'),
    item: text('ArrayItemElementName', 'Item'),
  };
}

function convert(content: string, options: Options, policy: string): string {
  const value = parsed(content, policy);
  if (isJsonArray(value)) {
    const items = value.map((item) => elementText(options.item, item, options)).join('');
    return `<${options.arrayRoot}>${items}</${options.arrayRoot}>`;
  }
  // A single member that is no array can be the root itself.
  if (isJsonObject(value) && value.size === 1) {
    const [name, only] = value.entries().next().value as [string, JsonValue];
    if (!isJsonArray(only) && !isSpecial(name, options)) return elementText(name, only, options);
  }
  return elementText(options.objectRoot, value, options);
}

function parsed(content: string, policy: string): JsonValue {
  try {
    return parseJson(content.replace(/^\ufeff/, ''));
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    const code = 'steps.json2xml.ExecutionFailed';
    throw new PolicyFault({
      code,
      text: `JSONToXML[${policy}]: The content is no JSON: ${error.message}`,
      cause: error,
    });
  }
}

const isSpecial = (name: string, { attributePrefix, attributeBlock, namespaceBlock, textName }: Options): boolean =>
  name === attributeBlock ||
  name === namespaceBlock ||
  name === textName ||
  (attributePrefix !== '' && name.startsWith(attributePrefix));

function elementText(name: string, value: JsonValue, options: Options): string {
  const tag = tagName(name, options);
  if (isJsonArray(value)) {
    const items = value.map((item) =>
      isJsonArray(item) ? elementText(options.item, item, options) : elementText(name, item, options),
    );
    return value.some(isJsonArray) ? `<${tag}>${items.join('')}</${tag}>` : items.join('');
  }
  if (!isJsonObject(value)) return wrapped(tag, '', escapeText(scalarText(value, options)));
  const { attributes, children } = partsOf(value, options);
  return wrapped(tag, attributes, children);
}

const wrapped = (tag: string, attributes: string, children: string): string =>
  children === '' ? `<${tag}${attributes}/>` : `<${tag}${attributes}>${children}</${tag}>`;

function partsOf(object: JsonObject, options: Options): { attributes: string; children: string } {
  let attributes = '';
  let children = '';
  for (const [name, value] of object) {
    if (name === options.namespaceBlock && isJsonObject(value)) attributes += declarations(value, options);
    else if (name === options.attributeBlock && isJsonObject(value)) {
      for (const [attribute, text] of value) attributes += attributeText(attribute, text, options);
    } else if (name === options.textName && !isJsonObject(value) && !isJsonArray(value)) {
      children += escapeText(scalarText(value, options));
    } else if (options.attributePrefix !== '' && name.startsWith(options.attributePrefix) && isScalar(value)) {
      attributes += attributeText(name.slice(options.attributePrefix.length), value, options);
    } else children += elementText(name, value, options);
  }
  return { attributes, children };
}

const isScalar = (value: JsonValue): boolean => !isJsonObject(value) && !isJsonArray(value);

function attributeText(name: string, value: JsonValue, options: Options): string {
  return ` ${tagName(name, options)}="${escapeAttribute(scalarText(value, options))}"`;
}

function declarations(block: JsonObject, options: Options): string {
  return [...block]
    .map(([prefix, uri]) => {
      const name = prefix === options.defaultNamespace ? 'xmlns' : `xmlns:${tagName(prefix, options)}`;
      return ` ${name}="${escapeAttribute(scalarText(uri, options))}"`;
    })
    .join('');
}

function scalarText(value: JsonValue, { nullValue }: Options): string {
  if (value === null) return nullValue;
  return value instanceof JsonNumber ? value.literal : String(value);
}

/** Characters that no XML name has are replaced; one that may not be the first gets the replacement before it. */
function tagName(name: string, { namespaceSeparator, replacement }: Options): string {
  const separated = namespaceSeparator === '' ? name : name.split(namespaceSeparator).join(':');
  const safe = separated.replace(/[^\p{L}\p{N}_.:-]/gu, replacement);
  return /^[\p{L}_]/u.test(safe) ? safe : `${replacement === '' ? '_' : replacement}${safe}`;
}
