import type { Message } from '../../message/message.js';
import { type Expression, ExpressionSyntaxError, type Namespaces } from '../expression.js';
import { compileSynapseExpression } from './synapse.js';

/** A text with `${…}` placeholders (message-model 3.7). */
export interface Template {
  /** Literal texts and compiled placeholders in their order. */
  readonly parts: readonly (string | Expression)[];
  /** Whether a placeholder needs the body. */
  readonly contentAware: boolean;
  /** The text with the string value of each placeholder. Throws a Fault where an expression faults. */
  render(message: Message): string;
}

/**
 * A placeholder ends at the first closing brace that leaves something inside, on the same line; the rest of a line
 * without such a brace holds none.
 */
const placeholder = /\$\{(?:(.[^}\n\r\u2028\u2029]*)\}|.*)/g;

/**
 * Compiles the inline template of a log message and its like.
 *
 * @throws ExpressionSyntaxError with the column within the whole text
 */
export function compileTemplate(text: string, namespaces?: Namespaces): Template {
  const parts: (string | Expression)[] = [];
  let end = 0;
  for (const match of text.matchAll(placeholder)) {
    if (match[1] === undefined) continue;
    if (match.index > end) parts.push(text.slice(end, match.index));
    parts.push(compilePlaceholder(match[1] ?? '', match.index + 2, namespaces));
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push(text.slice(end));
  return {
    parts,
    contentAware: parts.some((part) => typeof part !== 'string' && part.contentAware),
    render: (message) => parts.map((part) => (typeof part === 'string' ? part : (part.text(message) ?? ''))).join(''),
  };
}

function compilePlaceholder(source: string, offset: number, namespaces: Namespaces | undefined): Expression {
  try {
    return compileSynapseExpression(source, namespaces);
  } catch (error) {
    if (!(error instanceof ExpressionSyntaxError)) throw error;
    throw new ExpressionSyntaxError(`\${${source}}: ${error.message}`, error.column + offset, error.hint);
  }
}
