import type { Node } from '@xmldom/xmldom';
import type { ConfigElement } from '../../configuration/element.js';
import { ExpressionSyntaxError } from '../../expression/expression.js';
import { JsonPathError } from '../../expression/jsonpath/errors.js';
import { compileJsonPath } from '../../expression/jsonpath/jsonpath.js';
import { compileXPathOnNode } from '../../expression/xpath/on-node.js';
import { stringOf } from '../../expression/xpath/values.js';
import { parseJson } from '../../json/parse.js';
import { jsonText } from '../../json/text.js';
import { isJsonArray, JsonNumber, type JsonValue } from '../../json/value.js';
import { parseXml } from '../../xml/parse.js';
import { attributeText, textIn } from '../configured.js';

/** Texts that a path finds in content; none where it leads nowhere, or where there is no content. */
export type ReadTexts = (content: string) => string[];

/** @throws ExpressionSyntaxError @returns a function that throws JsonSyntaxError */
export function compileJsonTexts(expression: string): ReadTexts {
  const path = compileJsonPath(expression);
  return (content) => {
    if (content.trim() === '') return [];
    try {
      const { value } = path.read(parseJson(content));
      return (isJsonArray(value) ? value : [value]).map((item) => String(jsonScalar(item)));
    } catch (error) {
      if (error instanceof JsonPathError) return [];
      throw error;
    }
  };
}

/** Texts and booleans as they are; everything else as JSON text. */
export function jsonScalar(value: JsonValue): string | boolean {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  return value instanceof JsonNumber ? value.literal : jsonText(value);
}

/** @throws ExpressionSyntaxError @returns a function that throws XmlError */
export function compileXmlTexts(expression: string, namespaces: ReadonlyMap<string, string>): ReadTexts {
  const evaluate = compileXPathOnNode(expression, namespaces);
  return (content) => {
    if (content.trim() === '') return [];
    const value = evaluate(parseXml(content, { allowDoctype: true }));
    return Array.isArray(value) ? value.map((node: Node) => stringOf([node])) : [stringOf(value)];
  };
}

/** URIs by prefix, of `<Namespaces><Namespace prefix="o">urn:orders</Namespace></Namespaces>`. */
export function namespacesOf(payload: ConfigElement): ReadonlyMap<string, string> {
  const declared = payload.element('Namespaces')?.elements() ?? [];
  return new Map(declared.map((one) => [attributeText(one, 'prefix') ?? '', textIn(one) ?? '']));
}

/** Runs a compiler of paths; what it refuses is a mistake in the file. @throws ConfigurationError */
export function compiledAt<Result>(element: ConfigElement, compile: () => Result): Result {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof ExpressionSyntaxError)) throw error;
    return element.fail('expression-syntax', `The path cannot be read: ${error.message}`);
  }
}
