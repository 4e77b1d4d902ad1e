import type { Element } from '@xmldom/xmldom';
import { bodyOf, SOAP_NAMESPACE } from '../runtime/message/envelope.js';
import type { Message } from '../runtime/message/message.js';
import { parseElement } from '../runtime/xml/parse.js';
import { escapeText } from '../runtime/xml/serialize.js';
import { childElements, directText, firstChildElement } from '../runtime/xml/walk.js';
import { postToService } from './service-request.js';

/** Namespace of the operations of WSO2's administration services. */
export const SERVICE_NAMESPACE = 'http://org.apache.axis2/xsd';

/** A call of a document/literal SOAP 1.1 service. */
export interface SoapCall {
  readonly url: string;
  /** Operation: the SOAP action is `urn:` and its name. */
  readonly operation: string;
  /** Markup of the body. */
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface SoapAnswer {
  /** The child of the answer's Body. */
  readonly element: Element;
  /** Values of `Set-Cookie`. */
  readonly cookies: readonly string[];
}

/** The service answered with a SOAP fault; `code` is its local name. */
export class SoapServiceFault extends Error {
  constructor(
    readonly code: string,
    reason: string,
  ) {
    super(`SOAP fault: ${reason}`);
  }
}

/** Milliseconds until a service has to answer. */
const deadline = 30_000;

/**
 * Calls a SOAP service that a mediator needs for its decision.
 * @throws SoapServiceFault, TransportError, or another Error when the answer is no SOAP answer
 */
export async function callSoapService(message: Message, call: SoapCall): Promise<SoapAnswer> {
  const answer = await postToService(message, {
    url: call.url,
    headers: { 'Content-Type': 'text/xml; charset=UTF-8', SOAPAction: `"urn:${call.operation}"`, ...call.headers },
    body: `<soapenv:Envelope xmlns:soapenv="${SOAP_NAMESPACE['1.1']}"><soapenv:Body>${call.body}</soapenv:Body></soapenv:Envelope>`,
    deadline,
  });
  const element = bodyElement(answer.body);
  if (element?.localName === 'Fault') throw faultIn(element);
  if (!element || answer.status !== 200) throw new Error(`The service answered ${answer.status} ${answer.reason}`);
  return { element, cookies: answer.cookies };
}

function bodyElement(text: string): Element | undefined {
  try {
    const body = bodyOf(parseElement(text));
    return body && firstChildElement(body);
  } catch {
    return undefined;
  }
}

function faultIn(fault: Element): SoapServiceFault {
  const code = textOf(fault, 'faultcode') || textOf(named(fault, 'Code'), 'Value');
  const reason = textOf(fault, 'faultstring') || textOf(named(fault, 'Reason'), 'Text');
  return new SoapServiceFault(code.replace(/^.*:/, ''), reason);
}

/** First child element of the local name, whatever its namespace: services differ in their prefixes' meaning. */
export function named(parent: Element | undefined, localName: string): Element | undefined {
  return parent && childElements(parent).find((child) => child.localName === localName);
}

/** Text of the child of the local name; empty when there is none or it is nil. */
export function textOf(parent: Element | undefined, localName: string): string {
  const child = named(parent, localName);
  return child ? directText(child).trim() : '';
}

/** Elements of the namespace prefix with a text each, in their order; those without a value are left out. */
export function textElements(prefix: string, values: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `<${prefix}:${name}>${escapeText(value ?? '')}</${prefix}:${name}>`)
    .join('');
}
