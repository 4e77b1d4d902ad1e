import type { Element, Node } from '@xmldom/xmldom';
import { isElement, isNode } from '../runtime/expression/xpath/nodes.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import type { EntryValue } from '../runtime/message/registry.js';
import { newDocument } from '../runtime/xml/create.js';
import { serializeElement } from '../runtime/xml/serialize.js';
import { copyNode, directText, firstChildElement } from '../runtime/xml/walk.js';
import { dynamicAttribute, requiredAttribute, xpathAttribute } from './attribute.js';
import { insertNodes, setText } from './enrich-insert.js';
import { requiredEntry } from './entry.js';
import { defineMediator } from './mediator.js';
import { loadXQueryEngine } from './xquery-engine.js';
import { compileVariable } from './xquery-variable.js';

/**
 * ```xml
 * <xquery key="entry|{expression}" target="xpath">
 *   <dataSource><property name="…" value="…"/>*</dataSource>
 *   <variable name="…" type="INT|…|STRING|DOCUMENT|ELEMENT" value="…" | key="…" expression="…"/>*
 * </xquery>
 * ```
 * Evaluates an XQuery and puts the first item of its result in the place of the first body element, or of what `target`
 * selects (mediators 6.5). The query sees the first body element as its context item, and the variables.
 */
export const xquery = defineMediator({
  name: 'xquery',
  summary: 'Transforms XML by an XQuery.',
  attributes: {
    key: { description: 'Entry or registry resource that holds the query.', required: true },
    target: { description: 'XPath of the node that is replaced.', default: 'the first body element' },
  },
  children: ['dataSource', 'variable'],
  inner: {
    dataSource: [],
    'dataSource/property': ['name', 'value'],
    variable: ['name', 'type', 'value', 'key', 'expression'],
  },
  compile(element) {
    requiredAttribute(element, 'key');
    const key = dynamicAttribute(element, 'key');
    const target = xpathAttribute(element, 'target');
    const variables = element
      .elements()
      .filter(({ localName }) => localName === 'variable')
      .flatMap((child) => compileVariable(child) ?? []);
    return {
      contentAware: true,
      async mediate(message) {
        const engine = await loadXQueryEngine();
        const query = queryText(requiredEntry(message.environment, key.literal ?? key.evaluate(message) ?? ''));
        const values = variables.map(({ name, value }) => [name, value(message, engine)] as const);
        const result = engine.evaluate(query, contextOf(message), Object.fromEntries(values));
        const place = target ? target.select(message)[0] : message.payload.firstElement();
        if (result === undefined) return true;
        write(message, result, place, target === undefined);
        message.payload.dropJson();
        message.payload.changed();
        return true;
      },
    };
  },
});

/** A query stands in an entry as text, or as the text of an element that is only there to hold it. */
function queryText(entry: EntryValue): string {
  if (typeof entry === 'string') return entry;
  const text = directText(entry);
  return text.trim() === '' ? serializeElement(entry) : text;
}

/** The first body element as a document of its own. */
function contextOf(message: Message): Node | undefined {
  const element = message.payload.firstElement();
  if (!element) return undefined;
  const document = newDocument();
  document.appendChild(copyNode(element, document));
  return document;
}

/** An element replaces the place, any other item becomes its text; an empty body takes an element (mediators 6.5). */
function write(message: Message, result: unknown, place: unknown, isBody: boolean): void {
  const element = elementOf(result);
  if (place === undefined && isBody && element) {
    message.payload.setElement(element);
    return;
  }
  if (!isElement(place)) throw new Fault('The target of the query selects no element');
  if (element) insertNodes(place, [element], 'replace');
  else setText(place, isNode(result) ? (result.nodeValue ?? '') : String(result));
}

function elementOf(result: unknown): Element | undefined {
  if (!isNode(result)) return undefined;
  const element = result.nodeType === 9 ? firstChildElement(result) : result;
  return isElement(element) ? copyNode(element, newDocument()) : undefined;
}
