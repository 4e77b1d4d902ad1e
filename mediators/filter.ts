import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import { Fault } from '../runtime/message/fault.js';
import type { Mediate, Message } from '../runtime/message/message.js';
import { regexAttribute } from './attribute.js';
import { defineMediator } from './mediator.js';

/**
 * ```xml
 * <filter xpath="expression"> | <filter source="expression" regex="java-regex">
 *   <then sequence="name">mediators</then> <else sequence="name">mediators</else>
 * </filter>
 * ```
 * or the mediators of the then-branch directly (mediators 4.2).
 */
export const filter = defineMediator({
  name: 'filter',
  summary: 'Runs one of two branches, by an expression or a regular expression.',
  attributes: {
    xpath: { description: 'Condition; wins over source and regex.' },
    source: { description: 'Expression whose text regex is matched against.' },
    regex: { description: 'Java regular expression that the whole text has to match.' },
  },
  children: 'mediators',
  inner: Object.fromEntries(['then', 'else'].map((branch) => [branch, ['sequence']])),
  compile(element, context) {
    const { test, contentAware } = condition(element, context);
    const then = element.element('then');
    const otherwise = then && element.element('else');
    const onTrue = then ? branch(then, context) : context.children(element).mediate;
    const onFalse = otherwise && branch(otherwise, context);
    return {
      contentAware,
      mediate: (message) => {
        if (test(message)) return onTrue(message);
        return onFalse ? onFalse(message) : true;
      },
    };
  },
});

function condition(element: ConfigElement, context: CompileContext) {
  const xpath = element.attribute('xpath');
  if (xpath !== undefined) {
    requireText(element, 'xpath');
    const expression = context.expression(element, 'xpath');
    return { test: (message: Message) => expression.test(message), contentAware: expression.contentAware };
  }
  requireText(element, 'source');
  requireText(element, 'regex');
  const source = context.expression(element, 'source');
  const regex = regexAttribute(element, 'regex');
  const test = (message: Message) => {
    const text = source.text(message);
    return text !== null && regex.test(text);
  };
  return { test, contentAware: source.contentAware };
}

function requireText(element: ConfigElement, attribute: string): void {
  if (element.attribute(attribute)?.trim()) return;
  element.fail('missing-attribute', '<filter> needs "xpath", or "source" and "regex", not blank', {
    attribute,
    hint: 'write <filter xpath="…"> or <filter source="…" regex="…">',
  });
}

/** A `then` or `else`: a named sequence, looked up when it runs, or inline mediators. */
function branch(element: ConfigElement, context: CompileContext): Mediate {
  const key = element.attribute('sequence');
  if (key === undefined) return context.children(element).mediate;
  return (message) => {
    const sequence = message.sequence(key);
    if (!sequence) throw new Fault(`Sequence named ${key} of the ${element.localName} branch cannot be found`);
    return sequence.mediate(message);
  };
}
