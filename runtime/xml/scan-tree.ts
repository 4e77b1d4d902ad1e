import type { Document, Element } from '@xmldom/xmldom';
import { addAttribute, appendNew, createElement } from './create.js';
import type { XmlScan } from './scanned.js';

/** The root of a scanned document with its attributes, without its content. */
export function scannedRoot(scan: XmlScan, document: Document): Element {
  const root = elementOf(scan, 0, document);
  document.appendChild(root);
  return root;
}

/** Fills a root that {@link scannedRoot} has made with everything below it. */
export function fillScanned(scan: XmlScan, root: Element): void {
  const document = root.ownerDocument as Document;
  let current = root;
  let open = 0;
  let at = scan.content(0);
  const takeText = (to: number): void => {
    if (to > at) appendNew(current, document.createTextNode(scan.textBetween(at, to)));
  };
  const closeUpTo = (parent: number): void => {
    for (; open !== parent; open = scan.parent(open) as number) {
      takeText(scan.contentEnd(open));
      at = scan.end(open);
      current = current.parentNode as Element;
    }
  };
  for (let element = 1; element < scan.size; element++) {
    closeUpTo(scan.parent(element) as number);
    takeText(scan.start(element));
    const node = elementOf(scan, element, document);
    appendNew(current, node);
    current = node;
    open = element;
    at = scan.content(element);
  }
  closeUpTo(0);
  takeText(scan.contentEnd(0));
}

function elementOf(scan: XmlScan, element: number, document: Document): Element {
  const { name, namespace } = scan.kind(element);
  const node = createElement(document, name, namespace);
  const attributes = scan.attributes.get(element);
  if (attributes) for (const { name, value, namespace } of attributes) addAttribute(node, name, value, namespace);
  return node;
}
