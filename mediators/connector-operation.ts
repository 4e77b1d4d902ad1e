import type { CompileContext, Step } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message, Outcome } from '../runtime/message/message.js';
import { dynamicAttribute } from './attribute.js';
import { ConnectorParameter } from './connector-parameter.js';
import { type Argument, compileArgument } from './template-argument.js';
import { compileTemplateCall } from './template-call.js';

/** Parameter by which an init template learns the key of the local entry that it runs for. */
const configKeyParameter = 'INIT_CONFIG_KEY';

/**
 * ```xml
 * <connector.operation configKey="entry|{expression}"><parameter>text|{expression}</parameter>*</connector.operation>
 * ```
 * Compiles an operation of a connector: a call of the template that the connector brings (mediators 8.2). With a
 * `configKey`, the operation in that local entry runs first, at every call. Every child is a parameter named like it;
 * one with attributes or children of its own is a {@link ConnectorParameter}.
 * @param target name of the operation's template
 * @param entry key of the local entry that the element stands in, if it is a connection
 */
export function compileOperation(
  element: ConfigElement,
  context: CompileContext,
  target: string,
  entry?: string,
): Step {
  const key = element.attribute('configKey') === undefined ? undefined : dynamicAttribute(element, 'configKey');
  return compileTemplateCall({
    target,
    given: element.elements().flatMap((child) => parameterOf(child, context) ?? []),
    ...(key ? { before: (message) => connect(message, key.evaluate(message)) } : {}),
    ...(entry === undefined ? {} : { beside: ({ name }) => (name === 'init' ? [[configKeyParameter, entry]] : []) }),
  });
}

function connect(message: Message, key: string | null): Outcome | Promise<Outcome> {
  const connection = key === null ? undefined : message.environment.connection?.(key);
  if (!connection) throw new Fault(`There is no local entry ${key} with a connection of a connector`);
  return connection(message);
}

/** Undefined for a child without a value, which is not passed. */
function parameterOf(element: ConfigElement, context: CompileContext): Argument | undefined {
  const name = element.localName;
  const attributes = element.attributes().filter(({ value }) => value !== '');
  const children = element.elements();
  const text = children.length > 0 ? '' : element.text;
  const inline = text === '' ? undefined : compileArgument(element, name, text, context);
  if (attributes.length === 0 && children.length === 0) return inline;
  const values = attributes.map((one) => compileArgument(element, one.name, one.value, context, one.name));
  const parts = children.map((child) => structuredParameter(child, context));
  return structured(name, inline, values, parts);
}

/** Within a structured parameter every part is one, those with a text alone too. */
function structuredParameter(element: ConfigElement, context: CompileContext): Argument {
  const inner = parameterOf(element, context);
  return inner && 'isStructured' in inner ? inner : structured(element.localName, inner, [], []);
}

function structured(
  name: string,
  inline: Argument | undefined,
  attributes: readonly Argument[],
  children: readonly Argument[],
): Argument & { isStructured: true } {
  return {
    name,
    isStructured: true,
    contentAware: [...attributes, ...children, ...(inline ? [inline] : [])].some((one) => one.contentAware),
    evaluate: (message) =>
      new ConnectorParameter(
        name,
        inline?.evaluate(message),
        new Map(attributes.map((attribute) => [attribute.name, attribute.evaluate(message)])),
        children.map((child) => child.evaluate(message) as ConnectorParameter),
      ),
  };
}
