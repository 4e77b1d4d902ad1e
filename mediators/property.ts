import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { choiceAttribute, dynamicAttribute, integerAttribute, regexAttribute, requiredAttribute } from './attribute.js';
import { defineMediator } from './mediator.js';
import { type PropertyScope, propertyScopes, scopeAccess } from './property-scope.js';
import { ConversionError, convertProperty, literalValue, type PropertyType, propertyTypes } from './property-type.js';

/**
 * ```xml
 * <property name="n|{expression}" value="v" | expression="…" type="STRING" scope="default" action="set|remove"
 *           pattern="java-regex" group="0"/>
 * <property name="n"><any-element/></property>
 * ```
 * Sets or removes a property (mediators 3.1, message-model 1.2). `value` wins over a child element, that over
 * `expression`. A null result leaves a property of the default scope as it was.
 */
export const property = defineMediator({
  name: 'property',
  summary: 'Sets or removes a property in a scope.',
  attributes: {
    name: { description: 'Name of the property; a text or {expression}.', required: true },
    value: { description: 'Literal value, converted to type once.' },
    expression: { description: 'Expression whose text, converted to type, is the value.' },
    type: { description: 'Type of the value.', default: 'STRING', values: propertyTypes },
    scope: { description: 'Where the property lives.', default: 'default', values: propertyScopes },
    action: { description: '`remove` removes; anything else sets.', default: 'set' },
    pattern: { description: 'Java regular expression that a text has to match as a whole.' },
    group: { description: 'Capture group of pattern that becomes the value.', default: '0' },
  },
  compile(element, context) {
    requiredAttribute(element, 'name');
    const name = dynamicAttribute(element, 'name');
    if (name.deferred) {
      element.fail('invalid-attribute-value', 'a property name cannot be a deferred {{expression}}', {
        attribute: 'name',
        hint: 'write {expression} with single braces',
      });
    }
    const scope = choiceAttribute(element, 'scope', propertyScopes, 'default');
    const access = scopeAccess[scope];
    if (element.attribute('action') === 'remove') {
      return {
        contentAware: name.contentAware,
        mediate: (message) => {
          access.remove(message, nameOf(message));
          return true;
        },
      };
    }
    const value = valueSource(element, context);
    return {
      contentAware: value.contentAware || name.contentAware || needsBody(scope, name.literal),
      mediate(message) {
        access.set(message, nameOf(message), value.evaluate(message));
        return true;
      },
    };

    function nameOf(message: Message): string {
      if (name.literal !== undefined) return name.literal;
      const text = name.evaluate(message) ?? '';
      if (text === '') message.environment.logger.log('WARN', 'PropertyMediator', 'The name of a property is empty');
      return text;
    }
  },
});

/** Scopes and names that change how the body is written, so that it has to be built (message-model 1.2). */
function needsBody(scope: PropertyScope, name: string | undefined): boolean {
  if (scope === 'transport') return name === 'Content-Encoding';
  return scope === 'axis2' && ['messageType', 'DISABLE_CHUNKING', 'FORCE_HTTP_1.0'].includes(name ?? '');
}

function valueSource(element: ConfigElement, context: CompileContext) {
  const type =
    element.attribute('type') === undefined ? undefined : choiceAttribute(element, 'type', propertyTypes, 'STRING');
  const match = pattern(element);
  const text = element.attribute('value');
  if (text !== undefined) {
    const constant = match(literalValue(element, text, type ?? 'STRING'));
    return { contentAware: false, evaluate: () => constant };
  }
  const [child] = element.elements();
  if (child) {
    const root = child.node;
    return { contentAware: false, evaluate: () => root.cloneNode(true) };
  }
  if (element.attribute('expression') === undefined) {
    element.fail('missing-attribute', '<property> needs "value", "expression" or a child element', {
      hint: 'add value="…" or expression="…", or action="remove"',
    });
  }
  const expression = context.expression(element, 'expression');
  const readsRegistry = /get-property\(\s*(['"])registry\1/.test(expression.source);
  const evaluate = (message: Message) => {
    const text = expression.text(message);
    // A resource that is not there has no number yet. The reference faults, so that a cache never gets its first entry.
    if (text === '' && readsRegistry && type !== undefined && isNumeric(type)) return null;
    return match(dynamicValue(text, type));
  };
  return { contentAware: expression.contentAware, evaluate };
}

function dynamicValue(text: string | null, type: PropertyType | undefined): unknown {
  if (type === undefined) return text;
  try {
    return convertProperty(text, type, true);
  } catch (error) {
    if (!(error instanceof ConversionError)) throw error;
    // The reference's words for a number, which fault sequences pass on.
    const reason = `Unknown type : ${type} for the property mediator or the property value cannot be converted into the specified type.`;
    throw new Fault(isNumeric(type) ? reason : error.message, { cause: error });
  }
}

function isNumeric(type: PropertyType): boolean {
  return type !== 'STRING' && type !== 'BOOLEAN' && type !== 'OM' && type !== 'JSON';
}

/** `pattern` and `group`: only texts are matched; no match is the empty text, an unused group null (mediators 3.1). */
function pattern(element: ConfigElement): (value: unknown) => unknown {
  const group = integerAttribute(element, 'group', 0, { minimum: 0 });
  if (element.attribute('pattern') === undefined) {
    if (element.attribute('group') === undefined) return (value) => value;
    element.fail('missing-attribute', 'a <property> with "group" needs "pattern"', {
      attribute: 'group',
      hint: 'add pattern="…"',
    });
  }
  const regex = regexAttribute(element, 'pattern');
  return (value) => {
    if (typeof value !== 'string') return value;
    const groups = regex.groups(value);
    if (!groups || group >= groups.length) return '';
    return groups[group] ?? null;
  };
}
