import type { Attr, Element } from '@xmldom/xmldom';
import { parseLenientJson } from '../../json/parse.js';
import { jsonText } from '../../json/text.js';
import { JsonNumber, type JsonObject, type JsonValue } from '../../json/value.js';
import { XmlError } from '../../xml/error.js';
import { parseXml } from '../../xml/parse.js';
import { childText } from '../configured.js';
import { PolicyFault } from '../fault.js';
import { definePolicy } from '../policy.js';
import { contentOf, isAlready, putContent } from './converted-content.js';
import { readXmlToJsonOptions, type XmlToJsonOptions } from './xml-to-json-options.js';

/**
 * ```xml
 * <XMLToJSON name="xml-to-json">
 *   <Source>response</Source> <OutputVariable>response</OutputVariable>
 *   <Options>
 *     <TextNodeName>#text</TextNodeName> <TextAlwaysAsProperty>false</TextAlwaysAsProperty>
 *     <AttributePrefix>@</AttributePrefix> <AttributeBlockName>#attrs</AttributeBlockName>
 *     <NamespaceBlockName>#namespaces</NamespaceBlockName> <DefaultNamespaceNodeName>$default</DefaultNamespaceNodeName>
 *     <NamespaceSeparator>:</NamespaceSeparator>
 *     <RecognizeNumber/> <RecognizeBoolean/> <RecognizeNull/>
 *     <StripLevels>0</StripLevels> <TreatAsArray><Path unwrap="true">a/b</Path></TreatAsArray>
 *     <OutputPrefix/> <OutputSuffix/>
 *   </Options> | <Format>yahoo</Format>
 * </XMLToJSON>
 * ```
 *
 * Turns XML into JSON (api-management 2.6): an element is a member, repeated ones are an array, attributes are members
 * with `@`. Content-Type becomes application/json.
 */
export const xmlToJson = definePolicy({
  element: 'XMLToJSON',
  summary: 'Turns XML into JSON.',
  children: ['Source', 'OutputVariable', 'Options', 'Format'],
  compile(element, context) {
    const options = readXmlToJsonOptions(element);
    const source = childText(element, 'Source') ?? 'message';
    const output = childText(element, 'OutputVariable') ?? source;
    return {
      contentAware: true,
      run(flow) {
        if (isAlready(flow, source, 'json')) return;
        const content = contentOf(flow, source, context.name, 'steps.xml2json');
        const text = options.outputPrefix + jsonText(convert(content, options, context.name)) + options.outputSuffix;
        putContent(flow, output, text, 'application/json');
      },
    };
  },
});

function convert(content: string, options: XmlToJsonOptions, policy: string): JsonValue {
  let root: Element;
  try {
    root = parseXml(content, { allowDoctype: true }).documentElement as Element;
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    const code = 'steps.xml2json.ExecutionFailed';
    throw new PolicyFault({
      code,
      text: `XMLToJSON[${policy}]: The content is no XML: ${error.message}`,
      cause: error,
    });
  }
  const name = nameOf(root, options);
  const value = elementValue(root, [name], options);
  return stripped(new Map([[name, value]]), options.stripLevels);
}

function stripped(value: JsonValue, levels: number): JsonValue {
  let current = value;
  for (let level = 0; level < levels; level++) {
    if (!(current instanceof Map) || current.size !== 1) return current;
    current = current.values().next().value as JsonValue;
  }
  return current;
}

function elementValue(element: Element, path: readonly string[], options: XmlToJsonOptions): JsonValue {
  const object: JsonObject = new Map();
  addNamespaces(object, element, options);
  addAttributes(object, element, options);
  const repeated = addChildren(object, element, path, options);
  const text = directText(element);
  const isEmpty = text.trim() === '';
  const [only] = object.size === 1 ? repeated : [];
  if (only !== undefined && isEmpty && isUnwrapped([...path, only], options)) return object.get(only) ?? null;
  if (object.size === 0 && (!options.textAlways || isEmpty)) {
    return isEmpty && text === '' ? (options.recognizeNull ? null : '') : scalar(text, options);
  }
  if (!isEmpty) object.set(options.textName, scalar(text.trim(), options));
  return object;
}

/** @returns names of members that are arrays because the policy wants them so */
function addChildren(
  object: JsonObject,
  element: Element,
  path: readonly string[],
  options: XmlToJsonOptions,
): string[] {
  const wanted: string[] = [];
  for (const child of childElements(element)) {
    const name = nameOf(child, options);
    const childPath = [...path, name];
    const value = elementValue(child, childPath, options);
    const before = object.get(name);
    if (Array.isArray(before)) before.push(value);
    else if (before !== undefined) object.set(name, [before, value]);
    else if (isArrayPath(childPath, options)) {
      object.set(name, [value]);
      wanted.push(name);
    } else object.set(name, value);
  }
  return wanted;
}

const samePath = (one: readonly string[], other: readonly string[]) =>
  one.length === other.length && one.every((part, index) => part === other[index]);

const isArrayPath = (path: readonly string[], { arrays }: XmlToJsonOptions): boolean =>
  arrays.some((array) => samePath(array.path, path));

const isUnwrapped = (path: readonly string[], { arrays }: XmlToJsonOptions): boolean =>
  arrays.some((array) => array.unwrap && samePath(array.path, path));

function addNamespaces(object: JsonObject, element: Element, options: XmlToJsonOptions): void {
  if (options.namespaceBlock === undefined) return;
  const declared = attributesOf(element).filter(isDeclaration);
  if (declared.length === 0) return;
  const block: JsonObject = new Map();
  for (const { name, value } of declared) {
    block.set(name === 'xmlns' ? options.defaultNamespaceName : name.slice('xmlns:'.length), value);
  }
  object.set(options.namespaceBlock, block);
}

function addAttributes(object: JsonObject, element: Element, options: XmlToJsonOptions): void {
  const attributes = attributesOf(element).filter((attribute) => !isDeclaration(attribute));
  if (attributes.length === 0) return;
  const target: JsonObject = options.attributeBlock === undefined ? object : new Map();
  if (target !== object) object.set(options.attributeBlock as string, target);
  for (const attribute of attributes) {
    const name = attribute.name.replace(':', options.namespaceSeparator);
    target.set((target === object ? options.attributePrefix : '') + name, scalar(attribute.value, options));
  }
}

const attributesOf = (element: Element): Attr[] => Array.from(element.attributes as unknown as Iterable<Attr>);
const isDeclaration = ({ name }: Attr): boolean => name === 'xmlns' || name.startsWith('xmlns:');

function nameOf(element: Element, { namespaceSeparator }: XmlToJsonOptions): string {
  return element.nodeName.replace(':', namespaceSeparator);
}

function childElements(element: Element): Element[] {
  return Array.from(element.childNodes).filter((node): node is Element => node.nodeType === 1);
}

function directText(element: Element): string {
  const texts = Array.from(element.childNodes).filter(({ nodeType }) => nodeType === 3 || nodeType === 4);
  return texts.map(({ nodeValue }) => nodeValue ?? '').join('');
}

function scalar(text: string, options: XmlToJsonOptions): JsonValue {
  const trimmed = text.trim();
  if (options.recognizeBoolean && /^(?:true|false)$/.test(trimmed)) return trimmed === 'true';
  if (options.recognizeNumber && /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(trimmed)) {
    const number = parseLenientJson(trimmed);
    if (number instanceof JsonNumber) return number;
  }
  return text;
}
