import type { Node } from '@xmldom/xmldom';
import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import type { Expression } from '../runtime/expression/expression.js';
import { DeferredParameter } from '../runtime/message/deferred.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { dynamicText } from './attribute.js';

/** A value that is given to a parameter of a template. */
export interface Argument {
  readonly name: string;
  readonly contentAware: boolean;
  evaluate(message: Message): unknown;
}

/**
 * Compiles the text of an argument: a literal, an `{expression}` or a deferred `{{expression}}` (mediators 8.1).
 * @param attribute where the text stands; the element's own text when absent
 */
export function compileArgument(
  element: ConfigElement,
  name: string,
  text: string,
  context: CompileContext,
  attribute?: string,
): Argument {
  const value = dynamicText(element, text, attribute);
  if (value.literal !== undefined) return { name, contentAware: false, evaluate: () => value.literal };
  const { deferred } = value;
  if (deferred) return { name, contentAware: deferred.contentAware, evaluate: () => deferredValue(deferred) };
  if (text.startsWith('{json-eval(') || text.startsWith('{${')) {
    return { name, contentAware: value.contentAware, evaluate: (message) => value.evaluate(message) };
  }
  const xpath = context.expression(element, attribute ?? '', text.slice(1, -1));
  return { name, contentAware: xpath.contentAware, evaluate: (message) => firstResult(xpath.select(message)) };
}

/** An XPath expression is evaluated where the parameter is read, and fails there when it reads more than the body. */
function deferredValue(deferred: Expression): Expression | DeferredParameter {
  if (deferred.language === 'xpath') return deferred;
  if (deferred.language === 'jsonpath') return new DeferredParameter(deferred.source);
  throw new Fault(`the deferred template parameter {{${deferred.source}}} cannot be evaluated`);
}

/** Texts and attributes become strings; elements and XPath's own values stay what they are. */
function firstResult(results: readonly unknown[]): unknown {
  const [first] = results;
  if (typeof first === 'object' && first !== null && 'nodeType' in first) {
    const node = first as Node;
    return node.nodeType === 1 ? node : (node.nodeValue ?? '');
  }
  return first;
}
