import { parseLenientJson } from '../json/parse.js';
import type { Message } from '../message/message.js';
import { parseElement } from '../xml/parse.js';
import { compileExpression } from './compile.js';
import { type Expression, type Namespaces, withinText } from './expression.js';

/** A text with `{expression}` parts, compiled (mediators 2.5, `wso2-synapse: InlineExpressionUtil`). */
export interface InlineText {
  readonly contentAware: boolean;
  /** The text with its parts replaced. Throws a Fault. */
  render(message: Message): string;
}

/**
 * Braces around a run without blanks, double quotes, commas, angle brackets and closing brackets. A run that ends
 * otherwise is passed over as a whole: no brace inside it would end otherwise.
 */
const run = /\{([^\s",<>}\]]*)(\})?/g;

/**
 * Compiles a text with inline expressions, XPath or json-eval, never `${…}`. JSON and XML values are inserted as they
 * are; other values are put in double quotes unless the placeholder stands between such quotes. Null is empty.
 * @throws ExpressionSyntaxError for an expression that does not parse
 */
export function compileInlineText(text: string, namespaces: Namespaces): InlineText {
  const parts: (string | Placeholder)[] = [];
  let end = 0;
  for (const match of text.matchAll(run)) {
    if (!match[1] || !match[2]) continue;
    const after = match.index + match[0].length;
    const quoted = text.charAt(match.index - 1) === '"' && text.charAt(after) === '"';
    const expression = withinText(match.index + 1, () => compileExpression(match[1] ?? '', namespaces));
    parts.push(text.slice(end, match.index), { expression, quoted });
    end = after;
  }
  parts.push(text.slice(end));
  return {
    contentAware: parts.some((part) => typeof part !== 'string' && part.expression.contentAware),
    render: (message) => parts.map((part) => (typeof part === 'string' ? part : rendered(part, message))).join(''),
  };
}

/** {@link compileInlineText} for a text that is known only at run time. */
export function substituteInline(text: string, message: Message, namespaces: Namespaces): string {
  return text.includes('{') ? compileInlineText(text, namespaces).render(message) : text;
}

interface Placeholder {
  readonly expression: Expression;
  /** Directly between double quotes. */
  readonly quoted: boolean;
}

function rendered({ expression, quoted }: Placeholder, message: Message): string {
  const value = expression.text(message) ?? '';
  return quoted || isMarkup(value) || isJson(value) ? value : `"${value}"`;
}

function isMarkup(text: string): boolean {
  return text.trimStart().startsWith('<') && succeeds(() => parseElement(text));
}

/** As leniently as bodies are read, so that a bare word counts; several words do not. */
function isJson(text: string): boolean {
  return text !== '' && succeeds(() => parseLenientJson(text));
}

function succeeds(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}
