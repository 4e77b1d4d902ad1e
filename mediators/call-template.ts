import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import { requiredAttribute } from './attribute.js';
import { defineMediator } from './mediator.js';
import { type Argument, compileArgument } from './template-argument.js';
import { compileTemplateCall } from './template-call.js';

/**
 * ```xml
 * <call-template target="name" onError="sequence"><with-param name="p" value="text|{expression}"/>*</call-template>
 * ```
 * Runs a sequence template with parameters (mediators 8.1). The parameters stay readable until the template's body has
 * completed; after a fault they stay for the handler. Parameters that the template does not declare become properties
 * `<template>:<parameter>`.
 */
export const callTemplate = defineMediator({
  name: 'call-template',
  summary: 'Runs a sequence template.',
  attributes: {
    target: { description: 'Name of the template.', required: true },
    onError: { description: 'Sequence that handles an error in the template.' },
  },
  children: ['with-param'],
  compile(element, context) {
    const target = requiredAttribute(element, 'target');
    const onError = element.attribute('onError');
    const given = element
      .elements()
      .filter((child) => child.localName === 'with-param')
      .map((child) => argument(child, context));
    return compileTemplateCall({ target, given, onError });
  },
});

function argument(element: ConfigElement, context: CompileContext): Argument {
  const name = requiredAttribute(element, 'name');
  const text = element.attribute('value');
  if (text === undefined) {
    return element.fail('missing-attribute', `parameter "${name}" has no value`, {
      hint: 'add value="…", a text or an {expression}',
    });
  }
  return compileArgument(element, name, text, context, 'value');
}
