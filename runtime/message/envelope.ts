import type { Document, Element } from '@xmldom/xmldom';
import { addAttribute, appendNew, createElement, newDocument, XMLNS_NAMESPACE } from '../xml/create.js';
import { serializeElement } from '../xml/serialize.js';
import { childNamed } from '../xml/walk.js';

export type SoapVersion = '1.1' | '1.2';

export const SOAP_NAMESPACE: Readonly<Record<SoapVersion, string>> = {
  '1.1': 'http://schemas.xmlsoap.org/soap/envelope/',
  '1.2': 'http://www.w3.org/2003/05/soap-envelope',
};

/** Namespace of the wrappers around text and binary bodies (message-model 5.5, 5.6). */
export const PAYLOAD_NAMESPACE = 'http://ws.apache.org/commons/ns/payload';

/** SOAP version by the namespace of an envelope element; undefined when it is none. */
export function soapVersionOf({ localName, namespaceURI }: Element): SoapVersion | undefined {
  return soapVersionOfName(localName, namespaceURI);
}

/** {@link soapVersionOf} by the element's name. */
export function soapVersionOfName(localName: string | null, namespace: string | null): SoapVersion | undefined {
  if (localName !== 'Envelope') return undefined;
  if (namespace === SOAP_NAMESPACE['1.1']) return '1.1';
  return namespace === SOAP_NAMESPACE['1.2'] ? '1.2' : undefined;
}

/** `Envelope(Header, Body)` with the prefix `soapenv`, not attached to the document (message-model 3.2). */
export function createEnvelope(version: SoapVersion, document: Document = newDocument()): Element {
  const envelope = soapElement(document, 'Envelope', version);
  addAttribute(envelope, 'xmlns:soapenv', SOAP_NAMESPACE[version], XMLNS_NAMESPACE);
  appendNew(envelope, soapElement(document, 'Header', version));
  appendNew(envelope, soapElement(document, 'Body', version));
  return envelope;
}

export function soapElement(document: Document, name: string, version: SoapVersion, prefix = 'soapenv'): Element {
  return createElement(document, prefix === '' ? name : `${prefix}:${name}`, SOAP_NAMESPACE[version]);
}

/** Headers that lost their last block, which are written although they are empty. */
const emptied = new WeakSet<Element>();

/** Removes a block from a Header; a Header that is empty then is still written (mediators 3.4). */
export function removeBlock(header: Element, block: Element): void {
  header.removeChild(block);
  if (!header.firstChild) emptied.add(header);
}

export function headerOf(envelope: Element): Element | undefined {
  return childNamed(envelope, 'Header', envelope.namespaceURI ?? '');
}

export function bodyOf(envelope: Element): Element | undefined {
  return childNamed(envelope, 'Body', envelope.namespaceURI ?? '');
}

/** The envelope without a Header that was never filled, as every output shows it (message-model 5.3). */
export function serializeEnvelope(envelope: Element): string {
  const header = headerOf(envelope);
  if (!header || header.firstChild || header.attributes.length > 0 || emptied.has(header))
    return serializeElement(envelope);
  const next = header.nextSibling;
  envelope.removeChild(header);
  try {
    return serializeElement(envelope);
  } finally {
    envelope.insertBefore(header, next);
  }
}

/** An envelope read as a string by an expression or a log begins with a declaration (message-model 5.3). */
export function envelopeText(envelope: Element): string {
  return `<?xml version='1.0' encoding='utf-8'?>${serializeEnvelope(envelope)}`;
}
