import type { ConfigElement } from '../runtime/configuration/element.js';
import { parseLenientJson } from '../runtime/json/parse.js';
import { JsonElement, type JsonValue } from '../runtime/json/value.js';
import { buildBody } from '../runtime/message/build.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { childElements } from '../runtime/xml/walk.js';
import { dynamicText } from './attribute.js';
import { type BodyRules, bodyRules } from './call-source.js';
import { toJsonValue } from './json-value.js';

/** The `<target>` of a call: where the answer goes instead of the body. */
export interface CallTarget {
  /** Stores the answer, read by the rules of what was sent (mediators 5.2 "Target processing"). */
  store(message: Message, rules: BodyRules): void;
}

const ineffectiveTypes = ['body', 'custom', 'envelope', 'inline', 'key'];

/**
 * Compiles `<target type="property|variable|body">name</target>`. Undefined for types that leave the answer in the body.
 * @throws ConfigurationError for an unknown type or a variable without a name.
 */
export function compileCallTarget(element: ConfigElement): CallTarget | undefined {
  const type = element.attribute('type') ?? 'custom';
  const text = element.text.trim();
  if (ineffectiveTypes.includes(type)) return undefined;
  if (type === 'property')
    return { store: (message, rules) => message.setProperty(text, answerAsProperty(message, rules)) };
  if (type !== 'variable') {
    return element.fail('invalid-attribute-value', `type="${type}" is no target of a call`, {
      attribute: 'type',
      hint: 'use property, variable or body',
    });
  }
  if (text === '') {
    return element.fail('missing-element', 'the variable <target> of a call has no name', {
      hint: 'put the name into it',
    });
  }
  const name = dynamicText(element, text);
  return {
    store(message, rules) {
      const variable = name.evaluate(message);
      if (!variable) throw new Fault('The name of the target variable of a call is empty');
      message.setVariable(variable, mapOf(message, answerPayload(message, rules)));
    },
  };
}

/** The answer as connectors leave it: `payload`, `headers` and `attributes` (mediators 5.2, 8.1). Builds the body. */
export async function answerAsMap(message: Message): Promise<Map<string, unknown>> {
  if (!message.payload.built) await buildBody(message);
  const rules = message.payload.isJson ? 'json' : bodyRules(message.axis2Text('messageType'));
  return mapOf(message, answerPayload(message, rules));
}

function mapOf(message: Message, payload: unknown): Map<string, unknown> {
  const headers = new Map<string, JsonValue>();
  for (const [name, value] of message.headers.sorted()) headers.set(name, toJsonValue(value));
  const status = message.axis2Property('HTTP_SC');
  const attributes = new Map<string, JsonValue>();
  if (status !== undefined && status !== null) attributes.set('statusCode', toJsonValue(status));
  return new Map<string, unknown>([
    ['payload', payload],
    ['headers', new JsonElement(headers)],
    ['attributes', new JsonElement(attributes)],
  ]);
}

function answerAsProperty(message: Message, rules: BodyRules): unknown {
  if (rules === 'json') return message.payload.isJson ? message.payload.jsonText : '{}';
  return rules === 'text' ? (message.payload.text ?? '') : childElements(message.payload.body());
}

/** A body that is not JSON reads as `{}` by the JSON rules. */
function answerPayload(message: Message, rules: BodyRules): unknown {
  if (rules === 'text') return message.payload.text ?? '';
  if (rules === 'xml') {
    const elements = childElements(message.payload.body());
    return elements.length === 1 ? elements[0] : elements;
  }
  const text = message.payload.isJson ? message.payload.jsonText : undefined;
  return new JsonElement(text === undefined ? new Map() : parseLenientJson(text));
}
