import type { Element, Node } from '@xmldom/xmldom';
import type { ConfigElement } from '../runtime/configuration/element.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import type { RegistryResource } from '../runtime/message/registry.js';
import { serializeElement } from '../runtime/xml/serialize.js';
import type { PayloadMedia } from './payload-conversion.js';

/** The text of an inline `<format>`: XML as it is written but for blank text, else the element's own text. */
export function inlineFormat(element: ConfigElement, media: PayloadMedia): string {
  const [child] = element.elements();
  if (media === 'xml' && child) return compact(child.node);
  return element.text.trim() === '' ? '' : element.text;
}

/** The texts of XML entries and resources, for as long as a key names the same object. */
const knownTexts = new WeakMap<Element | RegistryResource, string>();

/** The template that a key names at this moment. @throws Fault when there is none. */
export function keyedFormat(message: Message, key: string | null): string {
  const { environment } = message;
  const source = key === null ? undefined : (environment.localEntry(key) ?? environment.registry.get(key));
  if (source === undefined) throw new Fault(`The payloadFactory template ${key} cannot be found`);
  if (typeof source === 'string') return source;
  const text = knownTexts.get(source) ?? textOf(source);
  knownTexts.set(source, text);
  return text;
}

function textOf(source: Element | RegistryResource): string {
  return 'content' in source ? Buffer.from(source.content).toString('utf8') : compact(source);
}

/** Markup without text nodes that are only blank; in mixed content the blanks between tags vanish, too. */
function compact(element: Element): string {
  const copy = element.cloneNode(true) as Element;
  dropBlanks(copy);
  return serializeElement(copy);
}

function dropBlanks(node: Node): void {
  for (let child = node.firstChild; child; ) {
    const next = child.nextSibling;
    if (child.nodeType === 3 && (child.nodeValue ?? '').trim() === '') node.removeChild(child);
    else dropBlanks(child);
    child = next;
  }
}
