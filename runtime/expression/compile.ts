import { type Expression, type Namespaces, withinText } from './expression.js';
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
