import type { Element } from '@xmldom/xmldom';
import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import type { Expression } from '../runtime/expression/expression.js';
import { javaText } from '../runtime/java/text.js';
import { parseLenientJson } from '../runtime/json/parse.js';
import { jsonText } from '../runtime/json/text.js';
import { isJsonArray, isJsonObject, JsonElement, type JsonValue } from '../runtime/json/value.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { adopt, removeChildren } from '../runtime/xml/walk.js';

/** How a body is read and written around a call: by the media type in force (mediators 5.2). */
export type BodyRules = 'json' | 'text' | 'xml';

/** The `<source>` of a call: where the body that is sent comes from. */
export interface CallSource {
  /** Media type of what is sent; the message's own when undefined. */
  readonly contentType: string | undefined;
  /** Makes the source the message's body. @throws Fault when it does not fit the rules. */
  apply(message: Message, rules: BodyRules): void;
}

/** The rules that a media type selects. */
export function bodyRules(mediaType: string | undefined): BodyRules {
  if (mediaType?.includes('application/json')) return 'json';
  return mediaType?.includes('text/plain') ? 'text' : 'xml';
}

/**
 * Compiles `<source type="custom|property|inline|body" contentType="…">`. Undefined for `body` and for types that the
 * reference does not know, which leave the body alone.
 * @throws ConfigurationError for a source without content or with a `${…}` expression.
 */
export function compileCallSource(element: ConfigElement, context: CompileContext): CallSource | undefined {
  const read = sourceReader(element, context);
  if (!read) return undefined;
  const contentType = element.attribute('contentType');
  return { contentType, apply: (message, rules) => writers[rules](message, read(message, rules)) };
}

type Reader = (message: Message, rules: BodyRules) => unknown;

function sourceReader(element: ConfigElement, context: CompileContext): Reader | undefined {
  const text = element.text.trim();
  switch (element.attribute('type') ?? 'custom') {
    case 'custom':
      return custom(element, context, text);
    case 'property':
      return (message) => message.properties.get(text);
    case 'inline': {
      const [child] = element.elements();
      if (child) return () => child.node.cloneNode(true);
      if (text === '')
        element.fail('missing-element', 'an inline <source> has no content', { hint: 'put the body into it' });
      return () => element.text;
    }
    default:
      warnAboutType(element, context);
      return undefined;
  }
}

/** `body` is what is sent without a source, too; types that are none have no effect (mediators 5.2). */
function warnAboutType(element: ConfigElement, context: CompileContext): void {
  const type = element.attribute('type') ?? '';
  if (type === 'body') return;
  context.report(
    element.problem('invalid-attribute-value', `type="${type}" is no source of a call; the body is sent as it is`, {
      attribute: 'type',
      severity: 'warning',
      hint: 'use one of: body, custom, property, inline',
    }),
  );
}

function custom(element: ConfigElement, context: CompileContext, text: string): Reader {
  if (text === '') {
    element.fail('missing-element', '<source> of a call has no expression', {
      hint: 'put an XPath or json-eval($.path) into it, or say type="body"',
    });
  }
  const expression = context.expression(element, '', text);
  if (expression.language === 'synapse') {
    element.fail('invalid-expression', 'a <source> takes XPath or json-eval(…), not ${…}', {
      hint: 'write json-eval($.path)',
    });
  }
  return (message, rules) => {
    if (rules === 'text') return expression.text(message);
    if (rules === 'json' && expression.language !== 'jsonpath') {
      throw new Fault(`The source ${text} is no json-eval path, but the body is JSON`);
    }
    if (rules === 'json') return pathValue(message, expression);
    const found = expression.select(message);
    if (found.length === 0) throw new Fault(`The source ${text} of the call selects nothing`);
    return found;
  };
}

/** The value that a json-eval path reads. Its items are those of an array when they make up its text. */
function pathValue(message: Message, path: Expression): JsonElement {
  const items = path.select(message).map((item) => (item instanceof JsonElement ? item.value : null));
  const [first] = items;
  if (path.text(message) === jsonText(items)) return new JsonElement(items);
  if (first === undefined) throw new Fault(`The source ${path.source} of the call has no value`);
  return new JsonElement(first);
}

const writers: Record<BodyRules, (message: Message, value: unknown) => void> = {
  json(message, value) {
    const json = value instanceof JsonElement ? value.value : parsedJson(value);
    if (isJsonObject(json) || isJsonArray(json)) {
      message.payload.setJsonText(typeof value === 'string' ? value : jsonText(json));
      return;
    }
    message.environment.logger.log('ERROR', 'CallMediator', 'The source is neither a JSON object nor an array');
  },
  text(message, value) {
    if (typeof value !== 'string') throw new Fault('The source of a text/plain call is not a text');
    message.payload.setText(value);
  },
  xml(message, value) {
    const items = Array.isArray(value) ? value : [value];
    const elements = items.filter(isElement);
    const [first, ...others] = elements;
    if (!first) {
      writeText(message, items[0]);
      return;
    }
    message.payload.setElement(first.cloneNode(true) as Element);
    const body = message.payload.body();
    for (const other of others) adopt(other.cloneNode(true), body);
  },
};

function parsedJson(value: unknown): JsonValue {
  if (typeof value !== 'string') throw new Fault('The source of the call is no JSON value');
  try {
    return parseLenientJson(value);
  } catch (error) {
    throw new Fault('The source of the call is no JSON text', { cause: error });
  }
}

/** Text in XML mode: a JSON object or array becomes the payload, other text that of the first body element. */
function writeText(message: Message, value: unknown): void {
  if (value === null || value === undefined) throw new Fault('The source of the call has no value');
  const text = typeof value === 'object' && 'nodeValue' in value ? String(value.nodeValue) : javaText(value);
  if (/^\s*[[{]/.test(text)) {
    message.payload.setJsonText(text);
    return;
  }
  const element = message.payload.firstElement();
  if (!element) throw new Fault('The body has no element that could take the text of the source');
  removeChildren(element);
  if (element.ownerDocument) element.appendChild(element.ownerDocument.createTextNode(text));
  message.payload.dropJson();
  message.payload.changed();
}

function isElement(value: unknown): value is Element {
  return typeof value === 'object' && value !== null && 'nodeType' in value && value.nodeType === 1;
}
