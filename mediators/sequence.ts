import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { dynamicAttribute } from './attribute.js';
import { defineMediator } from './mediator.js';
import { guardedList } from './on-error.js';

/**
 * ```xml
 * <sequence key="name|{expression}"/>          runs a deployed sequence
 * <sequence name="name" onError="name">…</sequence>   runs its mediators here
 * ```
 * A key is looked up for every message (mediators 4.1).
 */
export const sequence = defineMediator({
  name: 'sequence',
  summary: 'Runs a named sequence, or mediators in place.',
  attributes: {
    key: { description: 'Sequence to run; a name or {expression}.' },
    name: { description: 'Name of mediators written in place.' },
    onError: { description: 'Sequence that handles an error in the mediators written in place.' },
  },
  children: 'mediators',
  compile(element, context) {
    const key = element.attribute('key');
    if (key === undefined) {
      if (element.attribute('name') === undefined) {
        element.fail('missing-attribute', '<sequence> needs "key" or "name"', {
          hint: 'write <sequence key="…"/> to run a deployed sequence',
        });
      }
      return { mediate: guardedList(element, context), contentAware: false };
    }
    if (element.attribute('onError') !== undefined) {
      element.fail('conflicting-attributes', 'a <sequence key="…"> cannot have "onError"', {
        attribute: 'onError',
        hint: 'put onError on the definition of the sequence',
      });
    }
    const value = dynamicAttribute(element, 'key');
    return {
      contentAware: value.contentAware,
      mediate(message: Message) {
        const name = value.literal ?? value.evaluate(message);
        const found = name === null ? undefined : message.sequence(name);
        if (!found) throw new Fault(notFound(name, value.literal === undefined ? key.slice(1, -1) : undefined));
        return found.mediate(message);
      },
    };
  },
});

/** The reference engine's text, which fault sequences pass on. */
function notFound(name: string | null, expression: string | undefined): string {
  const computed = expression === undefined ? '' : `, expression =${expression}`;
  return `Sequence named Value {name ='null', keyValue ='${name}'${computed}} cannot be found`;
}
