import type { Document, Element } from '@xmldom/xmldom';
import { createElement, documentOf, setAttribute, XML_NAMESPACE } from '../../xml/create.js';
import { adopt, childElements, cloneInto, isNamed } from '../../xml/walk.js';
import { bodyOf, createEnvelope, headerOf, SOAP_NAMESPACE, type SoapVersion, soapElement } from '../envelope.js';
import type { Payload } from '../payload.js';
import { type FaultParts, readFault } from './fault-parts.js';

const NEWER_CODE = new Map([
  ['Client', 'Sender'],
  ['Server', 'Receiver'],
]);
const OLDER_CODE = new Map([
  ['Sender', 'Client'],
  ['Receiver', 'Server'],
]);

/**
 * Makes the message's envelope one of the other SOAP version: header blocks and body move over, a fault is rewritten
 * (message-model 2.5 "Protocol restoration", 2.4 endpoint formats).
 * @throws Fault when the body cannot be read
 */
export function convertSoapVersion(payload: Payload, version: SoapVersion): void {
  if (payload.soapVersion === version) return;
  const from = payload.soapVersion;
  const old = payload.envelope();
  const envelope = createEnvelope(version, documentOf(old));
  moveBlocks(headerOf(old), headerOf(envelope), from, version);
  const body = bodyOf(envelope) as Element;
  for (const child of childElements(bodyOf(old) ?? old)) {
    if (isNamed(child, 'Fault', SOAP_NAMESPACE[from])) body.appendChild(convertFault(child, from, version));
    else adopt(child, body);
  }
  payload.setEnvelope(envelope, { hasDocument: payload.hasDocument });
}

function moveBlocks(from: Element | undefined, to: Element | undefined, old: SoapVersion, version: SoapVersion): void {
  if (!from || !to) return;
  for (const block of childElements(from)) {
    const mustUnderstand = block.getAttributeNodeNS(SOAP_NAMESPACE[old], 'mustUnderstand');
    if (mustUnderstand) {
      block.removeAttributeNode(mustUnderstand);
      const isTrue = mustUnderstand.value === '1' || mustUnderstand.value === 'true';
      const value = version === '1.1' ? (isTrue ? '1' : '0') : String(isTrue);
      setAttribute(block, 'soapenv:mustUnderstand', value, SOAP_NAMESPACE[version]);
    }
    adopt(block, to);
  }
}

function convertFault(fault: Element, from: SoapVersion, version: SoapVersion): Element {
  const parts = readFault(fault, from);
  const document = documentOf(fault);
  return version === '1.1' ? olderFault(document, parts) : newerFault(document, parts);
}

function olderFault(document: Document, { code, reason, role, detail }: FaultParts): Element {
  const fault = soapElement(document, 'Fault', '1.1');
  addText(fault, createElement(document, 'faultcode'), `soapenv:${OLDER_CODE.get(code) ?? code}`);
  addText(fault, createElement(document, 'faultstring'), reason);
  if (role !== undefined) addText(fault, createElement(document, 'faultactor'), role);
  if (detail) moveDetail(fault, createElement(document, 'detail'), detail);
  return fault;
}

function newerFault(document: Document, { code, reason, node, role, detail }: FaultParts): Element {
  const fault = soapElement(document, 'Fault', '1.2');
  const codeElement = fault.appendChild(soapElement(document, 'Code', '1.2')) as Element;
  addText(codeElement, soapElement(document, 'Value', '1.2'), `soapenv:${NEWER_CODE.get(code) ?? code}`);
  const reasonElement = fault.appendChild(soapElement(document, 'Reason', '1.2')) as Element;
  const text = soapElement(document, 'Text', '1.2');
  setAttribute(text, 'xml:lang', 'en', XML_NAMESPACE);
  addText(reasonElement, text, reason);
  if (node !== undefined) addText(fault, soapElement(document, 'Node', '1.2'), node);
  if (role !== undefined) addText(fault, soapElement(document, 'Role', '1.2'), role);
  if (detail) moveDetail(fault, soapElement(document, 'Detail', '1.2'), detail);
  return fault;
}

function addText(parent: Element, child: Element, text: string): void {
  child.appendChild(documentOf(child).createTextNode(text));
  parent.appendChild(child);
}

function moveDetail(fault: Element, target: Element, detail: Element): void {
  for (let child = detail.firstChild; child; child = child.nextSibling) cloneInto(child, target);
  fault.appendChild(target);
}
