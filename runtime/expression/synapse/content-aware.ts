import { ExpressionSyntaxError } from '../expression.js';
import { compileXPath } from '../xpath/compile.js';

const payloadWord = /(?<![\p{L}\p{Nd}_."'])(?:payload|\$)(?![\p{L}\p{Nd}_"'])/u;
const xpathCall = /xpath\(['"](.*?)['"]\s*(,\s*['"](.*?)['"])?\)?/g;

/**
 * Whether the body has to be built before the expression runs: its text uses `payload` or `$` as a word, or calls
 * `xpath()` without a variable and with a content-aware XPath (message-model 3.6 "Content awareness"). The engine looks
 * at the text, not at the grammar, so a `payload` within a longer string counts too.
 */
export function isContentAware(source: string): boolean {
  if (payloadWord.test(source) || source === 'payload' || source === '$') return true;
  for (const [, text = '', variable] of source.matchAll(xpathCall)) {
    if (variable === undefined && isContentAwareXPath(text)) return true;
  }
  return false;
}

function isContentAwareXPath(text: string): boolean {
  try {
    return compileXPath(text, new Map()).contentAware;
  } catch (error) {
    if (error instanceof ExpressionSyntaxError) return false;
    throw error;
  }
}
