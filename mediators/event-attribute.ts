import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import type { AttributeType, AttributeValue } from '../runtime/databridge/data-event.js';
import { parseBoolean } from '../runtime/java/boolean.js';
import { parseDouble, parseFloat32, parseInteger, parseLong } from '../runtime/java/parse-number.js';
import type { Message } from '../runtime/message/message.js';
import { requiredAttribute } from './attribute.js';

/** Types of attributes as a configuration names them, as the data bridge does, and in words. */
const types: Readonly<Record<string, { readonly type: AttributeType; readonly words: string }>> = {
  STRING: { type: 'STRING', words: 'a string' },
  INTEGER: { type: 'INT', words: 'an integer' },
  LONG: { type: 'LONG', words: 'long' },
  FLOAT: { type: 'FLOAT', words: 'float' },
  DOUBLE: { type: 'DOUBLE', words: 'double' },
  BOOLEAN: { type: 'BOOL', words: 'boolean' },
};

const parsers: Readonly<Record<AttributeType, (text: string) => AttributeValue | undefined>> = {
  STRING: (text) => text,
  INT: parseInteger,
  LONG: parseLong,
  FLOAT: parseFloat32,
  DOUBLE: parseDouble,
  BOOL: parseBoolean,
};

/** The type of the data bridge; undefined for a name that is none. */
export const attributeType = (name: string): AttributeType | undefined => types[name]?.type;

/** A text as a value of the type; undefined when it is none. */
export const attributeValue = (text: string, type: AttributeType): AttributeValue | undefined => parsers[type](text);

/** An attribute of an event, with where its value comes from. */
export interface EventAttribute {
  readonly name: string;
  readonly type: AttributeType;
  /** What the message has for it. @throws Error naming a text that is no value of the type */
  value(message: Message): AttributeValue;
}

/**
 * Compiles `<attribute name type value|expression defaultValue>` (mediators 12). The default stands for an empty text.
 * @throws ConfigurationError
 */
export function compileEventAttribute(element: ConfigElement, context: CompileContext): EventAttribute {
  const name = requiredAttribute(element, 'name');
  const typeName = requiredAttribute(element, 'type');
  const found = types[typeName];
  if (!found) {
    return element.fail('invalid-attribute-value', `type="${typeName}" is no type of an attribute`, {
      attribute: 'type',
      hint: `use one of: ${Object.keys(types).join(', ')}`,
    });
  }
  const textOf = compileText(element, context);
  const byDefault = element.attribute('defaultValue') ?? element.attribute('default') ?? '';
  return {
    name,
    type: found.type,
    value(message) {
      const text = textOf(message) || byDefault;
      const value = attributeValue(text, found.type);
      if (value === undefined) throw new Error(`Cannot convert '${text}' to ${found.words}`);
      return value;
    },
  };
}

function compileText(element: ConfigElement, context: CompileContext): (message: Message) => string | null {
  const value = element.attribute('value');
  const source = element.attribute('expression');
  if ((value === undefined) === (source === undefined)) {
    const what = value === undefined ? 'needs "value" or "expression"' : 'has both "value" and "expression"';
    element.fail('missing-attribute', `<attribute> ${what}`, { hint: 'write one of the two' });
  }
  if (value !== undefined) return () => value;
  const expression = context.expression(element, 'expression');
  return (message) => expression.text(message);
}
