import type { Document, Node } from '@xmldom/xmldom';
import type { ConfigElement } from '../../configuration/element.js';
import { remembering } from '../../expression/cache.js';
import { JsonPathError } from '../../expression/jsonpath/errors.js';
import { compileJsonPath, type JsonPath } from '../../expression/jsonpath/jsonpath.js';
import { compileXPathOnNode } from '../../expression/xpath/on-node.js';
import { booleanOf, stringOf } from '../../expression/xpath/values.js';
import { parseJson } from '../../json/parse.js';
import type { JsonValue } from '../../json/value.js';
import { parseXml } from '../../xml/parse.js';
import { serializeNode } from '../../xml/serialize.js';
import { attributeText, childText, textIn } from '../configured.js';
import type { FlowContext } from '../flow-context.js';
import { compileTemplate } from '../template.js';
import { compiledAt, jsonScalar, namespacesOf } from './payload-values.js';

/** A variable of `<JSONPayload>` or `<XMLPayload>`. */
export interface PayloadVariable<Root> {
  readonly name: string;
  /** The path as written, for faults. */
  readonly path: string;
  /** @returns undefined when the path leads nowhere. @throws CastError */
  read(root: Root, flow: FlowContext): unknown;
}

/** A value that is not of the type that the policy asks for. */
export class CastError extends Error {}

const types = ['string', 'boolean', 'integer', 'long', 'float', 'double', 'nodeset'] as const;
type ValueType = (typeof types)[number];

function typeOf(element: ConfigElement): ValueType {
  const text = attributeText(element, 'type')?.toLowerCase() ?? 'string';
  const found = types.find((type) => type === text);
  return found ?? element.fail('bad-value', `type must be one of ${types.join(', ')}`, { attribute: 'type' });
}

function variableName(element: ConfigElement): string {
  return attributeText(element, 'name') ?? element.fail('missing-attribute', '<Variable> needs a name');
}

/** Children `<Variable>` with a path; one without a path is absent. */
function variablesOf(element: ConfigElement, pathElement: string): { element: ConfigElement; path: ConfigElement }[] {
  return element.elements().flatMap((child) => {
    const path = child.element(pathElement);
    return child.localName === 'Variable' && path && textIn(path) ? [{ element: child, path }] : [];
  });
}

export function jsonVariables(payload: ConfigElement): PayloadVariable<JsonValue>[] {
  return variablesOf(payload, 'JSONPath').map(({ element, path }) => {
    const source = childText(element, 'JSONPath') ?? '';
    const template = compileTemplate(source);
    const compiled = template.variables.length > 0 ? undefined : compiledAt(path, () => compileJsonPath(source));
    // A path with a variable in it is known at run time only.
    const compile = remembering((text: string) => compileJsonPath(text));
    const type = typeOf(element);
    return {
      name: variableName(element),
      path: source,
      read: (root, flow) => {
        const value = readPath(compiled ?? compile(template.render(flow, true)), root);
        return value === undefined || value === null ? undefined : cast(jsonScalar(value), type);
      },
    };
  });
}

function readPath(path: JsonPath, root: JsonValue): JsonValue | undefined {
  try {
    const { value } = path.read(root);
    return Array.isArray(value) && value.length === 0 && !path.definite ? undefined : value;
  } catch (error) {
    if (error instanceof JsonPathError) return undefined;
    throw error;
  }
}

export function xmlVariables(payload: ConfigElement): PayloadVariable<Document>[] {
  const namespaces = namespacesOf(payload);
  return variablesOf(payload, 'XPath').map(({ element, path }) => {
    const source = childText(element, 'XPath') ?? '';
    const evaluate = compiledAt(path, () => compileXPathOnNode(source, namespaces));
    const type = typeOf(element);
    return {
      name: variableName(element),
      path: source,
      read: (root) => {
        const value = evaluate(root);
        if (Array.isArray(value) && value.length === 0) return undefined;
        return type === 'nodeset'
          ? markupOf(value)
          : type === 'boolean'
            ? booleanValue(value)
            : cast(stringOf(value), type);
      },
    };
  });
}

/** `true` and `false` in the text of a node count as what they say. */
function booleanValue(value: unknown): boolean {
  const text = Array.isArray(value) ? stringOf(value).trim().toLowerCase() : '';
  return text === 'true' || text === 'false' ? text === 'true' : booleanOf(value);
}

function markupOf(value: unknown): string {
  return Array.isArray(value) ? value.map((node) => serializeNode(node as Node)).join('') : stringOf(value);
}

function cast(value: string | boolean, type: ValueType): unknown {
  const text = String(value).trim();
  switch (type) {
    case 'boolean':
      if (/^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true';
      break;
    case 'integer':
    case 'long':
      if (/^[+-]?\d+$/.test(text)) return Number.isSafeInteger(Number(text)) ? Number(text) : text;
      break;
    case 'float':
    case 'double':
      if (text !== '' && Number.isFinite(Number(text))) return Number(text);
      break;
    default:
      return value;
  }
  throw new CastError(`is no ${type}`);
}

/** @throws JsonSyntaxError */
export function parseJsonPayload(content: string): JsonValue {
  return parseJson(content.replace(/^\ufeff/, ''));
}

/** @throws XmlError */
export function parseXmlPayload(content: string): Document {
  return parseXml(content, { allowDoctype: true });
}
