import type { Step } from '../runtime/configuration/context.js';
import { errorCode, Fault } from '../runtime/message/fault.js';
import { andThen } from '../runtime/message/fork.js';
import type { Mediate, Message, Outcome, SequenceTemplate } from '../runtime/message/message.js';
import { answerAsMap } from './call-target.js';
import { keepingBody } from './call-template-body.js';
import { runGuarded } from './on-error.js';
import type { Argument } from './template-argument.js';

/** A call of a sequence template: by `<call-template>`, or as an operation of a connector. */
export interface TemplateCall {
  /** Name of the template. */
  readonly target: string;
  readonly given: readonly Argument[];
  /** Sequence that handles an error in the template. */
  readonly onError?: string | undefined;
  /** Runs before the template, and may stop. */
  readonly before?: Mediate;
  /** Parameters that stand beside those that are given, by name. */
  readonly beside?: (template: SequenceTemplate) => Iterable<readonly [string, unknown]>;
}

/**
 * Compiles a call of a sequence template (mediators 8.1). The parameters stay readable until the template's body has
 * completed; after a fault they stay for the handler. Parameters that the template does not declare become properties
 * `<template>:<parameter>`. With a `responseVariable`, what the template made goes there, and the message keeps its body
 * unless `overwriteBody` is true.
 */
export function compileTemplateCall(call: TemplateCall): Step {
  const { target, given, onError, before } = call;
  const responseVariable = given.findLast(({ name }) => name === 'responseVariable');
  const overwriteBody = given.findLast(({ name }) => name === 'overwriteBody');

  const run = (message: Message): Outcome | Promise<Outcome> => {
    const template = message.sequenceTemplate(target);
    if (!template) throw new Fault(`Sequence template ${target} cannot be found`);
    const body = () => runBody(message, template, call);
    if (onError === undefined) return body();
    return runGuarded(message, onError, body, { silent: true, keptAfterCall: true });
  };
  const runInto = (message: Message): Outcome | Promise<Outcome> => {
    const variable = responseVariable?.evaluate(message);
    if (!variable) return run(message);
    const name = String(variable);
    if (String(overwriteBody?.evaluate(message)).toLowerCase() !== 'true') {
      return keepingBody(message, name, () => run(message));
    }
    return andThen(message, run(message), async (flow) => {
      const made = await answerAsMap(flow);
      made.delete('payload');
      flow.setVariable(name, made);
      return true;
    });
  };
  return {
    contentAware:
      given.some((one) => one.contentAware) || responseVariable !== undefined || overwriteBody !== undefined,
    mediate: before ? (message) => andThen(message, before(message), runInto) : runInto,
  };
}

function runBody(message: Message, template: SequenceTemplate, call: TemplateCall): Outcome | Promise<Outcome> {
  const parameters = evaluate(message, template, call.given);
  for (const [name, value] of call.beside?.(template) ?? []) parameters.set(name, value);
  message.functionStack.push({ template: template.name, parameters });
  return andThen(message, template.mediate(message), (flow) => {
    flow.functionStack.pop();
    return true;
  });
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
