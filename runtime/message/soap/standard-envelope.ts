import type { Element } from '@xmldom/xmldom';
import { declareNamespace, documentOf, XMLNS_NAMESPACE } from '../../xml/create.js';
import { adopt, childElements } from '../../xml/walk.js';
import { bodyOf, createEnvelope, headerOf } from '../envelope.js';
import type { Payload } from '../payload.js';

const STANDARD_PREFIX = 'soapenv';

/**
 * Gives a SOAP message the engine's own envelope, with the prefix `soapenv`, as the reference engine does when it copies
 * the request of a failed call for its handlers (message-model 6.4 rule 1). Header blocks and body move over, and what
 * the old envelope declared stays declared.
 */
export function standardEnvelope(payload: Payload): void {
  if (!payload.hasDocument) return;
  const old = payload.envelope();
  if (old.prefix === STANDARD_PREFIX) return;
  const envelope = createEnvelope(payload.soapVersion, documentOf(old));
  for (const { namespaceURI, prefix, localName, value } of Array.from(old.attributes)) {
    if (namespaceURI === XMLNS_NAMESPACE && localName !== STANDARD_PREFIX) {
      declareNamespace(envelope, prefix === null ? '' : (localName ?? ''), value);
    }
  }
  moveChildren(headerOf(old), headerOf(envelope));
  moveChildren(bodyOf(old), bodyOf(envelope));
  payload.setEnvelope(envelope, { hasDocument: true });
}

function moveChildren(from: Element | undefined, to: Element | undefined): void {
  if (from && to) for (const child of childElements(from)) adopt(child, to);
}
