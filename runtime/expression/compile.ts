import { type Expression, ExpressionSyntaxError, type Namespaces } from './expression.js';
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
    return withinText(2, () => compileSynapseExpression(text.slice(2, -1), namespaces));
  }
  return compileXPath(text, namespaces);
}

/** Compiles a part of a text; the columns of its problems are moved to where the part begins. */
export function withinText<Result>(offset: number, compile: () => Result): Result {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof ExpressionSyntaxError)) throw error;
    throw new ExpressionSyntaxError(error.message, error.column + offset, error.hint);
  }
}
