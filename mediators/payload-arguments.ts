import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import { javaTrim } from '../runtime/java/parse-number.js';
import type { Message } from '../runtime/message/message.js';
import { booleanAttribute } from './attribute.js';
import { escapeXml, type PayloadMedia } from './payload-conversion.js';
import { looksLikeXml } from './xml-looking.js';

/** A prepared argument: its text, and how it is inserted (mediators 6.1 "Argument evaluation"). */
export interface PayloadValue {
  readonly text: string;
  readonly kind: 'xml' | 'json' | 'string';
  /** Inserted as a string whatever it looks like. */
  readonly literal: boolean;
}

export type PayloadArgument = (message: Message) => PayloadValue;

/** Compiles the children of `<args>`, whatever they are called. @throws ConfigurationError */
export function compileArguments(
  element: ConfigElement | undefined,
  context: CompileContext,
  media: PayloadMedia,
): PayloadArgument[] {
  return (element?.elements() ?? []).map((child) => compileArgument(child, context, media));
}

function compileArgument(element: ConfigElement, context: CompileContext, media: PayloadMedia): PayloadArgument {
  const value = element.attribute('value');
  if (value !== undefined) {
    // Escaped for XML in every media type, as the reference does it.
    const isXml = looksLikeXml(value);
    const constant: PayloadValue = {
      text: isXml ? value : escapeXml(value),
      kind: isXml ? 'xml' : 'string',
      literal: false,
    };
    return () => constant;
  }
  const source = element.attribute('expression');
  if (!source?.trim()) {
    element.fail(
      'missing-attribute',
      'an argument of payloadFactory needs "value" or an "expression" that is not blank',
      {
        ...(source === undefined ? {} : { attribute: 'expression' }),
        hint: 'add value="…" or expression="…"',
      },
    );
  }
  const literal = booleanAttribute(element, 'literal');
  const isJsonPath = element.attribute('evaluator') === 'json';
  const expression = compileExpression(element, context, source, isJsonPath);
  return (message) => {
    const text = expression.text(message) ?? '';
    const isJson = isJsonPath && startsJson(text);
    const isXml = looksLikeXml(text);
    const prepared = media === 'xml' && !isXml && !isJson ? escapeXml(text) : text;
    if (literal) return { text: prepared, kind: 'string', literal };
    return { text: prepared, kind: isJson ? 'json' : isXml && !isJsonPath ? 'xml' : 'string', literal };
  };
}

function compileExpression(element: ConfigElement, context: CompileContext, source: string, isJsonPath: boolean) {
  if (isJsonPath) {
    const path = source.startsWith('json-eval(') ? source : `json-eval(${source})`;
    return context.expression(element, 'expression', path);
  }
  const expression = context.expression(element, 'expression');
  if (expression.language !== 'xpath') {
    element.fail('invalid-expression', 'an argument without evaluator="json" takes an XPath expression', {
      attribute: 'expression',
      hint: 'add evaluator="json" for a JSONPath, or write ${…} into the format itself',
    });
  }
  return expression;
}

/** Whether a text, blanks as Java trims them left out, begins like a JSON object or array. */
export function startsJson(text: string): boolean {
  const first = javaTrim(text)[0];
  return first === '{' || first === '[';
}
