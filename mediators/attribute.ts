import type { ConfigElement } from '../runtime/configuration/element.js';
import { locateText, pointingAt } from '../runtime/configuration/locate.js';
import { ConfigurationError } from '../runtime/configuration/problem.js';
import { compileDynamicValue, type DynamicValue } from '../runtime/expression/dynamic-value.js';
import { ExpressionSyntaxError } from '../runtime/expression/expression.js';
import { compileXPath, type XPathExpression } from '../runtime/expression/xpath/compile.js';
import { type JavaRegex, javaRegex } from '../runtime/java/regex.js';

/** The attribute's text; refuses the element when it is missing or empty. */
export function requiredAttribute(element: ConfigElement, name: string): string {
  const value = element.attribute(name);
  if (value === undefined || value === '') {
    element.fail('missing-attribute', `<${element.localName}> needs a non-empty attribute "${name}"`, {
      attribute: name,
      hint: `add ${name}="…" to <${element.localName}>`,
    });
  }
  return value;
}

/** The attribute when it is one of the allowed values (compared exactly), else the default. */
export function choiceAttribute<Choice extends string>(
  element: ConfigElement,
  name: string,
  choices: readonly Choice[],
  byDefault: Choice,
): Choice {
  const value = element.attribute(name);
  if (value === undefined) return byDefault;
  const found = choices.find((choice) => choice === value);
  if (found === undefined) {
    element.fail('invalid-attribute-value', `${name}="${value}" is not a value that <${element.localName}> knows`, {
      attribute: name,
      hint: `use one of: ${choices.join(', ')}`,
    });
  }
  return found;
}

/** Java's `Boolean.parseBoolean`: only `true` in any case is true; nothing is refused (mediators 2.6). */
export function booleanAttribute(element: ConfigElement, name: string): boolean {
  return element.attribute(name)?.toLowerCase() === 'true';
}

/** `true/1/yes` or `false/0/no` in any case, blanks around them ignored; anything else refuses the element. */
export function explicitBooleanAttribute(element: ConfigElement, name: string, byDefault: boolean): boolean {
  const text = element.attribute(name)?.trim().toLowerCase();
  if (text === undefined) return byDefault;
  if (text === 'true' || text === '1' || text === 'yes') return true;
  if (text === 'false' || text === '0' || text === 'no') return false;
  return element.fail('invalid-attribute-value', `${name}="${element.attribute(name)}" is neither true nor false`, {
    attribute: name,
    hint: 'use true or false',
  });
}

/** A whole number within the bounds, or the default when the attribute is absent. */
export function integerAttribute(
  element: ConfigElement,
  name: string,
  byDefault: number,
  bounds: { minimum?: number; maximum?: number } = {},
): number {
  const text = element.attribute(name);
  if (text === undefined) return byDefault;
  const { minimum = -2147483648, maximum = 2147483647 } = bounds;
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= minimum && value <= maximum)) {
    element.fail('invalid-attribute-value', `${name}="${text}" is not a whole number of at least ${minimum}`, {
      attribute: name,
      hint: `write ${name} as digits`,
    });
  }
  return value;
}

/** Tests a whole text against the Java regular expression in an attribute (mediators 2.6). */
export function regexAttribute(element: ConfigElement, name: string): JavaRegex {
  const text = element.attribute(name) ?? '';
  try {
    return javaRegex(text);
  } catch (error) {
    return element.fail('invalid-regex', `${name}="${text}" is not a regular expression: ${messageOf(error)}`, {
      attribute: name,
      hint: 'Java regular expression syntax is expected; it has to match the whole value',
    });
  }
}

/** Compiles a "Value" attribute: literal, `{expression}` or `{{deferred}}` (mediators 2.5). */
export function dynamicAttribute(element: ConfigElement, name: string): DynamicValue {
  return dynamicText(element, element.attribute(name) ?? '', name);
}

/** {@link dynamicAttribute} of a text that stands elsewhere, e.g. in the element. */
export function dynamicText(element: ConfigElement, text: string, attribute?: string): DynamicValue {
  return expressionAt(element, attribute, () => compileDynamicValue(text, element.namespaces()));
}

/** Compiles an attribute that is an XPath whatever it looks like; undefined when it is absent. */
export function xpathAttribute(element: ConfigElement, name: string): XPathExpression | undefined {
  const source = element.attribute(name);
  if (source === undefined) return undefined;
  return expressionAt(element, name, () => compileXPath(source, element.namespaces()));
}

/**
 * Runs an expression compiler and gives its syntax errors the place in the configuration.
 * @param attribute that holds the expression, as a whole
 * @param source without such an attribute, the text that is compiled: it is looked for in the element
 */
export function expressionAt<Compiled>(
  element: ConfigElement,
  attribute: string | undefined,
  compile: () => Compiled,
  source = '',
): Compiled {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof ExpressionSyntaxError)) throw error;
    const place = attribute === undefined ? locateText(element, source) : { holder: element, attribute, offset: 0 };
    throw new ConfigurationError(
      (place?.holder ?? element).problem('invalid-expression', `The expression does not parse: ${error.message}`, {
        ...(place && pointingAt(place, error.column)),
        ...(error.hint === undefined ? {} : { hint: error.hint }),
      }),
    );
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
