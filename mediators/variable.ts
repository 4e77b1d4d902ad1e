import type { Expression } from '../runtime/expression/expression.js';
import { parseDouble, wrapInteger, wrapLong } from '../runtime/java/parse-number.js';
import { javaText } from '../runtime/java/text.js';
import { FloatNumber, WholeNumber } from '../runtime/java/value.js';
import { isJsonArray, isJsonObject, JsonElement, JsonNumber } from '../runtime/json/value.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { choiceAttribute, requiredAttribute } from './attribute.js';
import { defineMediator } from './mediator.js';
import { convertXml, literalValue } from './property-type.js';

const variableTypes = ['STRING', 'BOOLEAN', 'INTEGER', 'LONG', 'DOUBLE', 'JSON', 'XML'] as const;
type VariableType = (typeof variableTypes)[number];

/**
 * `<variable name="x" type="STRING|BOOLEAN|INTEGER|LONG|DOUBLE|JSON|XML" value="…" | expression="…" action="set|remove"/>`
 *
 * Sets or removes a variable (mediators 3.3, message-model 1.6). Only `${…}` gives typed values: XPath and json-eval
 * have no object value, so that they set STRING and XML variables only.
 */
export const variable = defineMediator({
  name: 'variable',
  summary: 'Sets or removes a variable.',
  attributes: {
    name: { description: 'Name of the variable.', required: true },
    type: { description: 'Type that the value must have.', values: variableTypes },
    value: { description: 'Literal value, converted to type once.' },
    expression: { description: 'Expression that gives the value.' },
    action: { description: '`remove` removes; anything else sets.', default: 'set' },
  },
  compile(element, context) {
    const name = requiredAttribute(element, 'name');
    if (element.attribute('action') === 'remove') {
      return {
        contentAware: false,
        mediate: (message) => {
          message.variables.delete(name);
          return true;
        },
      };
    }
    const type =
      element.attribute('type') === undefined ? undefined : choiceAttribute(element, 'type', variableTypes, 'STRING');
    const text = element.attribute('value');
    if (text !== undefined) {
      // A malformed JSON value deploys and leaves the variable unset, as in the reference engine.
      const constant = literalValue(element, text, type ?? 'STRING');
      return {
        contentAware: false,
        mediate: (message) => {
          message.setVariable(name, constant);
          return true;
        },
      };
    }
    if (element.attribute('expression') === undefined) {
      element.fail('missing-attribute', '<variable> needs "value" or "expression"', {
        hint: 'add value="…" or expression="…", or action="remove"',
      });
    }
    const expression = context.expression(element, 'expression');
    return {
      contentAware: expression.contentAware,
      mediate(message) {
        message.setVariable(name, evaluate(message, expression, type));
        return true;
      },
    };
  },
});

function evaluate(message: Message, expression: Expression, type: VariableType | undefined): unknown {
  if (type === 'STRING') return expression.text(message);
  if (type === 'XML') return xml(expression.text(message));
  const value = expression.object(message);
  if (type === undefined) return value;
  const typed = primitive(value, type) ?? (hasClass(value, type) ? value : undefined);
  if (typed === undefined) {
    throw new Fault(`The result of ${expression.source} is not of the expected type ${type}`);
  }
  return typed;
}

function xml(text: string | null): unknown {
  if (text === null) return null;
  try {
    return convertXml(text);
  } catch (error) {
    throw new Fault((error as Error).message, { cause: error });
  }
}

/** A JSON primitive is unboxed when it fits; type JSON makes it its plain text. Undefined: it does not fit. */
function primitive(value: unknown, type: Exclude<VariableType, 'STRING' | 'XML'>): unknown {
  if (!(value instanceof JsonElement)) return undefined;
  const json = value.value;
  if (isJsonObject(json) || isJsonArray(json) || json === null) return undefined;
  if (type === 'JSON') return json instanceof JsonNumber ? json.literal : javaText(json);
  if (type === 'BOOLEAN') return typeof json === 'boolean' ? json : undefined;
  if (!(json instanceof JsonNumber)) return undefined;
  const double = parseDouble(json.literal) ?? Number.NaN;
  if (type === 'DOUBLE') return double;
  const whole = /^-?\d+$/.test(json.literal)
    ? BigInt(json.literal)
    : BigInt(Number.isFinite(double) ? Math.trunc(double) : 0);
  return type === 'LONG' ? wrapLong(whole) : wrapInteger(whole);
}

function hasClass(value: unknown, type: Exclude<VariableType, 'STRING' | 'XML'>): boolean {
  switch (type) {
    case 'BOOLEAN':
      return typeof value === 'boolean';
    case 'DOUBLE':
      return typeof value === 'number' && !((value as unknown) instanceof FloatNumber);
    case 'INTEGER':
    case 'LONG':
      return value instanceof WholeNumber && value.type.toUpperCase() === type;
    case 'JSON':
      return value instanceof JsonElement;
  }
}
