import { limited } from '../../limit/time-limit.js';
import { Fault } from '../../message/fault.js';
import type { Message } from '../../message/message.js';
import { type Expression, ExpressionSyntaxError, type Namespaces } from '../expression.js';
import { compileTree } from './compile-tree.js';
import { isContentAware } from './content-aware.js';
import { Focus } from './focus.js';
import { parseXPath } from './parse.js';
import { textOfResult } from './result.js';
import { booleanOf } from './values.js';

/** A compiled XPath expression. */
export interface XPathExpression extends Expression {
  readonly language: 'xpath';
  /**
   * The raw result: a node-set as an array, a text, a number, a Boolean, or the object that a property holds; null when
   * there is no value. Throws a Fault.
   */
  evaluate(message: Message): unknown;
}

/**
 * Compiles an XPath 1.0 expression with the reference engine's semantics (jaxen on the SOAP envelope: message-model 3.2,
 * 3.3).
 * @throws ExpressionSyntaxError when the text is no XPath 1.0
 */
export function compileXPath(source: string, namespaces: Namespaces): XPathExpression {
  try {
    const run = compileTree(parseXPath(source), namespaces);
    return xpathExpression(source, (message) => run(new Focus(message)));
  } catch (error) {
    if (fallback && error instanceof ExpressionSyntaxError) return fallback(source, namespaces);
    throw error;
  }
}

export type CompileXPath = (source: string, namespaces: Namespaces) => XPathExpression;

let fallback: CompileXPath | undefined;

/**
 * Sets what compiles the expressions that are no XPath 1.0, for the whole server: `loadXPath2()` when
 * `synapse.xpath.dom.failover.enabled` is `true` (message-model 3.1). Without one they are refused.
 */
export function setXPathFallback(compile: CompileXPath | undefined): void {
  fallback = compile;
}

/** The expression around a way to evaluate it; whatever that throws becomes a fault that names the expression. */
export function xpathExpression(source: string, run: (message: Message) => unknown): XPathExpression {
  const guarded = <Result>(work: () => Result): Result => {
    try {
      return limited(work);
    } catch (error) {
      if (error instanceof Fault) throw error;
      throw new Fault(`Evaluation of the XPath expression ${shown(source)} resulted in an error`, { cause: error });
    }
  };
  return {
    source,
    language: 'xpath',
    contentAware: isContentAware(source),
    evaluate: (message) => guarded(() => run(message)),
    text: (message) => guarded(() => textOfResult(run(message), source, message)),
    test: (message) => guarded(() => booleanOf(run(message))),
    object: () => null,
    select: (message) => {
      const value = guarded(() => run(message));
      if (Array.isArray(value)) return value;
      return value === null || value === undefined ? [] : [value];
    },
  };
}

/** The expression for an error text. Keys and passwords that it passes to a function are not shown. */
function shown(source: string): string {
  return /(?:encrypt|decrypt|hmac-generate)\s*\(/.test(source) ? source.replace(/"[^"]*"|'[^']*'/g, "'…'") : source;
}
