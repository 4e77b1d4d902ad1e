import type { Element } from '@xmldom/xmldom';
import type { ConfigElement } from '../runtime/configuration/element.js';
import { ExpressionSyntaxError } from '../runtime/expression/expression.js';
import { compileInlineText } from '../runtime/expression/inline.js';
import { parseLenientJson } from '../runtime/json/parse.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { newDocument } from '../runtime/xml/create.js';
import { parseElement } from '../runtime/xml/parse.js';
import { serializeElement } from '../runtime/xml/serialize.js';
import { copyNode } from '../runtime/xml/walk.js';
import { entryOf } from './entry.js';

/** The content of `<source type="inline">`: an element, a text, or the name of an entry. */
export interface EnrichInline {
  /** Whether it may be taken for JSON: an entry, or a text that the lenient parser reads (mediators 6.2). */
  readonly isJson: boolean;
  /** It names an entry. */
  readonly isEntry: boolean;
  /** The element or text for this message, `{expression}` parts replaced; undefined when the entry is missing. */
  value(message: Message): Element | string | undefined;
}

/** Compiles the content. @throws ConfigurationError when there is none. */
export function compileInline(element: ConfigElement): EnrichInline {
  const [child] = element.elements();
  if (child) return inlineElement(element, child.node);
  const text = element.text.trim();
  if (text !== '')
    return { isJson: looksLikeJson(text), isEntry: false, value: rendering(element, text, parsedOrText) };
  const key = element.attribute('key');
  if (key === undefined) {
    element.fail('missing-element', 'an inline <source> has no content', {
      hint: 'put an element or a text into it, or add key="…"',
    });
  }
  return { isJson: true, isEntry: true, value: (message) => entryForMessage(message, key) };
}

function inlineElement(element: ConfigElement, node: Element): EnrichInline {
  const text = serializeElement(node);
  if (!text.includes('{')) return { isJson: false, isEntry: false, value: () => copyNode(node, newDocument()) };
  return { isJson: false, isEntry: false, value: rendering(element, text, parsedElement) };
}

/** An expression that does not parse faults when a message comes: text in braces need not be meant as one. */
function rendering<Value>(
  element: ConfigElement,
  text: string,
  read: (text: string) => Value,
): (message: Message) => Value {
  try {
    const inline = compileInlineText(text, element.namespaces());
    return (message) => read(inline.render(message));
  } catch (error) {
    if (!(error instanceof ExpressionSyntaxError)) throw error;
    return () => {
      throw new Fault(`An inline <source> has an expression in braces that does not parse: ${error.message}`);
    };
  }
}

function parsedElement(text: string): Element {
  try {
    return parseElement(text);
  } catch (error) {
    throw new Fault('The values of an inline <source> make its element no XML', { cause: error });
  }
}

/** A text that has become XML by its expressions is taken as XML. */
function parsedOrText(text: string): Element | string {
  if (!text.startsWith('<')) return text;
  try {
    return parseElement(text);
  } catch {
    return text;
  }
}

/** `null` is no JSON here; a text in braces is, even when it does not parse (mediators 6.2). */
function looksLikeJson(text: string): boolean {
  if (text.startsWith('{') && text.endsWith('}')) return true;
  try {
    return parseLenientJson(text) !== null;
  } catch {
    return false;
  }
}

const entriesOfMessages = new WeakMap<Message, Map<string, Element>>();

/**
 * XML entries are inserted uncloned in the reference, so that a second insertion moves the element. Here that holds
 * within a message; messages do not take entries away from each other.
 */
function entryForMessage(message: Message, key: string): Element | string | undefined {
  const entry = entryOf(message.environment, key);
  if (entry === undefined || typeof entry === 'string') return entry;
  const entries = entriesOfMessages.get(message) ?? new Map<string, Element>();
  const own = entries.get(key) ?? copyNode(entry, newDocument());
  entriesOfMessages.set(message, entries.set(key, own));
  return own;
}
