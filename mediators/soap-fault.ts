import type { Element } from '@xmldom/xmldom';
import { isNode } from '../runtime/expression/xpath/nodes.js';
import type { Message } from '../runtime/message/message.js';
import {
  createElement,
  declareNamespace,
  documentOf,
  newDocument,
  setAttribute,
  XML_NAMESPACE,
} from '../runtime/xml/create.js';
import { adopt, childElements, cloneInto } from '../runtime/xml/walk.js';
import { type FaultCode, type FaultParts, soapNamespaces } from './fault-parts.js';

/** Builds the envelope of a SOAP fault; the header blocks of the message move into it (mediators 4.10). */
export function soapFault(message: Message, parts: FaultParts, version: 'soap11' | 'soap12'): Element {
  const namespace = soapNamespaces[version];
  const document = newDocument();
  const envelope = createElement(document, 'soapenv:Envelope', namespace);
  const build = version === 'soap11' ? buildSoap11 : buildSoap12;
  const fault = createElement(document, 'soapenv:Fault', namespace);
  build(message, parts, fault);
  moveHeaders(message, envelope, namespace);
  const body = append(envelope, 'soapenv:Body', namespace);
  body.appendChild(fault);
  return envelope;
}

function buildSoap11(message: Message, parts: FaultParts, fault: Element): void {
  addCode(message, parts.code, append(fault, 'faultcode'), soapNamespaces.soap11);
  append(fault, 'faultstring', '', parts.reason?.text(message) ?? '');
  if (parts.role) append(fault, 'faultactor', '', parts.role);
  if (parts.detail) addDetail(message, parts.detail, append(fault, 'detail'));
}

function buildSoap12(message: Message, parts: FaultParts, fault: Element): void {
  const namespace = soapNamespaces.soap12;
  const code = append(fault, 'soapenv:Code', namespace);
  addCode(message, parts.code, append(code, 'soapenv:Value', namespace), namespace);
  const reason = append(fault, 'soapenv:Reason', namespace);
  const text = append(reason, 'soapenv:Text', namespace, parts.reason?.text(message) ?? '');
  setAttribute(text, 'xml:lang', 'en', XML_NAMESPACE);
  if (parts.node) append(fault, 'soapenv:Node', namespace, parts.node);
  if (parts.role) append(fault, 'soapenv:Role', namespace, parts.role);
  if (parts.detail) addDetail(message, parts.detail, append(fault, 'soapenv:Detail', namespace));
}

/** The code as a qualified name; one that an expression gives is in the namespace of the fault itself. */
function addCode(message: Message, code: FaultParts['code'], value: Element, namespace: string): void {
  if (!code) return;
  const name: FaultCode =
    'namespace' in code ? code : { prefix: 'axis2ns1', localName: code.text(message) ?? '', namespace };
  declareNamespace(value, name.prefix, name.namespace);
  addText(value, `${name.prefix}:${name.localName}`);
}

function addDetail(message: Message, detail: NonNullable<FaultParts['detail']>, target: Element): void {
  if (detail.elements) {
    for (const child of detail.elements) cloneInto(child.node, target);
    return;
  }
  if (detail.literal !== undefined) {
    addText(target, detail.literal);
    return;
  }
  const results = detail.expression?.select(message) ?? [];
  const nodes = results.filter(isNode);
  if (nodes.length === 0) addText(target, detail.expression?.text(message) ?? '');
  for (const node of nodes) {
    node.parentNode?.removeChild(node);
    adopt(node, target);
  }
}

function moveHeaders(message: Message, envelope: Element, namespace: string): void {
  const header = message.payload.header();
  const blocks = header ? childElements(header) : [];
  if (blocks.length === 0) return;
  const target = append(envelope, 'soapenv:Header', namespace);
  for (const block of blocks) {
    header?.removeChild(block);
    adopt(block, target);
  }
}

function append(parent: Element, name: string, namespace = '', text?: string): Element {
  const child = createElement(documentOf(parent), name, namespace);
  parent.appendChild(child);
  if (text !== undefined) addText(child, text);
  return child;
}

function addText(element: Element, text: string): void {
  element.appendChild(documentOf(element).createTextNode(text));
}
