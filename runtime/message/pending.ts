import type { Document, Element } from '@xmldom/xmldom';
import { createElement, newDocument } from '../xml/create.js';
import type { XmlReader } from '../xml/parse.js';
import type { XmlScan } from '../xml/scanned.js';
import { jsonToXml } from './conversion/json-to-xml.js';
import type { ConversionOptions } from './conversion/options.js';
import { PAYLOAD_NAMESPACE } from './envelope.js';
import type { JsonWrapper } from './stored-json.js';

/** What goes below Body and is not in the tree yet. */
export type PendingBody =
  | { readonly kind: 'json'; readonly text: string; readonly wrapper: JsonWrapper }
  /** A document whose root has been seen; the rest is read when somebody walks there. */
  | { readonly kind: 'xml'; readonly reader: XmlReader }
  | { readonly kind: 'text'; readonly text: string; readonly received: boolean }
  | { readonly kind: 'binary'; readonly bytes: Uint8Array };

/** A body, or a whole SOAP message whose start tag has been seen. */
export type Pending = PendingBody | { readonly kind: 'soap'; readonly reader: XmlReader };

export interface ElementName {
  readonly localName: string;
  readonly namespace: string;
}

export function nameOf(element: Element): ElementName {
  return { localName: element.localName ?? element.nodeName, namespace: element.namespaceURI ?? '' };
}

/** A body that was scanned and not made a tree of. */
export interface ScannedBody {
  readonly scan: XmlScan;
  /** The document is a SOAP envelope; else it is the body alone. */
  readonly isEnvelope: boolean;
}

export function scannedPending(pending: Pending): ScannedBody | undefined {
  if (pending.kind !== 'soap' && pending.kind !== 'xml') return undefined;
  const { scan } = pending.reader;
  return scan && { scan, isEnvelope: pending.kind === 'soap' };
}

/** The envelope or body as it is written, where that is how it stands in the text. */
export function verbatimOf({ scan, isEnvelope }: ScannedBody): string | undefined {
  if (!scan.verbatim || (isEnvelope && hasEmptyHeader(scan))) return undefined;
  return scan.text.slice(scan.start(0), scan.end(0));
}

/** The Header or Body of a scanned envelope; undefined for an envelope without. */
export function partOfEnvelope(scan: XmlScan, localName: 'Header' | 'Body'): number | undefined {
  const { namespace } = scan.kind(0);
  for (let element = 1; element < scan.size; element++) {
    if (scan.parent(element) !== 0) continue;
    const kind = scan.kind(element);
    if (kind.localName === localName && kind.namespace === namespace) return element;
  }
  return undefined;
}

/** A Header that was never filled is not written (message-model 5.3). */
function hasEmptyHeader(scan: XmlScan): boolean {
  const header = partOfEnvelope(scan, 'Header');
  return header !== undefined && scan.content(header) === scan.contentEnd(header) && !scan.attributes.has(header);
}

/** The first element of a scanned envelope's body; undefined for one without. */
export function firstInBody(scan: XmlScan): number | undefined {
  const body = partOfEnvelope(scan, 'Body');
  return body !== undefined && scan.parent(body + 1) === body ? body + 1 : undefined;
}

/** Name of the element that a pending body will be; undefined for a SOAP message that has to be read for that. */
export function pendingName(pending: Pending): ElementName | undefined {
  if (pending.kind === 'json') return { localName: pending.wrapper, namespace: '' };
  if (pending.kind === 'xml') return pending.reader.rootName();
  if (pending.kind === 'soap') return nameInBody(pending.reader.scan);
  return { localName: pending.kind, namespace: PAYLOAD_NAMESPACE };
}

function nameInBody(scan: XmlScan | undefined): ElementName | undefined {
  const element = scan && firstInBody(scan);
  return element === undefined ? undefined : scan?.kind(element);
}

/** A pending body for a copy of the message: what reads on starts again. */
export function restartPending(pending: Pending | undefined): Pending | undefined {
  if (!pending || !('reader' in pending)) return pending;
  return { kind: pending.kind, reader: pending.reader.restarted() };
}

/** The document that the body's element is made in: a document that was read keeps its own. */
export function documentOfPending(pending: PendingBody): Document {
  return pending.kind === 'xml' ? pending.reader.document : newDocument();
}

/**
 * Makes the element of a body (message-model 4.2).
 * @throws XmlError or SyntaxError when the text is malformed
 */
export function elementOfPending(pending: PendingBody, document: Document, conversion: ConversionOptions): Element {
  switch (pending.kind) {
    case 'xml': {
      pending.reader.finish();
      const root = pending.reader.root();
      root.parentNode?.removeChild(root);
      return root;
    }
    case 'json': {
      const { text, wrapper } = pending;
      if (wrapper !== 'jsonValue') return jsonToXml(text, document, conversion);
      return withText(createElement(document, 'jsonValue'), text);
    }
    case 'text':
      return textElement(pending.text, pending.received, document);
    case 'binary': {
      const { buffer, byteOffset, byteLength } = pending.bytes;
      const base64 = Buffer.from(buffer, byteOffset, byteLength).toString('base64');
      const element = createElement(document, 'ns:binary', PAYLOAD_NAMESPACE);
      // Written as <ns:binary …></ns:binary> even when there are no bytes.
      element.appendChild(document.createTextNode(base64));
      return element;
    }
  }
}

/** A received text has the wrapper in the default namespace; one that a flow makes has a generated prefix. */
function textElement(text: string, received: boolean, document: Document): Element {
  if (received) return withText(createElement(document, 'text', PAYLOAD_NAMESPACE), text);
  const element = createElement(document, 'axis2ns1:text', PAYLOAD_NAMESPACE);
  element.appendChild(document.createTextNode(text));
  return element;
}

function withText(element: Element, text: string): Element {
  if (text !== '') element.appendChild((element.ownerDocument as Document).createTextNode(text));
  return element;
}
