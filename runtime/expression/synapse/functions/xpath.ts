/** `xpath(expr)`, `xpath(expr, variable)`, `xpath(expr, "variable.field")` (message-model 3.6 "Functions"). */
import type { Element } from '@xmldom/xmldom';
import { Fault } from '../../../message/fault.js';
import { remembering } from '../../cache.js';
import { ExpressionSyntaxError, type Namespaces } from '../../expression.js';
import { compileXPath, type XPathExpression, xpathExpression } from '../../xpath/compile.js';
import { compileTree } from '../../xpath/compile-tree.js';
import { Focus } from '../../xpath/focus.js';
import { isElement } from '../../xpath/nodes.js';
import { parseXPath } from '../../xpath/parse.js';
import type { Context } from '../context.js';
import { EvaluationError, type Result, textOf } from '../value.js';
import type { Overloads } from './table.js';

/** The function with the namespaces of the place where the expression stands. */
export function xpathFunction(namespaces: Namespaces): Overloads {
  const onMessage = remembering(checked((text) => compileXPath(text, namespaces)));
  const onElement = remembering(checked((text) => compileTree(parseXPath(text), namespaces)));
  return {
    1: (text, context) => resultOf(onMessage(textOf(text)), context),
    2: (text, variable, context) => {
      const name = textOf(variable);
      if (name === '') throw new EvaluationError('xpath() needs the name of a variable');
      if (!name.includes('.')) return resultOf(onMessage(`$var:${name}${textOf(text)}`), context);
      const element = fieldOf(name, context);
      const evaluate = onElement(textOf(text));
      return resultOf(
        xpathExpression(textOf(text), (message) => evaluate(new Focus(message, element))),
        context,
      );
    },
  };
}

/** An XPath that does not parse is an evaluation error, for its text is known at run time only. */
function checked<T>(compile: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return compile(text);
    } catch (error) {
      if (error instanceof ExpressionSyntaxError) throw new EvaluationError(`invalid XPath ${text}: ${error.message}`);
      throw error;
    }
  };
}

/** Its text, or its nodes when the object value is wanted; no value at all and anything but nodes is a fault then. */
function resultOf(xpath: XPathExpression, { message, wantsObject }: Context): Result {
  if (!wantsObject) {
    const text = xpath.text(message);
    if (text === null) throw new Fault(`xpath('${xpath.source}') has no value`);
    return text;
  }
  const items = xpath.select(message);
  if (items.length === 1 && typeof items[0] !== 'object') {
    throw new Fault(`xpath('${xpath.source}') gives a single value; where nodes are wanted it has to select nodes`);
  }
  return items;
}

/** The XML that an entry of a map variable holds, as a tree of its own: above it there is nothing to select. */
function fieldOf(name: string, { message }: Context): Element {
  const dot = name.indexOf('.');
  const variable = message.variables.get(name.slice(0, dot));
  if (!(variable instanceof Map)) throw new EvaluationError(`the variable "${name.slice(0, dot)}" is not a map`);
  const value: unknown = variable.get(name.slice(dot + 1));
  if (!isElement(value)) throw new EvaluationError(`the entry "${name.slice(dot + 1)}" of the variable is not XML`);
  return value.parentNode ? (value.cloneNode(true) as Element) : value;
}
