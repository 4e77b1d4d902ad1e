import type { Element, Node } from '@xmldom/xmldom';
import type { ConfigElement } from '../runtime/configuration/element.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import type { EntryValue } from '../runtime/message/registry.js';
import { serializeElement } from '../runtime/xml/serialize.js';
import type { PayloadMedia } from './payload-conversion.js';

/** The text of an inline `<format>`: XML as it is written but for blank text, else the element's own text. */
export function inlineFormat(element: ConfigElement, media: PayloadMedia): string {
  const [child] = element.elements();
  if (media === 'xml' && child) return compact(child.node);
  return element.text.trim() === '' ? '' : element.text;
}

/** The template that a key names at this moment. @throws Fault when there is none. */
export function keyedFormat(message: Message, key: string | null): string {
  const entry: EntryValue | undefined = key === null ? undefined : message.environment.localEntry(key);
  if (entry !== undefined) return typeof entry === 'string' ? entry : compact(entry);
  const resource = key === null ? undefined : message.environment.registry.get(key);
  if (!resource) throw new Fault(`The payloadFactory template ${key} cannot be found`);
  return Buffer.from(resource.content).toString('utf8');
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
