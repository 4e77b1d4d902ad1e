import type { Element, Node } from '@xmldom/xmldom';
import type { ConfigElement } from '../runtime/configuration/element.js';
import { compileXPath } from '../runtime/expression/xpath/compile.js';
import { isElement, isNode } from '../runtime/expression/xpath/nodes.js';
import { parseDouble, parseInteger, parseLong, parseShort } from '../runtime/java/parse-number.js';
import type { WholeNumber } from '../runtime/java/value.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { newDocument } from '../runtime/xml/create.js';
import { parseElement } from '../runtime/xml/parse.js';
import { copyNode, directText } from '../runtime/xml/walk.js';
import { choiceAttribute, expressionAt, requiredAttribute } from './attribute.js';
import { requiredEntry } from './entry.js';
import type { XQueryEngine } from './xquery-engine.js';

/** An external variable of a query. */
export interface XQueryVariable {
  readonly name: string;
  /** The value as the engine takes it. @throws Fault when there is none of that type */
  value(message: Message, engine: XQueryEngine): unknown;
}

const types = [
  'INT',
  'INTEGER',
  'BOOLEAN',
  'BYTE',
  'DOUBLE',
  'SHORT',
  'LONG',
  'FLOAT',
  'STRING',
  'DOCUMENT',
  'ELEMENT',
] as const;
type VariableType = (typeof types)[number];
type NumberType = Exclude<VariableType, 'BOOLEAN' | 'STRING' | 'DOCUMENT' | 'ELEMENT'>;

/** Compiles `<variable name type value | key expression/>`; one without a type is left out (mediators 6.5). */
export function compileVariable(element: ConfigElement): XQueryVariable | undefined {
  const name = requiredAttribute(element, 'name');
  if (element.attribute('type') === undefined) return undefined;
  const type = choiceAttribute(element, 'type', types, 'STRING');
  const literal = element.attribute('value');
  if (literal) return { name, value: () => converted(name, literal, type) };
  const key = element.attribute('key');
  const read = key === undefined ? messageReader(element) : entryReader(element, key);
  return { name, value: (message, engine) => converted(name, read(message, engine), type) };
}

type Reader = (message: Message, engine: XQueryEngine) => unknown;

/** What the expression finds in the message, by default the first body element. */
function messageReader(element: ConfigElement): Reader {
  const source = element.attribute('expression');
  if (!source) return (message) => message.payload.firstElement();
  const path = expressionAt(element, 'expression', () => compileXPath(source, element.namespaces()));
  return (message) => path.select(message)[0];
}

/** The entry, or what the expression finds in it. */
function entryReader(element: ConfigElement, key: string): Reader {
  const source = element.attribute('expression');
  const namespaces = element.namespaces();
  return (message, engine) => {
    const entry = requiredEntry(message.environment, key);
    if (!source) return entry;
    const root = typeof entry === 'string' ? parsed(key, entry) : entry;
    return engine.select(source, root, namespaces);
  };
}

function converted(name: string, value: unknown, type: VariableType): unknown {
  if (value === undefined || value === null) throw new Fault(`The variable ${name} of the query has no value`);
  if (type === 'DOCUMENT' || type === 'ELEMENT') return tree(name, value, type);
  const text = isNode(value) ? nodeText(value) : String(value);
  if (type === 'STRING') return text;
  if (type === 'BOOLEAN') return text.trim().toLowerCase() === 'true';
  const number = numberParsers[type](text.trim());
  if (number === undefined) {
    throw new Fault(`The variable ${name} of the query is of type ${type}, but its value is "${text}"`);
  }
  return number;
}

const whole = (number: WholeNumber | undefined): number | undefined => number && Number(number.value);

/** Numbers by their type, with the bounds of Java's types. */
const numberParsers: Readonly<Record<NumberType, (text: string) => number | undefined>> = {
  INT: (text) => whole(parseInteger(text)),
  INTEGER: (text) => whole(parseInteger(text)),
  LONG: (text) => whole(parseLong(text)),
  SHORT: (text) => whole(parseShort(text)),
  BYTE: (text) => {
    const number = whole(parseShort(text));
    return number !== undefined && number >= -128 && number <= 127 ? number : undefined;
  },
  DOUBLE: parseDouble,
  FLOAT: parseDouble,
};

/** A copy in a document of its own, so that a query never leads out of its variable. */
function tree(name: string, value: unknown, type: 'DOCUMENT' | 'ELEMENT'): Node {
  const element = isElement(value) ? value : parsed(name, String(value));
  const document = newDocument();
  const copy = copyNode(element, document);
  document.appendChild(copy);
  return type === 'DOCUMENT' ? document : copy;
}

function parsed(name: string, text: string): Element {
  try {
    return parseElement(text);
  } catch (error) {
    throw new Fault(`The variable ${name} of the query is no XML`, { cause: error });
  }
}

const nodeText = (node: Node): string => (node.nodeType === 1 ? directText(node) : (node.nodeValue ?? ''));
