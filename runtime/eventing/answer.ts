import type { Element } from '@xmldom/xmldom';
import { bodyOf, createEnvelope, headerOf, type SoapVersion, soapElement } from '../message/envelope.js';
import type { Message } from '../message/message.js';
import type { Subscription } from '../message/subscription-state.js';
import { createElement, declareNamespace, documentOf, setAttribute, XML_NAMESPACE } from '../xml/create.js';
import type { EventingFault } from './eventing-fault.js';
import { ADDRESSING, ADDRESSING_2005, EVENTING } from './namespaces.js';
import type { EventingRequest } from './request.js';

/** Answers a request with the element `wse:…Response` (mediators 12). */
export function respond(
  message: Message,
  request: EventingRequest,
  fill: (response: Element) => void,
): void | Promise<void> {
  const name = `${request.operation}Response`;
  const envelope = envelopeFor(message, request, `${EVENTING}/${name}`);
  fill(append(bodyOf(envelope) as Element, `wse:${name}`, EVENTING));
  return send(message, envelope);
}

/** Answers a request with a SOAP fault: in SOAP 1.1 the subcode is the code. */
export function respondFault(message: Message, request: EventingRequest, fault: EventingFault): void | Promise<void> {
  const envelope = envelopeFor(message, request, `${ADDRESSING}/fault`);
  const version = message.payload.soapVersion;
  const element = append(bodyOf(envelope) as Element, 'soapenv:Fault', envelope.namespaceURI ?? '');
  declareNamespace(element, 'wse', EVENTING);
  if (version === '1.1') {
    append(element, 'faultcode', '', `wse:${fault.subcode}`);
    append(element, 'faultstring', '', fault.message);
    return send(message, envelope);
  }
  const soap = (parent: Element, name: string, text?: string): Element => {
    const child = parent.appendChild(soapElement(documentOf(parent), name, version)) as Element;
    if (text !== undefined) child.appendChild(documentOf(parent).createTextNode(text));
    return child;
  };
  const code = soap(element, 'Code');
  soap(code, 'Value', `soapenv:${fault.code}`);
  soap(soap(code, 'Subcode'), 'Value', `wse:${fault.subcode}`);
  setAttribute(soap(soap(element, 'Reason'), 'Text', fault.message), 'xml:lang', 'en', XML_NAMESPACE);
  return send(message, envelope);
}

/** Names the subscription, and who manages it: the event source itself. */
export function addManager(response: Element, address: string, id: string): void {
  const manager = append(response, 'wse:SubscriptionManager', EVENTING);
  append(manager, 'wsa:Address', ADDRESSING, address);
  append(append(manager, 'wsa:ReferenceParameters', ADDRESSING), 'wse:Identifier', EVENTING, id);
}

/** @param unlimited what stands for a subscription without an end; undefined: nothing */
export function addExpires(response: Element, { expires }: Pick<Subscription, 'expires'>, unlimited?: string): void {
  const text = expires?.text ?? unlimited;
  if (text !== undefined) append(response, 'wse:Expires', EVENTING, text);
}

/** An empty envelope, with the WS-Addressing headers of an answer when the request has such headers. */
function envelopeFor(message: Message, { addressing }: EventingRequest, action: string): Element {
  const envelope = createEnvelope(message.payload.soapVersion);
  const { namespace, messageId } = addressing;
  const header = headerOf(envelope);
  if (header && namespace !== undefined) {
    append(header, 'wsa:Action', namespace, action);
    if (messageId !== undefined) append(header, 'wsa:RelatesTo', namespace, messageId);
    // Required by the version of 2004.
    if (namespace !== ADDRESSING_2005) append(header, 'wsa:To', namespace, `${ADDRESSING}/role/anonymous`);
  }
  message.addressing = { action, soapAction: action };
  return envelope;
}

const typeOf: Readonly<Record<SoapVersion, string>> = { '1.1': 'text/xml', '1.2': 'application/soap+xml' };

/** The client may accept other types, in which flows would be written. */
function send(message: Message, envelope: Element): void | Promise<void> {
  message.payload.setEnvelope(envelope);
  message.headers.clear();
  message.axis2.set('messageType', typeOf[message.payload.soapVersion]);
  return message.exchange.respond(message);
}

function append(parent: Element, name: string, namespace: string, text?: string): Element {
  const child = parent.appendChild(createElement(documentOf(parent), name, namespace)) as Element;
  if (text !== undefined) child.appendChild(documentOf(parent).createTextNode(text));
  return child;
}
