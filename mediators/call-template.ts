import type { Node } from '@xmldom/xmldom';
import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import type { Expression } from '../runtime/expression/expression.js';
import { DeferredParameter } from '../runtime/message/deferred.js';
import { errorCode, Fault } from '../runtime/message/fault.js';
import { andThen } from '../runtime/message/fork.js';
import type { Message, Outcome, SequenceTemplate } from '../runtime/message/message.js';
import { dynamicAttribute, requiredAttribute } from './attribute.js';
import { keepingBody } from './call-template-body.js';
import { defineMediator } from './mediator.js';
import { runGuarded } from './on-error.js';

interface Argument {
  readonly name: string;
  readonly contentAware: boolean;
  evaluate(message: Message): unknown;
}

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
    const responseVariable = given.findLast(({ name }) => name === 'responseVariable');
    const overwriteBody = given.findLast(({ name }) => name === 'overwriteBody');

    const run = (message: Message) => {
      const template = message.environment.sequenceTemplate(target);
      if (!template) throw new Fault(`Sequence template ${target} cannot be found`);
      const body = () => runBody(message, template, given);
      if (onError === undefined) return body();
      return runGuarded(message, onError, body, { silent: true, keptAfterCall: true });
    };
    return {
      contentAware:
        given.some((one) => one.contentAware) || responseVariable !== undefined || overwriteBody !== undefined,
      mediate(message) {
        const variable = responseVariable?.evaluate(message);
        if (!variable || String(overwriteBody?.evaluate(message)).toLowerCase() === 'true') return run(message);
        return keepingBody(message, String(variable), () => run(message));
      },
    };
  },
});

function runBody(message: Message, template: SequenceTemplate, given: readonly Argument[]): Outcome | Promise<Outcome> {
  message.functionStack.push({ template: template.name, parameters: evaluate(message, template, given) });
  return andThen(message, template.mediate(message), (flow) => {
    flow.functionStack.pop();
    return true;
  });
}

function argument(element: ConfigElement, context: CompileContext): Argument {
  const name = requiredAttribute(element, 'name');
  const text = element.attribute('value');
  if (text === undefined) {
    return element.fail('missing-attribute', `parameter "${name}" has no value`, {
      hint: 'add value="…", a text or an {expression}',
    });
  }
  const value = dynamicAttribute(element, 'value');
  if (value.literal !== undefined) return { name, contentAware: false, evaluate: () => value.literal };
  const { deferred } = value;
  if (deferred)
    return {
      name,
      contentAware: deferred.contentAware,
      evaluate: () => deferredValue(deferred),
    };
  if (text.startsWith('{json-eval(') || text.startsWith('{${')) {
    return { name, contentAware: value.contentAware, evaluate: (message) => value.evaluate(message) };
  }
  const xpath = context.expression(element, 'value', text.slice(1, -1));
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

/** Declared parameters in their order; what was not supplied has its default, else no value. */
function evaluate(message: Message, template: SequenceTemplate, given: readonly Argument[]): Map<string, unknown> {
  const supplied = new Map(given.map((one) => [one.name, one.evaluate(message)]));
  const parameters = new Map<string, unknown>();
  for (const { name, mandatory, defaultValue } of template.parameters) {
    const isSupplied = supplied.has(name);
    if (!isSupplied && mandatory) throw missing(message, template.name, name);
    const value = isSupplied ? supplied.get(name) : defaultValue;
    if (isSupplied || value !== undefined) parameters.set(name, value ?? null);
    supplied.delete(name);
  }
  for (const [name, value] of supplied) message.setProperty(`${template.name}:${name}`, value);
  return parameters;
}

function missing(message: Message, template: string, name: string): Fault {
  const text = `Neither a value nor default value is provided for mandatory parameter: ${name} in seq-template ${template}`;
  message.environment.logger.log('ERROR', 'TemplateMediator', text);
  return new Fault(text, { code: errorCode.missingTemplateParameter });
}
