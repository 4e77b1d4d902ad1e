import type { ConfigElement } from '../../configuration/element.js';
import { ConfigurationError } from '../../configuration/problem.js';
import { type CompiledCondition, compileCondition } from './compile.js';
import { ConditionSyntaxError } from './tokens.js';

/**
 * Compiles the condition that is the text of an element.
 * @throws ConfigurationError `condition-syntax` at the place where the condition cannot be read
 */
export function conditionAt(element: ConfigElement): CompiledCondition {
  const { text } = element;
  try {
    return compileCondition(text);
  } catch (error) {
    if (!(error instanceof ConditionSyntaxError)) throw error;
    throw new ConfigurationError({
      ...element.problem('condition-syntax', `The condition cannot be read: ${error.message}.`),
      ...placeIn(element, text, error.offset),
    });
  }
}

/** Line and column of a character of an element's text; exact as long as no escapes stand before it in the same line. */
function placeIn(element: ConfigElement, text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  const last = before.at(-1) ?? '';
  const line = element.line + before.length - 1;
  if (before.length > 1) return { line, column: last.length + 1 };
  const isCdata = element.node.firstChild?.nodeType === 4;
  const startTag = `<${element.node.nodeName}>${isCdata ? '<![CDATA[' : ''}`;
  return { line, column: element.column + startTag.length + last.length };
}
