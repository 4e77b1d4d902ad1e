import type { Node } from '@xmldom/xmldom';
import { JsonPathError } from '../../expression/jsonpath/errors.js';
import { compileJsonPath } from '../../expression/jsonpath/jsonpath.js';
import { compileXPathOnNode } from '../../expression/xpath/on-node.js';
import { stringOf } from '../../expression/xpath/values.js';
import { parseJson } from '../../json/parse.js';
import { jsonText } from '../../json/text.js';
import { isJsonArray, JsonNumber, type JsonValue } from '../../json/value.js';
import { parseXml } from '../../xml/parse.js';

/** Texts that a path finds in content; none where it leads nowhere, or where there is no content. */
export type ReadTexts = (content: string) => string[];

/** @throws ExpressionSyntaxError @returns a function that throws JsonSyntaxError */
export function compileJsonTexts(expression: string): ReadTexts {
  const path = compileJsonPath(expression);
  return (content) => {
    if (content.trim() === '') return [];
    try {
      const { value } = path.read(parseJson(content));
      return (isJsonArray(value) ? value : [value]).map(textOfJson);
    } catch (error) {
      if (error instanceof JsonPathError) return [];
      throw error;
    }
  };
}

function textOfJson(value: JsonValue): string {
  if (typeof value === 'string') return value;
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
