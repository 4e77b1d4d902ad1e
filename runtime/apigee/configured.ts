import type { ConfigElement } from '../configuration/element.js';
import type { Variables } from './template.js';
import { textOf } from './value.js';

/**
 * Reading of policy and endpoint elements. Everywhere an empty element counts as absent (api-management 2.1), and text
 * is taken without the white space around it.
 */

/** Text of a child element; undefined when it is absent or empty. */
export function childText(element: ConfigElement, name: string): string | undefined {
  return textIn(element.element(name));
}

/** Text of a child element. @throws ConfigurationError when it is absent or empty */
export function requiredText(element: ConfigElement, name: string): string {
  const text = childText(element, name);
  return text ?? element.fail('missing-element', `${element.localName} needs a <${name}>`);
}

/** Text of an element; undefined when the element is absent or empty. */
export function textIn(element: ConfigElement | undefined): string | undefined {
  return element?.text.trim() || undefined;
}

/** An attribute; undefined when it is absent or empty. */
export function attributeText(element: ConfigElement | undefined, name: string): string | undefined {
  return element?.attribute(name)?.trim() || undefined;
}

/** `true` or `false` in any case. @throws ConfigurationError for another text */
export function childBoolean(element: ConfigElement, name: string, absent: boolean): boolean {
  const child = element.element(name);
  const text = textIn(child);
  if (child === undefined || text === undefined) return absent;
  return readBoolean(text) ?? child.fail('bad-value', `<${name}> must be true or false, not "${text}"`);
}

/** `true` or `false` in any case; undefined for another text. */
export function readBoolean(text: string): boolean | undefined {
  const lower = text.trim().toLowerCase();
  return lower === 'true' ? true : lower === 'false' ? false : undefined;
}

/** Whole number in a child element. @throws ConfigurationError for another text */
export function childNumber(element: ConfigElement, name: string): number | undefined {
  const child = element.element(name);
  const text = textIn(child);
  if (child === undefined || text === undefined) return undefined;
  if (/^[+-]?\d+$/.test(text)) return Number(text);
  return child.fail('bad-value', `<${name}> must be a whole number, not "${text}"`);
}

/** A value that is configured as text, by a variable, or both: `<Allow ref="quota.limit">5</Allow>`. */
export interface ConfiguredValue {
  /** Name of the variable, when there is one: it counts when it has a value. */
  readonly ref: string | undefined;
  /** The text, counting otherwise. */
  readonly text: string | undefined;
  /** Value of the variable, else the text; undefined when neither has one. */
  of(variables: Variables): string | undefined;
}

/** @param attribute name of the attribute with the variable's name. @returns undefined when both are absent or empty */
export function configuredValue(element: ConfigElement | undefined, attribute = 'ref'): ConfiguredValue | undefined {
  const ref = attributeText(element, attribute);
  const text = textIn(element);
  if (ref === undefined && text === undefined) return undefined;
  return { ref, text, of: (variables) => (ref === undefined ? text : (textOf(variables.get(ref)) ?? text)) };
}

const contentParts = new Set(['content', 'body', 'formparam', 'formparams', 'formstring']);
const messages = new Set(['request', 'response', 'message', 'error']);

/**
 * Whether a variable of this name shows content of the request, of the response or of the error: a step that reads it is
 * content-aware. A whole message counts too. Messages of callouts are built when they arrive.
 */
export function showsContent(variable: string): boolean {
  const [message = '', part] = variable.split('.', 2);
  return messages.has(message) && (part === undefined || contentParts.has(part));
}
