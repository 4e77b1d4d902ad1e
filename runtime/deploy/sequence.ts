import { guardedList } from '../../mediators/on-error.js';
import type { CompileContext } from '../configuration/context.js';
import type { ConfigElement } from '../configuration/element.js';
import type { Sequence } from '../message/message.js';

/** Compiles a sequence artifact (artifacts 2.1). */
export function compileSequence(element: ConfigElement, context: CompileContext): Sequence {
  const name =
    element.attribute('name') ||
    element.fail('missing-attribute', 'A sequence artifact needs a name attribute', {
      hint: 'write <sequence name="…">',
    });
  const mediators = element.elements().map(({ localName }) => localName);
  return { name, mediators, mediate: guardedList(element, context) };
}
