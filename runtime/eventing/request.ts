import type { Element } from '@xmldom/xmldom';
import { namespacesOf } from '../expression/xpath/nodes.js';
import type { Message } from '../message/message.js';
import type { Expiry, SubscriptionFilter } from '../message/subscription-state.js';
import { childElements, childNamed, directText } from '../xml/walk.js';
import { EventingFault } from './eventing-fault.js';
import { readExpiry } from './expiry.js';
import { ADDRESSING, ADDRESSING_2005, EVENTING } from './namespaces.js';

const operations = ['Subscribe', 'Renew', 'GetStatus', 'Unsubscribe'] as const;
export type Operation = (typeof operations)[number];

/** The WS-Addressing headers of a request. */
export interface AddressingHeaders {
  /** Version that they are written in; undefined when there are none. */
  readonly namespace: string | undefined;
  readonly action: string | undefined;
  readonly to: string | undefined;
  readonly messageId: string | undefined;
}

/** A WS-Eventing request. */
export interface EventingRequest {
  readonly operation: Operation;
  readonly addressing: AddressingHeaders;
  readonly header: Element | undefined;
  readonly body: Element;
}

/**
 * Reads a message as a WS-Eventing request, by its action: the WS-Addressing header, else the SOAP action.
 * @param message whose body is built
 * @returns undefined when it is none
 */
export function readRequest(message: Message): EventingRequest | undefined {
  const header = message.payload.header();
  const addressing = readAddressing(header);
  const action = addressing.action ?? message.addressing.action;
  const operation = operations.find((name) => action === `${EVENTING}/${name}`);
  return operation && { operation, addressing, header, body: message.payload.body() };
}

function readAddressing(header: Element | undefined): AddressingHeaders {
  const blocks = header ? childElements(header) : [];
  const namespace = [ADDRESSING, ADDRESSING_2005].find((uri) => blocks.some((block) => block.namespaceURI === uri));
  const text = (name: string): string | undefined => {
    const block = header && namespace && childNamed(header, name, namespace);
    return block ? directText(block).trim() : undefined;
  };
  return { namespace, action: text('Action'), to: text('To'), messageId: text('MessageID') };
}

/** The subscription that a request is about. @throws EventingFault when it names none */
export function identifierOf({ header }: EventingRequest): string {
  const block = header && childNamed(header, 'Identifier', EVENTING);
  if (!block) throw new EventingFault('InvalidMessage', 'The request has no header wse:Identifier');
  return directText(block).trim();
}

/** The element that the body of a request must have. @throws EventingFault */
export function operationElement({ operation, body }: EventingRequest): Element {
  const element = childNamed(body, operation, EVENTING);
  if (!element) throw new EventingFault('InvalidMessage', `The body has no element wse:${operation}`);
  return element;
}

const push = `${EVENTING}/DeliveryModes/Push`;

/** Where a subscriber wants its events. @throws EventingFault when that is no HTTP URL, or not to be pushed there */
export function notifyAddress(subscribe: Element): string {
  const delivery = childNamed(subscribe, 'Delivery', EVENTING);
  if (!delivery) throw new EventingFault('InvalidMessage', 'wse:Subscribe has no wse:Delivery');
  const mode = delivery.getAttribute('Mode')?.trim();
  if (mode && mode !== push) {
    throw new EventingFault('DeliveryModeRequestedUnavailable', `Events are delivered by ${push} only`);
  }
  const notifyTo = childNamed(delivery, 'NotifyTo', EVENTING);
  const address = notifyTo && childElements(notifyTo).find(isAddress);
  if (!address) throw new EventingFault('InvalidMessage', 'wse:Delivery has no wse:NotifyTo with a wsa:Address');
  const text = directText(address).trim();
  const url = /^https?:/i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  if (!url) throw new EventingFault('InvalidMessage', 'The wsa:Address of wse:NotifyTo is no http or https URL');
  return url.href;
}

function isAddress({ localName, namespaceURI }: Element): boolean {
  return localName === 'Address' && (namespaceURI === ADDRESSING || namespaceURI === ADDRESSING_2005);
}

/**
 * When a subscription is to end.
 * @param parent the element that may have a `wse:Expires`
 * @param now milliseconds since 1970
 * @throws EventingFault for what is no time, or past
 */
export function expiryOf(parent: Element, now: number): Expiry | undefined {
  const element = childNamed(parent, 'Expires', EVENTING);
  if (!element) return undefined;
  const expires = readExpiry(directText(element).trim(), now);
  if (expires && expires.at > now) return expires;
  throw new EventingFault('InvalidExpirationTime', 'The expiration time requested is invalid');
}

/** Without a dialect a filter is an XPath, as WS-Eventing has it. */
export const xpathDialect = 'http://www.w3.org/TR/1999/REC-xpath-19991116';

/** The filter of a `wse:Subscribe`, as it is written. */
export function filterOf(subscribe: Element): SubscriptionFilter | undefined {
  const element = childNamed(subscribe, 'Filter', EVENTING);
  if (!element) return undefined;
  const dialect = element.getAttribute('Dialect')?.trim() || xpathDialect;
  return { dialect, text: directText(element).trim(), namespaces: prefixesAt(element) };
}

function prefixesAt(element: Element): Record<string, string> {
  const named = namespacesOf(element).filter(({ prefix }) => prefix !== '' && prefix !== 'xml');
  return Object.fromEntries(named.map(({ prefix, uri }) => [prefix, uri]));
}
