import { guardedList, runGuarded } from '../../mediators/on-error.js';
import type { CompileContext } from '../configuration/context.js';
import type { ConfigElement } from '../configuration/element.js';
import type { SequenceTemplate, TemplateParameter } from '../message/message.js';

/** Compiles a sequence template (artifacts 2.2). */
export function compileSequenceTemplate(element: ConfigElement, context: CompileContext): SequenceTemplate {
  const name = element.attribute('name') || element.fail('missing-attribute', 'A template needs a name attribute');
  const sequence =
    element.element('sequence') ??
    element.fail('missing-element', 'A sequence template needs a <sequence>', {
      hint: 'put its mediators into <sequence>',
    });
  const parameters = element
    .elements()
    .filter((child) => child.localName === 'parameter')
    .map(readParameter);
  const onError = element.attribute('onError');
  const body = guardedList(sequence, context);
  if (onError === undefined) return { name, parameters, mediate: body };
  const options = { silent: true, keptAfterCall: true };
  return { name, parameters, mediate: (message) => runGuarded(message, onError, () => body(message), options) };
}

function readParameter(element: ConfigElement): TemplateParameter {
  return {
    name: element.attribute('name') || element.fail('missing-attribute', 'A template parameter needs a name'),
    mandatory: element.attribute('isMandatory')?.toLowerCase() === 'true',
    defaultValue: element.attribute('defaultValue'),
  };
}
