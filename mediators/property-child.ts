import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { choiceAttribute } from './attribute.js';

/** A `<property>` child of log, xslt, jsontransform …: a name with a literal or an expression (mediators 2.7). */
export interface PropertyChild {
  readonly name: string;
  readonly contentAware: boolean;
  /** The literal, or the text of the expression; null when that has no value. */
  text(message: Message): string | null;
}

/** The `<property>` children of a mediator, in order. @throws ConfigurationError for one without name or value. */
export function propertyChildren(element: ConfigElement, context: CompileContext): PropertyChild[] {
  return element
    .elements()
    .filter((child) => child.localName === 'property')
    .map((child) => propertyChild(child, context));
}

function propertyChild(element: ConfigElement, context: CompileContext): PropertyChild {
  const name = element.attribute('name');
  if (!name?.trim()) {
    element.fail('missing-attribute', '<property> needs a name that is not blank', {
      attribute: 'name',
      hint: 'add name="…"',
    });
  }
  choiceAttribute(element, 'scope', ['default', 'axis2', 'axis2-client', 'transport'], 'default');
  const value = element.attribute('value');
  if (value?.trim()) return { name, contentAware: false, text: () => value };
  if (value !== undefined) blank(element, 'value');
  const source = element.attribute('expression');
  if (source?.trim()) {
    const expression = context.expression(element, 'expression');
    return { name, contentAware: expression.contentAware, text: (message) => expression.text(message) };
  }
  if (source !== undefined) blank(element, 'expression');
  if (element.elements().length === 0) {
    element.fail('missing-attribute', `property ${name} needs "value" or "expression"`, {
      hint: 'add value="…" or expression="…"',
    });
  }
  const text = () => {
    throw new Fault(`Property ${name} holds an element, which has no text here`);
  };
  return { name, contentAware: false, text };
}

function blank(element: ConfigElement, attribute: string): never {
  return element.fail('invalid-attribute-value', `${attribute} of a <property> cannot be blank`, {
    attribute,
    hint: `give ${attribute} a text`,
  });
}
