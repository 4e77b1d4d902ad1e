import type { Document, Element } from '@xmldom/xmldom';
import { addAttribute, appendNew, createElement } from './create.js';
import { scannedText, type XmlScan } from './scan.js';

/** The root of a scanned document with its attributes, without its content. */
export function scannedRoot(scan: XmlScan, document: Document): Element {
  const root = elementOf(scan, 0, document);
  document.appendChild(root);
  return root;
}

/** Fills a root that {@link scannedRoot} has made with everything below it. */
export function fillScanned(scan: XmlScan, root: Element): void {
  const { text, starts, contents, contentEnds, ends, parents } = scan;
  const document = root.ownerDocument as Document;
  let current = root;
  let open = 0;
  let at = contents[0] as number;
  const takeText = (to: number): void => {
    if (to > at) appendNew(current, document.createTextNode(scannedText(text, at, to)));
  };
  const closeUpTo = (parent: number): void => {
    for (; open !== parent; open = parents[open] as number) {
      takeText(contentEnds[open] as number);
      at = ends[open] as number;
      current = current.parentNode as Element;
    }
  };
  for (let element = 1; element < starts.length; element++) {
    closeUpTo(parents[element] as number);
    takeText(starts[element] as number);
    const node = elementOf(scan, element, document);
    appendNew(current, node);
    current = node;
    open = element;
    at = contents[element] as number;
  }
  closeUpTo(0);
  takeText(contentEnds[0] as number);
}

function elementOf(scan: XmlScan, element: number, document: Document): Element {
  const node = createElement(document, scan.names[element] as string, scan.namespaces[element]);
  const attributes = scan.attributes.get(element);
  if (attributes) for (const { name, value, namespace } of attributes) addAttribute(node, name, value, namespace);
  return node;
}
