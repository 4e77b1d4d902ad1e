import { type Expression, ExpressionSyntaxError, type Namespaces, withinText } from './expression.js';
import { compileJsonEval } from './jsonpath/json-eval.js';
import { compileSynapseExpression } from './synapse/synapse.js';
import { compileXPath } from './xpath/compile.js';

/**
 * Compiles the text of an expression attribute (message-model 3.1): `json-eval(…)` is JSONPath, `${…}` a Synapse
 * expression, anything else XPath. Blanks around the text count, and the last character of a json-eval is dropped
 * whatever it is, as in the reference engine.
 * @throws ExpressionSyntaxError with the column in `text`
 */
export function compileExpression(text: string, namespaces: Namespaces): Expression {
  if (text.startsWith('json-eval(')) return compileJsonEval(text, namespaces);
  if (text.startsWith('${') && text.endsWith('}')) {
    return withinText(2, () => aloneInBraces(text.slice(2, -1), namespaces));
  }
  return compileXPath(text, namespaces);
}

/** `${a} text ${b}` is taken for one expression, which does not parse (message-model 3.1 rule 2). */
function aloneInBraces(source: string, namespaces: Namespaces): Expression {
  try {
    return compileSynapseExpression(source, namespaces);
  } catch (error) {
    if (!(error instanceof ExpressionSyntaxError) || !/\}[\s\S]*\$\{/.test(source)) throw error;
    const hint = 'an expression is one ${…} as a whole; a text with several of them is a template';
    throw new ExpressionSyntaxError(error.message, error.column, hint);
  }
}
