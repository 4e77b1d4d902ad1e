import type { Element } from '@xmldom/xmldom';
import { doubleText } from '../../java/double-text.js';
import { javaTrim } from '../../java/parse-number.js';
import { javaText } from '../../java/text.js';
import { jsonText } from '../../json/text.js';
import { JsonElement } from '../../json/value.js';
import { spendCharacters } from '../../limit/time-limit.js';
import { envelopeText, soapVersionOf } from '../../message/envelope.js';
import type { Message } from '../../message/message.js';
import { serializeElement } from '../../xml/serialize.js';
import { directText } from '../../xml/walk.js';
import { isAttribute, isDocument, isElement, isText } from './nodes.js';
import { isNumber } from './values.js';
import { isExpression } from './variables.js';

/**
 * The string value of a whole XPath expression (`SynapseXPath.stringValueOf`, message-model 3.3); null: no value.
 */
export function textOfResult(value: unknown, source: string, message: Message): string | null {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  const [first] = items;
  if (items.length !== 1) return textOfSeveral(items, message);
  if (typeof first === 'string') return first;
  if (typeof first === 'number') return doubleText(first);
  if (first === null || first === undefined) return null;
  if (typeof first === 'boolean' || isNumber(first)) return javaText(first);
  if (isElement(first) && !source.includes('node()')) return textOfOnlyElement(first);
  // `…/node()` that ends at one text gives the element around it.
  if (isText(first) && source.endsWith('node()') && isElement(first.parentNode)) return trimmedMarkup(first.parentNode);
  return itemText(first, message);
}

/** Whatever is neither node, JSON nor expression contributes nothing. */
function itemText(item: unknown, message: Message): string {
  if (isText(item) || isAttribute(item)) return item.nodeValue ?? '';
  if (isElement(item)) return trimmedMarkup(item);
  if (isDocument(item)) {
    const root = item.firstChild;
    for (let child = root; child; child = child.nextSibling) if (isElement(child)) return markup(child);
    return '';
  }
  if (item instanceof JsonElement) return jsonText(item.value);
  return isExpression(item) ? (item.text(message) ?? '') : '';
}

function textOfSeveral(items: readonly unknown[], message: Message): string {
  // The reference cannot sort two attributes without namespace of one element; the first one answers (3.3 rule 3).
  const [first] = items;
  if (isAttribute(first) && hasAmbiguousAttributes(items)) return first.value;
  let text = '';
  for (const item of items) {
    const part = itemText(item, message);
    spendCharacters(part.length);
    text += part;
  }
  return text;
}

function hasAmbiguousAttributes(items: readonly unknown[]): boolean {
  const owners = new Set<unknown>();
  return items.some((item) => {
    if (!isAttribute(item) || item.namespaceURI) return false;
    if (owners.has(item.ownerElement)) return true;
    owners.add(item.ownerElement);
    return false;
  });
}

/** The element's own text, trimmed; its markup when that is blank. */
function textOfOnlyElement(element: Element): string {
  return trimmed(directText(element)) || markup(element);
}

/** The markup with the element's own text trimmed wherever that text stands in it as it is, attributes included. */
function trimmedMarkup(element: Element): string {
  const text = directText(element);
  const replacement = trimmed(text);
  return replacement === '' || replacement === text
    ? markup(element)
    : markup(element).replaceAll(text, () => replacement);
}

/** The text without white space around it, no-break spaces included. */
export const trimmed = (text: string): string =>
  javaTrim(text.includes('\u00a0') ? text.replaceAll('\u00a0', ' ') : text);

function markup(element: Element): string {
  return soapVersionOf(element) === undefined ? serializeElement(element) : envelopeText(element);
}
