import type { Message } from '../message/message.js';
import { compileExpression } from './compile.js';
import { type Expression, type Namespaces, withinText } from './expression.js';

/** A "Value" attribute: a key, a name, an address, a template parameter (message-model 3.1, mediators 2.5). */
export interface DynamicValue {
  /** The text, when it is not an expression. */
  readonly literal?: string;
  /** Whether the body has to be built before {@link evaluate} (mediators 2.4). */
  readonly contentAware: boolean;
  /** The text, or the expression's string value; null when that has no value. Throws a Fault. */
  evaluate(message: Message): string | null;
  /** The expression of `{{…}}`, which the consumer evaluates when the value is read; others see it as `{…}`. */
  readonly deferred?: Expression;
}

/**
 * Compiles a "Value" attribute: `{expression}` is evaluated, `{{expression}}` is deferred, anything else is literal.
 * @throws ExpressionSyntaxError with the column in `text`
 */
export function compileDynamicValue(text: string, namespaces: Namespaces): DynamicValue {
  if (text.length < 2 || !text.startsWith('{') || !text.endsWith('}')) return literalValue(text);
  if (text.length > 3 && text.startsWith('{{') && text.endsWith('}}')) {
    const deferred = withinText(2, () => compileExpression(text.slice(2, -2), namespaces));
    return { ...fixed(text.slice(1, -1)), deferred };
  }
  const expression = withinText(1, () => compileExpression(text.slice(1, -1), namespaces));
  return { contentAware: expression.contentAware, evaluate: (message) => expression.text(message) };
}

const fixed = (text: string): DynamicValue => ({ contentAware: false, evaluate: () => text });
const literalValue = (text: string): DynamicValue => ({ ...fixed(text), literal: text });
