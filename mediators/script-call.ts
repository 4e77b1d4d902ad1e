import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import { fromJs } from '../runtime/json/plain.js';
import { jsonText } from '../runtime/json/text.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { choiceAttribute, requiredAttribute } from './attribute.js';
import { convertProperty, literalValue } from './property-type.js';
import { elementOf, resultValue, toScript } from './script-values.js';

/** Where the result of a script's function goes (mediators 6.11). */
export interface ScriptTarget {
  /** @throws Fault when there is no result */
  write(message: Message, result: unknown): void;
}

/** Reads `target` and `target-variable`. */
export function compileScriptTarget(element: ConfigElement, target: 'body' | 'variable' | 'none'): ScriptTarget {
  if (target === 'none') return { write: () => {} };
  const variable = target === 'variable' ? requiredAttribute(element, 'target-variable') : undefined;
  return {
    write(message, result) {
      if (result === null || result === undefined) throw new Fault('The function of a script has no result to store');
      if (variable === undefined) intoBody(message, result);
      else message.setVariable(variable, resultValue(result));
    },
  };
}

function intoBody({ payload }: Message, result: unknown): void {
  const element = typeof result === 'string' ? elementOf(result) : undefined;
  if (element) payload.setElement(element);
  else payload.setJsonText(typeof result === 'string' ? result : jsonText(fromJs(result)));
}

const types = ['STRING', 'BOOLEAN', 'INTEGER', 'LONG', 'DOUBLE', 'XML', 'JSON'] as const;

/** Compiles `<inputs><argument name type value|expression/></inputs>`: what the function is given after `mc`. */
export function compileArguments(element: ConfigElement, context: CompileContext): ((message: Message) => unknown)[] {
  const given = element.element('inputs')?.elements() ?? [];
  return given.filter(({ localName }) => localName === 'argument').map((one) => compileArgument(one, context));
}

function compileArgument(element: ConfigElement, context: CompileContext): (message: Message) => unknown {
  requiredAttribute(element, 'name');
  const type = choiceAttribute(element, 'type', types, 'STRING');
  const text = element.attribute('value');
  if (text !== undefined) {
    const constant = toScript(literalValue(element, text, type));
    return () => constant;
  }
  const expression = context.expression(element, 'expression');
  if (type === 'STRING' || type === 'XML') return (message) => expression.text(message);
  return (message) => {
    const value = expression.object(message);
    if (value !== null) return toScript(value);
    return toScript(typed(expression.text(message), type));
  };
}

function typed(text: string | null, type: (typeof types)[number]): unknown {
  try {
    return convertProperty(text, type === 'XML' ? 'OM' : type, true);
  } catch (error) {
    throw new Fault((error as Error).message, { cause: error });
  }
}
