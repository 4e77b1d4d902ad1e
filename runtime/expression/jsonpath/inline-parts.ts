import type { Message } from '../../message/message.js';
import type { Expression } from '../expression.js';

/** An expression in braces: no blanks, quotes, commas, angle brackets or `]` inside (message-model 3.4.1). */
const part = /\{([^\s"',<>\]{}]+)\}/g;

/**
 * Finds the `{expression}` parts of a path.
 *
 * @param compile gives undefined for a text in braces that is no expression; it stays as it is
 * @returns the path's text for a message, or undefined when the path has no such part
 */
export function compileInlineParts(
  path: string,
  compile: (text: string) => Expression | undefined,
): ((message: Message) => string) | undefined {
  const pieces: (string | Expression)[] = [];
  let from = 0;
  for (const match of path.matchAll(part)) {
    const expression = compile(match[1] ?? '');
    if (!expression) continue;
    pieces.push(path.slice(from, match.index), expression);
    from = match.index + match[0].length;
  }
  if (pieces.length === 0) return undefined;
  pieces.push(path.slice(from));
  return (message) => {
    let text = '';
    for (const piece of pieces) text += typeof piece === 'string' ? piece : (piece.text(message) ?? '');
    return text;
  };
}
