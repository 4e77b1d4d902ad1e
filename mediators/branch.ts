import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import { Fault } from '../runtime/message/fault.js';
import type { Mediate } from '../runtime/message/message.js';
import { guardedList } from './on-error.js';

/**
 * A branch that an element names by an attribute, or holds in a child of the same name; the attribute wins. Undefined
 * when there is neither. A name that is not deployed is a Fault of the message that needs it.
 */
export function compileBranch(element: ConfigElement, name: string, context: CompileContext): Mediate | undefined {
  const key = element.attribute(name)?.trim();
  if (key !== undefined) {
    return (message) => {
      const sequence = message.sequence(key);
      if (!sequence)
        throw new Fault(`The sequence ${key} that <${element.localName}> names by ${name} cannot be found`);
      return sequence.mediate(message);
    };
  }
  const child = element.element(name);
  return child && guardedList(child, context);
}
